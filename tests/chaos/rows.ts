/**
 * The faults that a call is to live through, as rows: what is done, and what is promised of it (`docs/reliability.md`).
 *
 * @module
 */
import { until } from "../support/until.ts";
import { ENDINGS } from "./endings.ts";
import { type Lab, SERVER } from "./lab.ts";
import { arrival, figures, isInCall, missed, type Outcome, type Promises } from "./measure.ts";
import type { Phone, Scene } from "./scene.ts";
import type { Watched } from "./watch.ts";

/** One row of the table. */
export interface Row {
  readonly name: string;
  readonly fault: string;
  /** Whether it belongs to the short form. */
  readonly short?: boolean;
  /** Injects the fault for the n-th time, in a house of its own. Where it hits one side, the sides take turns. */
  run(scene: Scene, time: number): Promise<Outcome>;
}

/** What a fault that a call lives through does. */
interface Outage extends Pick<Row, "name" | "fault" | "short"> {
  readonly promises: Promises;
  /** Breaks and mends; resolves with the time when everything was whole again. */
  readonly inject: (scene: Scene, victim: Phone) => Promise<number>;
  /** Whether the victim can say nothing meanwhile. */
  readonly isMute?: boolean;
  /** What else must be true afterwards; answers what is not, in words. */
  readonly after?: (scene: Scene, id: string) => Promise<string[]>;
}

/** How long media may stand still where it "never stops", in milliseconds: what busy test machines cannot tell apart. */
const STEADY = 500;

/** How soon after the network's return everything is to be back, in milliseconds. */
const SOON = 2000;

/** How long the server may take to leave when it is asked to, in milliseconds. */
const LEAVES = 10_000;

/** How long to wait for what was promised, and then for what was not, in milliseconds. */
const PATIENCE = 25_000;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** `on` breaks something for the victim, and after so many milliseconds `off` mends it. */
const without =
  (milliseconds: number, on: (lab: Lab, victim: string) => Promise<void>, off?: typeof on) =>
  async ({ lab }: Scene, { client }: Phone): Promise<number> => {
    await on(lab, client);
    await pause(milliseconds);
    await off?.(lab, client);
    return Date.now();
  };

const blackHole = (milliseconds: number) =>
  without(milliseconds, (lab, victim) => lab.blackHole(victim), (lab, victim) => lab.heal(victim));

const unplug = (milliseconds: number) =>
  without(milliseconds, (lab, victim) => lab.linkDown(victim), (lab, victim) => lab.linkUp(victim));

/** A proxy that restarts: all connections die, and for a second there are no new ones. */
const proxyRestart = without(1000, async (lab) => {
  await lab.refuseConnections(SERVER);
  await lab.cutConnections(SERVER);
}, (lab) => lab.heal(SERVER));

async function restart({ house }: Scene, signal: "SIGTERM" | "SIGKILL"): Promise<number> {
  const took = await house.leave(signal);
  if (took > LEAVES) throw new Error(`the server left after ${Math.round(took)} ms, promised ${LEAVES}`);
  await pause(1000);
  return await house.start();
}

/** The record is whole when the call, ended by hand, has one line with all its times. */
async function recordIsWhole(scene: Scene, id: string): Promise<string[]> {
  await scene.phones[0]?.press("Hang up");
  const [entry, second] = await until(() => scene.house.recordOf(id), ({ length }) => length > 0, 5000)
    .catch(() => []);
  if (!entry) return ["the call is not in the record"];
  const isWhole = !second && entry.accepted_at !== null && entry.reason === "hangup";
  return isWhole ? [] : [`the record of the call is ${JSON.stringify([entry, second])}`];
}

/** Longer than the server waits for a sign of life, in milliseconds. */
const ASLEEP = 35_000;

/** Devtools freeze only what is hidden, and a page without a window never is; so its process is stopped instead. */
async function freeze({ browsers }: Scene, { client }: Phone): Promise<number> {
  const resume = await browsers.stop(client, "renderer");
  try {
    await pause(ASLEEP);
  } finally {
    resume();
  }
  return Date.now();
}

/** A laptop's lid is closed: its network goes, and no program runs. */
async function sleep({ lab, browsers }: Scene, { client }: Phone): Promise<number> {
  const wake = await browsers.stop(client);
  try {
    await lab.linkDown(client);
    await pause(ASLEEP);
    await lab.linkUp(client);
  } finally {
    wake();
  }
  return Date.now();
}

const OUTAGES: readonly Outage[] = [
  {
    name: "socket-cut",
    fault: "the signalling socket is cut in a call",
    short: true,
    promises: { gap: STEADY, back: SOON },
    inject: without(0, (lab, victim) => lab.cutConnections(victim)),
  },
  {
    name: "socket-forgotten",
    fault: "the signalling socket dies without a word",
    promises: { gap: STEADY, back: SOON },
    inject: without(0, (lab, victim) => lab.forgetConnections(victim)),
  },
  {
    name: "proxy-restart",
    fault: "a proxy restarts (1 s)",
    short: true,
    promises: { gap: STEADY, back: SOON },
    inject: proxyRestart,
  },
  {
    name: "hole-3",
    fault: "black hole for 3 s",
    short: true,
    promises: { mediaBack: SOON, back: SOON },
    inject: blackHole(3000),
  },
  {
    name: "hole-9",
    fault: "black hole for 9 s",
    promises: { mediaBack: SOON, back: SOON },
    inject: blackHole(9000),
  },
  {
    name: "hole-30",
    fault: "black hole for 30 s",
    promises: { mediaBack: SOON, back: SOON },
    inject: blackHole(30_000),
  },
  {
    name: "link",
    fault: "link down for 4 s",
    short: true,
    promises: { mediaBack: SOON, back: SOON },
    inject: unplug(4000),
  },
  {
    name: "link-12",
    fault: "link down for 12 s",
    promises: { mediaBack: SOON, back: SOON },
    inject: unplug(12_000),
  },
  {
    name: "address",
    fault: "another address",
    short: true,
    promises: { mediaBack: SOON, back: SOON },
    inject: without(0, (lab, victim) => lab.changeAddress(victim)),
  },
  {
    name: "kill",
    fault: "kill -9 of the server, restart",
    short: true,
    promises: { gap: STEADY },
    inject: (scene) => restart(scene, "SIGKILL"),
    after: recordIsWhole,
  },
  {
    name: "term",
    fault: "SIGTERM to the server, restart",
    promises: { gap: STEADY },
    inject: (scene) => restart(scene, "SIGTERM"),
    after: recordIsWhole,
  },
  {
    name: "freeze",
    fault: "page frozen for 35 s and resumed",
    promises: { mediaBack: SOON, back: SOON },
    inject: freeze,
    isMute: true,
  },
  {
    name: "sleep",
    fault: "laptop sleeps for 35 s and wakes",
    promises: { mediaBack: SOON, back: SOON },
    inject: sleep,
    isMute: true,
  },
];

/** While all goes well and while it does not, each side tells the other about its camera; every word counts. */
async function chatter(phones: readonly Phone[], isOver: () => boolean): Promise<void> {
  await Promise.all(phones.map(async (phone) => {
    do {
      await phone.blink(1);
      await pause(500);
    } while (!isOver());
  }));
}

async function outage(scene: Scene, time: number, row: Outage): Promise<Outcome> {
  const both = await scene.call();
  const [victim, other] = time % 2 === 0 ? both : [both[1], both[0]] as const;
  const id = scene.theCall()?.id ?? "";
  let isOver = false;
  const spoken = chatter(row.isMute ? [other] : both, () => isOver);
  const healedAt = await row.inject(scene, victim);
  await pause(1000);
  isOver = true;
  await spoken;
  const stays = await comesBack(scene, id, both);
  const found = figures({ seen: await watched(both), healedAt });
  const misses = [
    ...stays ? [] : [`the call is lost: ${await whatIs(both)}`],
    ...missed(found, stays ? row.promises : {}),
    ...found.lost + found.doubled === 0 ? [] : [`${found.lost} events lost, ${found.doubled} doubled`],
    ...row.after && stays ? await row.after(scene, id) : [],
  ];
  return { survived: stays, ...found, misses };
}

const watched = async ([one, other]: readonly [Phone, Phone]): Promise<readonly [Watched, Watched]> => [
  await one.watched(),
  await other.watched(),
];

/** Waits until all is said, and both see and hear each other; `false` when the call is not that any more. */
async function comesBack(scene: Scene, id: string, both: readonly [Phone, Phone]): Promise<boolean> {
  const isAllSaid = ([one, other]: readonly [Watched, Watched]) =>
    arrival(one, other).lost + arrival(other, one).lost === 0;
  // What is lost for ever is told by the figures.
  await until(() => watched(both), isAllSaid, PATIENCE).catch(() => {});
  try {
    for (const phone of both) await phone.shows({ phone: "registered" }, PATIENCE);
    for (const phone of both) await phone.flows(PATIENCE);
  } catch {
    return false;
  }
  return await isInCall(scene, id, both);
}

const whatIs = async (phones: readonly Phone[]): Promise<string> =>
  (await Promise.all(phones.map((phone) => phone.faces()))).map(({ phone, call }) => `${phone} ${call}`).join(
    " / ",
  );

/** All rows, in the order of the table. */
export const ROWS: readonly Row[] = [
  ...OUTAGES.map((row) => ({ ...row, run: (scene: Scene, time: number) => outage(scene, time, row) })),
  ...ENDINGS,
];
