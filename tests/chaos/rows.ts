/**
 * The faults that a call is to live through, as rows: what is done, and what is promised of it (`docs/reliability.md`).
 *
 * @module
 */
import { until } from "../support/until.ts";
import { ENDINGS } from "./endings.ts";
import { SERVER } from "./lab.ts";
import { figures, isInCall, missed, type Outcome, type Promises } from "./measure.ts";
import type { Phone, Scene } from "./scene.ts";
import type { Watched } from "./watch.ts";

/** One row of the table. */
export interface Row {
  readonly name: string;
  readonly fault: string;
  /** Whether it belongs to the short form. */
  readonly short?: boolean;
  /** Injects the fault once, in a house of its own. */
  run(scene: Scene): Promise<Outcome>;
}

/** What a fault that a call lives through does. */
interface Outage extends Pick<Row, "name" | "fault" | "short"> {
  readonly promises: Promises;
  /** Breaks and mends; resolves with the time when everything was whole again. */
  readonly inject: (scene: Scene, alice: Phone) => Promise<number>;
  /** What else must be true afterwards; answers what is not, in words. */
  readonly after?: (scene: Scene, id: string) => Promise<string[]>;
}

/** How long media may stand still where it "never stops", in milliseconds: what busy test machines cannot tell apart. */
const STEADY = 500;

/** How soon after the network's return everything is to be back, in milliseconds. */
const SOON = 2000;

/** How long to wait for what was promised, and then for what was not, in milliseconds. */
const PATIENCE = 40_000;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A time without network for Alice: `on` breaks it, and after so many milliseconds `off` mends it. */
const without =
  (milliseconds: number, on: (scene: Scene) => Promise<void>, off: (scene: Scene) => Promise<void>) =>
  async (scene: Scene): Promise<number> => {
    await on(scene);
    await pause(milliseconds);
    await off(scene);
    return Date.now();
  };

const blackHole = (milliseconds: number) =>
  without(milliseconds, ({ lab }) => lab.blackHole("a"), ({ lab }) => lab.heal("a"));

/** A proxy that restarts: all connections die, and for a second there are no new ones. */
const proxyRestart = without(
  1000,
  async ({ lab }) => {
    await lab.refuseConnections(SERVER);
    await lab.cutConnections(SERVER);
  },
  ({ lab }) => lab.heal(SERVER),
);

async function restart({ house }: Scene, signal: "SIGTERM" | "SIGKILL"): Promise<number> {
  await house.leave(signal);
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

async function freeze(_scene: Scene, alice: Phone): Promise<number> {
  const devtools = await alice.page.context().newCDPSession(alice.page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  // Longer than the server waits for a sign of life.
  await pause(35_000);
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  return Date.now();
}

const OUTAGES: readonly Outage[] = [
  {
    name: "socket-cut",
    fault: "the signalling socket is cut in a call",
    short: true,
    promises: { gap: STEADY, back: SOON },
    inject: without(0, ({ lab }) => lab.cutConnections("a"), () => Promise.resolve()),
  },
  {
    name: "socket-forgotten",
    fault: "the signalling socket dies without a word",
    promises: { gap: STEADY, back: SOON },
    inject: without(0, ({ lab }) => lab.forgetConnections("a"), () => Promise.resolve()),
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
    inject: without(4000, ({ lab }) => lab.linkDown("a"), ({ lab }) => lab.linkUp("a")),
  },
  {
    name: "address",
    fault: "another address",
    short: true,
    promises: { mediaBack: SOON, back: SOON },
    inject: without(0, ({ lab }) => lab.changeAddress("a"), () => Promise.resolve()),
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
  },
];

/** While all goes well and while it does not, both sides tell each other about their cameras; each word counts. */
async function chatter(phones: readonly Phone[], isOver: () => boolean): Promise<number[]> {
  return await Promise.all(phones.map(async (phone) => {
    let told = 0;
    do {
      told += await phone.blink(1);
      await pause(500);
    } while (!isOver());
    return told;
  }));
}

async function outage(scene: Scene, { promises, inject, after, name }: Outage): Promise<Outcome> {
  const both = await scene.call();
  const id = scene.theCall()?.id ?? "";
  let isOver = false;
  // A frozen page cannot say anything.
  const talking = name === "freeze" ? [both[1]] : both;
  const spoken = chatter(talking, () => isOver).then((told) => name === "freeze" ? [0, ...told] : told);
  const healedAt = await inject(scene, both[0]);
  await pause(1000);
  isOver = true;
  const told = await spoken;
  const stays = await comesBack(scene, id, both, healedAt);
  const seen = await Promise.all(both.map((phone) => phone.watched())) as [Watched, Watched];
  const found = figures({ seen, told: [told[0] ?? 0, told[1] ?? 0], healedAt });
  const misses = [
    ...stays ? [] : [`the call is lost: ${await whatIs(both)}`],
    ...missed(found, stays ? promises : {}),
    ...found.lost + found.doubled === 0 ? [] : [`${found.lost} events lost, ${found.doubled} doubled`],
    ...after && stays ? await after(scene, id) : [],
  ];
  return { survived: stays, ...found, misses };
}

/** Waits until both have heard the server again and see and hear each other; `false` when the call is not that any more. */
async function comesBack(
  scene: Scene,
  id: string,
  both: readonly Phone[],
  healedAt: number,
): Promise<boolean> {
  const isBack = (phone: Phone) =>
    until(() => phone.watched(), ({ heard }) => heard.some(({ at }) => at >= healedAt), PATIENCE);
  try {
    for (const phone of both) await isBack(phone);
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
  ...OUTAGES.map((row) => ({ ...row, run: (scene: Scene) => outage(scene, row) })),
  ...ENDINGS,
];
