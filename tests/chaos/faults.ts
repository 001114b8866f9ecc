/**
 * How things are broken and mended, by themselves and at random.
 *
 * @module
 */
import { type Lab, SERVER } from "./lab.ts";
import type { Phone, Scene } from "./scene.ts";

/** Breaks and mends; resolves with the time when everything was whole again. */
export type Inject = (scene: Scene, victim: Phone) => Promise<number>;

/** How long the server may take to leave when it is asked to, in milliseconds. */
const LEAVES = 10_000;

/** Resolves after so many milliseconds: what goes on meanwhile is to be measured, not waited for. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** `on` breaks something for the victim, and after so many milliseconds `off` mends it. */
function without(
  milliseconds: number,
  on: (lab: Lab, victim: string) => Promise<void>,
  off?: typeof on,
): Inject {
  return async ({ lab }, { client }) => {
    await on(lab, client);
    await pause(milliseconds);
    await off?.(lab, client);
    return Date.now();
  };
}

/** Nothing is broken for so many milliseconds. */
export const nothing = (milliseconds: number): Inject => without(milliseconds, () => Promise.resolve());

/** The victim's connections to the server are reset. */
export const cut: Inject = without(0, (lab, victim) => lab.cutConnections(victim));

/** The victim's connections to the server are heard no more. */
export const forget: Inject = without(0, (lab, victim) => lab.forgetConnections(victim));

/** The victim moves to another network. */
export const move: Inject = without(0, (lab, victim) => lab.changeAddress(victim));

/** Nothing reaches the victim for so many milliseconds, nor comes from there. */
export const blackHole = (milliseconds: number): Inject =>
  without(milliseconds, (lab, victim) => lab.blackHole(victim), (lab, victim) => lab.heal(victim));

/** The victim's plug is pulled for so many milliseconds. */
export const unplug = (milliseconds: number): Inject =>
  without(milliseconds, (lab, victim) => lab.linkDown(victim), (lab, victim) => lab.linkUp(victim));

/** A proxy that restarts: all connections die, and for a second there are no new ones. */
export const proxyRestart: Inject = without(1000, async (lab) => {
  await lab.refuseConnections(SERVER);
  await lab.cutConnections(SERVER);
}, (lab) => lab.heal(SERVER));

/** The server ends by this signal, and a second later it is started again. Throws when it does not leave in time. */
export const restart = (signal: "SIGTERM" | "SIGKILL"): Inject => async ({ house }) => {
  const took = await house.leave(signal);
  await pause(1000);
  const startedAt = await house.start();
  if (took > LEAVES) throw new Error(`the server left after ${Math.round(took)} ms, promised ${LEAVES}`);
  return startedAt;
};

/** The relay is killed, and comes back by itself. */
export const killRelay: Inject = ({ house }) => house.killRelay();

/** Devtools freeze only what is hidden, and a page without a window never is; so its process is stopped instead. */
export const freeze = (milliseconds: number): Inject => async ({ browsers }, { client }) => {
  const resume = await browsers.stop(client, "renderer");
  try {
    await pause(milliseconds);
  } finally {
    resume();
  }
  return Date.now();
};

/** A laptop's lid is closed: its network goes, and no program runs. */
export const sleep = (milliseconds: number): Inject => async ({ lab, browsers }, { client }) => {
  const wake = await browsers.stop(client);
  try {
    await lab.linkDown(client);
    await pause(milliseconds);
    await lab.linkUp(client);
  } finally {
    wake();
  }
  return Date.now();
};
