/**
 * The rows in which a page was away for longer than a call waits: then the call is over, and both sides say so.
 *
 * @module
 */
import { until } from "../support/until.ts";
import { freeze, type Inject, sleep } from "./faults.ts";
import { isInCall, type Outcome } from "./measure.ts";
import type { Row } from "./rows.ts";
import type { Phone, Scene } from "./scene.ts";

/** Longer than the server and the other side wait for a sign of life, in milliseconds. */
const NIGHT = 75_000;

/** How soon after the wake the page is on the line again and says what has become of its call, in milliseconds. */
const SOON = 2000;

/** Longer than that, to find out how long it takes instead, in milliseconds. */
const PATIENCE = 20_000;

/** What pages say of a call that is over. */
const OVER = /hung up|connection failed|cannot be reached|ended|lost/i;

const isOver = async (phone: Phone): Promise<boolean> =>
  (await phone.faces()).call === "ended" && OVER.test(await phone.words());

async function wake(scene: Scene, time: number, inject: Inject): Promise<Outcome> {
  const both = await scene.call();
  const [victim, other] = time % 2 === 0 ? both : [both[1], both[0]] as const;
  const id = scene.theCall()?.id ?? "";
  const wholeAt = await inject(scene, victim);
  const misses: string[] = [];
  const isBack = async () => (await victim.faces()).phone === "registered" && await isOver(victim);
  const back = await until(isBack, Boolean, PATIENCE).then(() => Date.now() - wholeAt, () => undefined);
  if (back === undefined) misses.push(`${victim.number} wakes and shows ${await shown(victim)}`);
  if (!await isOver(other)) misses.push(`${other.number} shows ${await shown(other)}`);
  if (await isInCall(scene, id, both)) misses.push("the call goes on after all");
  const live = scene.house.liveCalls().length;
  if (live > 0) misses.push(`${live} calls are live for the server`);
  const late = back !== undefined && back > SOON
    ? [`on the line again after ${back} ms, promised ${SOON}`]
    : [];
  return { ...back !== undefined && { back }, misses, late, wholeAt };
}

async function shown(phone: Phone): Promise<string> {
  const { phone: state, call } = await phone.faces();
  return `${state} ${call}: ${(await phone.words()).slice(0, 60)}`;
}

/** All of them. */
export const WAKINGS: readonly Row[] = [
  {
    name: "freeze-75",
    fault: "page frozen for 75 s and resumed: the call is over",
    run: (scene, time) => wake(scene, time, freeze(NIGHT)),
  },
  {
    name: "sleep-75",
    fault: "laptop sleeps for 75 s and wakes: the call is over",
    run: (scene, time) => wake(scene, time, sleep(NIGHT)),
  },
];
