/**
 * How long the main thread of a page is held up while one calls, accepts and hangs up: by how long its tasks have had a
 * core, and by how long they took, which on a busy machine is also waiting for others.
 *
 * @module
 */
import { lacksForPages } from "../driver.ts";
import { type Figure, median, quantile, type Row } from "../figures.ts";
import { type Block, CALLS, connect, hangUp, inTurns } from "./calls.ts";
import { pause } from "./seat.ts";
import { floor, ours, type Pair, Stage } from "./stage.ts";

/** How long a call goes on before somebody hangs up, in milliseconds. */
const TALK = 1500;

/** Calls of one pair of pages. */
const A_PAIR = 4;

const BUDGET = 300_000;

/** What to take down: every task of a thread, and the marks between steps. */
const CATEGORIES = ["disabled-by-default-devtools.timeline", "blink.user_timing"];

const STEPS = ["call", "accept", "hang up"] as const;

/** The longest task of each step of a call on either page, in milliseconds. */
type Longest = Readonly<Record<typeof STEPS[number] | "wall", number>>;

/** An entry of a trace; its times are in microseconds. */
interface Traced {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  /** How long it took. */
  readonly dur?: number;
  /** How long it has had a core. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** The longest task of each step, of those of main threads of pages. */
export function longestTasks(trace: string): Longest {
  const { traceEvents: all }: { traceEvents: readonly Traced[] } = JSON.parse(trace);
  const thread = ({ pid, tid }: Traced) => `${pid} ${tid}`;
  const isName = ({ name, args }: Traced) => name === "thread_name" && args.name === "CrRendererMain";
  const main = new Set(all.filter(isName).map(thread));
  const tasks = all.filter((each) => each.name === "RunTask" && main.has(thread(each)));
  const marks = STEPS.map((step) => all.find(({ name }) => name === `bench: ${step}`)?.ts ?? Infinity);
  const longest = (step: number) =>
    Math.max(
      0,
      ...tasks.filter(({ ts }) => ts >= (marks[step] ?? 0) && ts < (marks[step + 1] ?? Infinity))
        .map(({ tdur = 0 }) => tdur / 1000),
    );
  const wall = Math.max(
    0,
    ...tasks.filter(({ ts }) => ts >= (marks[0] ?? 0)).map(({ dur = 0 }) => dur / 1000),
  );
  return { call: longest(0), accept: longest(1), "hang up": longest(2), wall };
}

const mark = (step: typeof STEPS[number], { caller }: Pair): Promise<unknown> =>
  caller.page.evaluate(`void performance.mark("bench: ${step}")`);

const blocks = (stage: Stage): Block<Longest> => async (pair) => {
  const all: Longest[] = [];
  for (let turn = 0; turn < A_PAIR; turn++) {
    const stop = await stage.trace(...CATEGORIES);
    await mark("call", pair);
    await connect(pair, false, stage.roundTrip, async () => {
      for (const seat of pair.both) await seat.reset();
      await mark("accept", pair);
    });
    for (const seat of pair.both) await seat.frame();
    await pause(TALK);
    await mark("hang up", pair);
    await hangUp(pair);
    all.push(longestTasks(await stop()));
  }
  return all;
};

const worst = (longest: Longest): number => Math.max(...STEPS.map((step) => longest[step]));

/** The row. */
export const mainRow: Row = {
  name: "main",
  what: "the longest time that a page's main thread is held up in a call",
  lacks: lacksForPages,
  async run(_rounds, { calls = CALLS, roundTrip = 0, picture }): Promise<readonly Figure[]> {
    await using stage = await Stage.open(roundTrip);
    const turns = { blocks: Math.ceil(calls / A_PAIR), budget: BUDGET, name: "main" };
    const read = await inTurns(stage, [ours, floor], { answers: false, picture }, blocks(stage), turns);
    const [own = [], others = []] = [ours, floor].map((side) => read.get(side));
    const names = STEPS.map((step) => `${step} ${median(own.map((each) => each[step])).toFixed(0)}`).join(
      ", ",
    );
    const figure = (what: string, read: (longest: Longest) => number, more: string): Figure => {
      const [values, beside] = [own.map(read), others.map(read)];
      return {
        row: "main",
        what: `ms, the longest task of a page's main thread in a call, ${what}`,
        ours: median(values),
        target: { most: 50 },
        note:
          `p95 ${quantile(values, 0.95).toFixed(0)}; ${more}; a bare page ${median(beside).toFixed(0)}, ` +
          `p95 ${quantile(beside, 0.95).toFixed(0)}`,
      };
    };
    return [
      figure("as it had a core", worst, `${names}; ${own.length} calls`),
      figure("with waiting", ({ wall }) => wall, "waiting for the rest of the browser, and for the machine"),
    ];
  },
};
