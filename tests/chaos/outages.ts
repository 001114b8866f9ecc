/**
 * The faults that a call is to live through: what is done, and what is promised of it.
 *
 * @module
 */
import { until } from "../support/until.ts";
import { Chatter } from "./chatter.ts";
import {
  blackHole,
  cut,
  forget,
  freeze,
  type Inject,
  killRelay,
  move,
  nothing,
  pause,
  proxyRestart,
  restart,
  sleep,
  unplug,
} from "./faults.ts";
import type { Lab } from "./lab.ts";
import {
  allIsSaid,
  figures,
  inWords,
  isInCall,
  missed,
  noticedAt,
  type Outcome,
  type Promises,
  watched,
} from "./measure.ts";
import type { Row } from "./rows.ts";
import type { Pair, Scene } from "./scene.ts";

/** What a fault that a call lives through does. */
interface Outage extends Pick<Row, "name" | "fault" | "short" | "turn"> {
  readonly promises: Promises;
  readonly inject: Inject;
  /** Whether the victim can say nothing meanwhile. */
  readonly isMute?: boolean;
  /** Whether the victim gets another address, of which its browser learns later than we do. */
  readonly moves?: boolean;
  /** Which ways are closed from the beginning. */
  readonly close?: (lab: Lab) => Promise<void>;
  /** How the media is to travel to the relay. */
  readonly by?: "udp" | "tcp" | "tls";
  /** What else must be true afterwards; answers what is not, in words. */
  readonly after?: (scene: Scene, id: string) => Promise<string[]>;
}

/** How long media may stand still where it "never stops", in milliseconds: what busy test machines cannot tell apart. */
const STEADY = 500;

/** How soon after the network's return everything is to be back, in milliseconds. */
const SOON = 2000;

/** How soon after the relay's return, in milliseconds: nobody tells the pages, who have to notice the silence. */
const NOTICED = 10_000;

/** How long people talk before anything breaks, in milliseconds, so that there is something to be said twice. */
const BEFORE = 2500;

/** How long to wait for what was promised, and then for what was not, in milliseconds. */
const PATIENCE = 25_000;

/** How long a page may take to say something that it knows, in milliseconds. */
const SAYS = 5000;

/** Shorter than the server waits for a sign of life, in milliseconds: such a call must be there still. */
const NAP = 20_000;

/** Debian's coturn, started by the server. */
const COTURN = "coturn:";

/** The record is whole when the call, ended by hand, has one line with all its times. */
async function recordIsWhole(scene: Scene, id: string): Promise<string[]> {
  await scene.phones[0]?.press("Hang up");
  const [entry, second] = await until(() => scene.house.recordOf(id), ({ length }) => length > 0, SAYS)
    .catch(() => []);
  if (!entry) return ["the call is not in the record"];
  const isWhole = !second && entry.accepted_at !== null && entry.reason === "hangup";
  return isWhole ? [] : [`the record of the call is ${JSON.stringify([entry, second])}`];
}

const ON_LINE: readonly Outage[] = [
  {
    name: "socket-cut",
    fault: "the signalling socket is cut in a call",
    short: true,
    promises: { gap: STEADY, back: SOON },
    inject: cut,
  },
  {
    name: "socket-forgotten",
    fault: "the signalling socket dies without a word",
    short: true,
    promises: { gap: STEADY, back: SOON },
    inject: forget,
  },
  {
    name: "proxy-restart",
    fault: "a proxy restarts (1 s)",
    short: true,
    promises: { gap: STEADY, back: SOON },
    inject: proxyRestart,
  },
  {
    name: "kill",
    fault: "kill -9 of the server, restart",
    short: true,
    promises: { gap: STEADY },
    inject: restart("SIGKILL"),
    after: recordIsWhole,
  },
  {
    name: "term",
    fault: "SIGTERM to the server, restart",
    short: true,
    promises: { gap: STEADY },
    inject: restart("SIGTERM"),
    after: recordIsWhole,
  },
];

const ALL_BACK: Promises = { mediaBack: SOON, back: SOON };

const OF_THE_NETWORK: readonly Outage[] = [
  {
    name: "hole-3",
    fault: "black hole for 3 s",
    short: true,
    promises: ALL_BACK,
    inject: blackHole(3000),
  },
  { name: "hole-9", fault: "black hole for 9 s", promises: ALL_BACK, inject: blackHole(9000) },
  { name: "hole-30", fault: "black hole for 30 s", promises: ALL_BACK, inject: blackHole(30_000) },
  { name: "link", fault: "link down for 4 s", short: true, promises: ALL_BACK, inject: unplug(4000) },
  { name: "link-12", fault: "link down for 12 s", promises: ALL_BACK, inject: unplug(12_000) },
  { name: "address", fault: "another address", short: true, promises: ALL_BACK, inject: move, moves: true },
  {
    name: "freeze",
    fault: "page frozen for 20 s and resumed",
    promises: ALL_BACK,
    inject: freeze(NAP),
    isMute: true,
  },
  {
    name: "sleep",
    fault: "laptop sleeps for 20 s and wakes",
    short: true,
    promises: ALL_BACK,
    inject: sleep(NAP),
    isMute: true,
  },
];

const RELAYED: readonly Outage[] = [
  {
    name: "no-route",
    fault: "no direct way: TURN over UDP",
    short: true,
    turn: COTURN,
    promises: { gap: STEADY },
    close: (lab) => lab.isolate(true),
    by: "udp",
    inject: nothing(0),
  },
  {
    name: "no-udp",
    fault: "UDP is blocked: TURN over TCP",
    short: true,
    turn: COTURN,
    promises: { gap: STEADY },
    close: (lab) => lab.onlyTcp(),
    by: "tcp",
    inject: nothing(0),
  },
  {
    name: "only-tls",
    fault: "UDP and plain TURN are blocked: TURN over TLS",
    short: true,
    turn: COTURN,
    promises: { gap: STEADY },
    close: (lab) => lab.onlyTls(),
    by: "tls",
    inject: nothing(0),
  },
  {
    name: "relay-killed",
    fault: "the relay of a call is killed, and starts again",
    short: true,
    turn: COTURN,
    promises: { mediaBack: NOTICED, back: SOON },
    close: (lab) => lab.isolate(true),
    by: "udp",
    inject: killRelay,
  },
];

/** While all goes well and while it does not, each side tells the other about its camera; every word counts. */
async function outage(scene: Scene, time: number, row: Outage): Promise<Outcome> {
  await row.close?.(scene.lab);
  const both = await scene.call();
  const [victim, other] = time % 2 === 0 ? both : [both[1], both[0]] as const;
  const id = scene.theCall()?.id ?? "";
  const before = await wrongPath(both, row);
  const chatter = new Chatter(row.isMute ? [other] : both);
  await pause(BEFORE);
  const wholeAt = await row.inject(scene, victim);
  await chatter.end();
  const survived = await comesBack(scene, id, both);
  const known = row.moves ? noticedAt(await victim.watched()) : undefined;
  const seen = await watched(both);
  const found = figures({ seen, healedAt: wholeAt, noticedAt: known });
  const note = known ? `the browser noticed after ${known - wholeAt} ms` : before.path;
  const misses = [
    ...survived ? [] : [`the call is lost: ${await whatIs(both)}`],
    ...new Set([...before.wrong, ...survived ? (await wrongPath(both, row)).wrong : []]),
    ...inWords(found, seen),
    ...row.after && survived ? await row.after(scene, id) : [],
  ];
  const late = survived ? missed(found, row.promises) : [];
  return { survived, ...found, misses, late, wholeAt, ...note && { note } };
}

/** What is wrong with the way that the media takes, or with what the pages say of it. */
async function wrongPath(both: Pair, { by }: Outage): Promise<{ path?: string; wrong: string[] }> {
  if (!by) return { wrong: [] };
  const read = async () => (await Promise.all(both.map((phone) => phone.path()))).join(", ");
  // UDP is the way of those who say of no other one. One side's relay is enough: for the other side it may be a
  // peer-reflexive candidate.
  const isRelayed = (paths: string) => paths.includes(by === "udp" ? "relay/" : `relay/${by}`);
  const path = await until(read, isRelayed, SAYS).catch(read);
  const wrong = isRelayed(path) ? [] : [`the media goes ${path}, not by a relay over ${by}`];
  for (const phone of both) {
    await until(() => phone.words(), (words) => /relay/i.test(words), SAYS)
      .catch(() => wrong.push(`${phone.number} does not say that the call goes over a relay`));
  }
  return { path, wrong };
}

/** Waits until all is said, and both see and hear each other; `false` when the call is not that any more. */
async function comesBack(scene: Scene, id: string, both: Pair): Promise<boolean> {
  await allIsSaid(() => watched(both), PATIENCE);
  try {
    for (const phone of both) await phone.shows({ phone: "registered" }, PATIENCE);
    for (const phone of both) await phone.flows(PATIENCE);
  } catch {
    return false;
  }
  return await isInCall(scene, id, both);
}

async function whatIs(both: Pair): Promise<string> {
  const shown = both.map(async (phone) => {
    const { phone: state, call } = await phone.faces();
    const { moments } = await phone.watched();
    const taken = moments.map(({ what }) => what).filter((what) => what.startsWith("the system took"));
    return [phone.number, state, call, ...taken].join(" ");
  });
  return (await Promise.all(shown)).join(" / ");
}

const rowsOf = (outages: readonly Outage[]): readonly Row[] =>
  outages.map((row) => ({ ...row, run: (scene, time) => outage(scene, time, row) }));

/** All of them with a direct way. */
export const OUTAGES: readonly Row[] = rowsOf([...ON_LINE, ...OF_THE_NETWORK]);

/** Those where the media needs a relay. */
export const RELAYS: readonly Row[] = rowsOf(RELAYED);
