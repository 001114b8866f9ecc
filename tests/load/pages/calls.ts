/**
 * Calls between two pages of the bench, measured one after the other, the sides in turn.
 *
 * @module
 */
import type { Ground, Pair, PairWishes, Side } from "./stage.ts";
import { inTime, pause, type Seat } from "./seat.ts";

/** Calls a side where no number is asked for. */
export const CALLS = 20;

/** How long a page has been open when its first call comes, in milliseconds: what it prepares while idle is done. */
const SETTLED = 3000;

/** How long it rings before somebody presses Accept, in milliseconds, on a network without distance. */
const RINGS = 900;

/** How long pages are left alone between two calls, in milliseconds. */
const BETWEEN = 400;

/** How long a call goes on after it was measured, in milliseconds. */
const AFTER = 300;

/** So many blocks may fail, for reasons of the machine, before there is no sense in going on. */
const MOST_FAILURES = 3;

/** One measured call: from the press to the first frame of the other side, in milliseconds. */
export interface Timed {
  /** The how manieth of its page, from 0. */
  readonly turn: number;
  readonly onCaller: number;
  readonly onCallee: number;
  /** What happened on the way, on either page, each in milliseconds after the press. */
  readonly way: string;
}

/** Until there is a frame on both sides. */
export const onBoth = ({ onCaller, onCallee }: Timed): number => Math.max(onCaller, onCallee);

/** Has the caller call, and the callee press Accept where that is needed; answers the seat whose press counts. */
export async function connect(
  { caller, callee, both }: Pair,
  answers: boolean,
  roundTrip: number,
  onRinging: () => Promise<void> = async () => {
    for (const seat of both) await seat.reset(seat === callee);
  },
): Promise<Seat> {
  for (const seat of both) await seat.reset(answers && seat === caller);
  await caller.press("Call", callee.number);
  if (answers) return caller;
  await callee.shows("call", "ringing");
  await pause(RINGS + 4 * roundTrip);
  await onRinging();
  await callee.press("Accept");
  return callee;
}

/** Makes one call and leaves it going; the clock runs from Accept, or from Call where the callee answers by themselves. */
export async function timedCall(
  pair: Pair,
  answers: boolean,
  roundTrip: number,
): Promise<Omit<Timed, "turn">> {
  const pressing = await connect(pair, answers, roundTrip);
  const { caller, callee } = pair;
  const [callersFrame, calleesFrame] = await Promise.all([caller.frame(), callee.frame()]);
  const began = await pressing.pressed();
  const way = `${await caller.way(began)} | ${await callee.way(began)}`;
  const timed = { onCaller: callersFrame - began, onCallee: calleesFrame - began, way };
  if (!(Math.min(timed.onCaller, timed.onCallee) > 0)) {
    throw new Error(
      `Cannot measure a call whose picture was there before the press: ${JSON.stringify(timed)}`,
    );
  }
  return timed;
}

/** Ends the call, and gives both pages time to forget it. */
export async function hangUp({ caller, both }: Pair): Promise<void> {
  await caller.press("Hang up");
  for (const seat of both) await seat.shows("call", "none", "ended");
  await pause(BETWEEN);
}

/** What to do with a fresh pair of pages; it answers what it has read. */
export type Block<T> = (pair: Pair, ground: Ground) => Promise<readonly T[]>;

/** A block of so many calls, each measured. */
export const timedCalls = (count: number, answers: boolean): Block<Timed> => async (pair, { roundTrip }) => {
  const all: Timed[] = [];
  for (let turn = 0; turn < count; turn++) {
    await pair.ready();
    all.push({ turn, ...await timedCall(pair, answers, roundTrip) });
    await pause(AFTER);
    await hangUp(pair);
  }
  return all;
};

/** How blocks are run. */
export interface Turns {
  readonly blocks: number;
  /** When no further block is begun, in milliseconds after the first. */
  readonly budget: number;
  /** What the progress is told as. */
  readonly name: string;
}

/** A reading in a few words, for who watches. */
const brief = (reading: unknown): string =>
  JSON.stringify(
    reading,
    (_, value) => typeof value === "number" ? Math.round(value * 10) / 10 : value,
  ).replaceAll(/["{}]/g, "");

/** Runs a block with each side in turn, again and again; answers what each side has read. */
export async function inTurns<T>(
  ground: Ground,
  sides: readonly Side[],
  wishes: PairWishes,
  block: Block<T>,
  { blocks, budget, name }: Turns,
): Promise<ReadonlyMap<Side, readonly T[]>> {
  const read = new Map<Side, T[]>(sides.map((side) => [side, []]));
  const began = performance.now();
  let failures = 0;
  for (let turn = 0; turn < blocks && performance.now() - began < budget; turn++) {
    for (const [side, readings] of read) {
      try {
        const news = await once(ground, side, wishes, block);
        for (const reading of news) console.log(`${name}: ${side.name} ${brief(reading)}`);
        readings.push(...news);
      } catch (error) {
        console.log(
          `${name}: a block of ${side.name} failed: ${error instanceof Error ? error.message : error}`,
        );
        if (++failures > MOST_FAILURES) throw error;
      }
    }
    console.log(`${name}: block ${turn + 1} of ${blocks}`);
  }
  return read;
}

async function once<T>(
  ground: Ground,
  side: Side,
  wishes: PairWishes,
  block: Block<T>,
): Promise<readonly T[]> {
  await using pair = await inTime(side.open(ground, wishes), `pages of ${side.name}`, 60_000);
  await pause(SETTLED);
  try {
    return await block(pair, ground);
  } finally {
    ground.forget();
  }
}
