/**
 * P1 to P4 and P6: how long it takes until the other side is on the screen, beside the floor.
 *
 * @module
 */
import { lacksForPages } from "../driver.ts";
import { type Figure, median, quantile, type Row, type Wishes } from "../figures.ts";
import { CALLS, inTurns, onBoth, type Timed, timedCalls } from "./calls.ts";
import { floor, ours, Stage } from "./stage.ts";

/** The distance that a target is told for, as a round trip in milliseconds. */
const FAR = 100;

/** What all cameras give unless told: the floor would ask for less than our pages do, and less is sooner there. */
const PICTURE = { width: 640, height: 480 };

/** Calls of one pair of pages; the first of them is a first one. */
const A_PAIR = 3;

/** No row begins a block later than so many milliseconds after its first, at each distance. */
const BUDGET = 420_000;

/** What both sides have read. */
interface Readings {
  readonly own: readonly Timed[];
  readonly floor: readonly Timed[];
}

/** What a row makes of a run. */
interface SetUp {
  readonly name: string;
  readonly what: string;
  /** Whether the callee answers by itself; else the clock runs from Accept. */
  readonly answers: boolean;
  /** Whether our pages are connected before the call. */
  readonly linked?: boolean | undefined;
  readonly read: (timed: Timed) => number;
  /** The ratio that it has to be, without distance and at {@linkcode FAR}. */
  readonly most: readonly [near: number, far: number];
}

const SET_UPS: readonly SetUp[] = [
  {
    name: "P1",
    what: "accept to a frame on the callee's screen",
    answers: false,
    read: ({ onCallee }) => onCallee,
    most: [0.15, 0.06],
  },
  {
    name: "P2",
    what: "accept to frames on both screens",
    answers: false,
    read: onBoth,
    most: [0.5, 0.25],
  },
  {
    name: "P3",
    what: "call to frames on both screens, answered by itself",
    answers: true,
    read: onBoth,
    most: [0.6, 0.75],
  },
  {
    name: "P4",
    what: "the same to a linked contact",
    answers: true,
    linked: true,
    read: onBoth,
    most: [0.5, 0.33],
  },
];

/** Runs that more than one row reads, by what was asked for. */
const runs = new Map<string, Promise<Readings>>();

/** Which calls are measured. */
type Kind = Pick<SetUp, "answers" | "linked">;

function readingsOf({ answers, linked }: Kind, roundTrip: number, wishes: Wishes): Promise<Readings> {
  const key = `${answers} ${linked} ${roundTrip}`;
  const run = runs.get(key) ?? measure({ answers, linked }, roundTrip, wishes);
  runs.set(key, run);
  return run;
}

async function measure(
  { answers, linked = false }: Kind,
  roundTrip: number,
  { calls = CALLS, picture = PICTURE }: Wishes,
  aPair = A_PAIR,
): Promise<Readings> {
  await using stage = await Stage.open(roundTrip);
  const name = `${linked ? "linked " : ""}${answers ? "call" : "accept"}, round trip ${roundTrip} ms`;
  const blocks = Math.ceil(calls / aPair);
  const wishes = { answers, linked, picture };
  const read = await inTurns(stage, [ours, floor], wishes, timedCalls(aPair, answers), {
    blocks,
    budget: BUDGET,
    name,
  });
  return { own: read.get(ours) ?? [], floor: read.get(floor) ?? [] };
}

const spread = (values: readonly number[]): string => Math.round(quantile(values, 0.95)).toString();

function figureOf(setUp: SetUp, roundTrip: number, readings: Readings): Figure {
  const own = readings.own.map(setUp.read);
  const others = readings.floor.map(setUp.read);
  const [near, far] = setUp.most;
  const most = roundTrip === 0 ? near : roundTrip === FAR ? far : undefined;
  return {
    row: setUp.name,
    what: `ms, ${setUp.what}${roundTrip > 0 ? `, at ${roundTrip} ms RTT` : ""}`,
    ours: median(own),
    floor: { name: setUp.answers ? "trickle" : "naive", value: median(others) },
    target: most === undefined ? undefined : { most },
    note: `p95 ${spread(own)} and ${spread(others)}; ${own.length} and ${others.length} calls`,
  };
}

function rowOf(setUp: SetUp): Row {
  return {
    name: setUp.name,
    what: setUp.what,
    lacks: lacksForPages,
    async run(_rounds, wishes) {
      const figures = [];
      for (const roundTrip of wishes.roundTrip === undefined ? [0, FAR] : [wishes.roundTrip]) {
        figures.push(figureOf(setUp, roundTrip, await readingsOf(setUp, roundTrip, wishes)));
      }
      return figures;
    },
  };
}

/** P1 to P4. */
export const setUpRows: readonly Row[] = SET_UPS.map(rowOf);

/** P6: the first call in a page beside a later one. */
export const firstCallRow: Row = {
  name: "P6",
  what: "the first call in a page beside a later one",
  lacks: lacksForPages,
  async run(_rounds, wishes) {
    // Two calls of a pair: each is a first one or a later one.
    const calls = 2 * (wishes.calls ?? CALLS);
    const readings = await measure({ answers: true }, wishes.roundTrip ?? 0, { ...wishes, calls }, 2);
    const [own, others] = [readings.own, readings.floor].map((all) => ({
      first: all.filter(({ turn }) => turn === 0).map(onBoth),
      later: all.filter(({ turn }) => turn > 0).map(onBoth),
    }));
    if (!own || !others) return [];
    return [{
      row: "P6",
      what: "ms, the first call in a page, beside a later one",
      ours: median(own.first),
      floor: { name: "a later one", value: median(own.later) },
      target: { most: 1.2 },
      note: `p95 ${spread(own.first)} and ${spread(own.later)}; ${own.first.length} pairs of pages; ` +
        `the floor's ${Math.round(median(others.first))} and ${Math.round(median(others.later))}`,
    }];
  },
};
