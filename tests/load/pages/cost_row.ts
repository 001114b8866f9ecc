/**
 * P12: what a call costs the machine: the time that all processes of the browser have had a core for both ends of it.
 *
 * @module
 */
import { secondsOf } from "../processes.ts";
import { lacksForPages } from "../driver.ts";
import { type Figure, median, type Row } from "../figures.ts";
import { type Block, CALLS, hangUp, inTurns, timedCall } from "./calls.ts";
import { pause } from "./seat.ts";
import { floor, ours, Stage } from "./stage.ts";

/** How long a call is watched, in milliseconds. */
const WATCHED = 20_000;

/** One long call counts for so many short ones. */
const LONG = 4;

/** No call begins later than so many milliseconds after the first. */
const BUDGET = 600_000;

const PICTURE = { width: 640, height: 480 };

/** The processes under this one that are of a browser, and theirs. */
function browserProcesses(): readonly number[] {
  const parents = new Map<number, number>();
  for (const { name } of Deno.readDirSync("/proc")) {
    const pid = Number(name);
    if (pid > 0) parents.set(pid, parentOf(pid));
  }
  const under = (pid: number): number[] => [
    pid,
    ...[...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => under(child)),
  ];
  return under(Deno.pid).filter((pid) => /chrom/.test(read(`/proc/${pid}/cmdline`)));
}

const parentOf = (pid: number): number =>
  Number(read(`/proc/${pid}/stat`).split(")").at(-1)?.trim().split(" ")[1]);

/** What is in a file of a process that may have ended meanwhile. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

const seconds = (): number => browserProcesses().reduce((sum, pid) => sum + secondsOf(pid), 0);

const cost: Block<number> = async (pair, { roundTrip }) => {
  await timedCall(pair, true, roundTrip);
  const [before, began] = [seconds(), performance.now()];
  await pause(WATCHED);
  const took = (seconds() - before) * WATCHED / (performance.now() - began);
  await hangUp(pair);
  return [took];
};

/** The row. */
export const costRow: Row = {
  name: "P12",
  what: "CPU of a call of 20 s at 640x480",
  lacks: lacksForPages,
  async run(_rounds, { calls = CALLS, roundTrip = 0 }): Promise<readonly Figure[]> {
    await using stage = await Stage.open(roundTrip);
    const turns = { blocks: Math.ceil(calls / LONG), budget: BUDGET, name: "P12" };
    const read = await inTurns(stage, [ours, floor], { answers: true, picture: PICTURE }, cost, turns);
    const [own = [], others = []] = [ours, floor].map((side) => read.get(side));
    return [{
      row: "P12",
      what: "s of CPU, both ends of a call of 20 s at 640x480",
      ours: median(own),
      floor: { name: "VP8 default", value: median(others) },
      target: { most: 0.85 },
      note: `${own.length} calls; ${own.map((each) => each.toFixed(1)).join(" ")} and ` +
        others.map((each) => each.toFixed(1)).join(" "),
    }];
  },
};
