/**
 * What a page holds after a hundred calls, beside what it held after the first ones.
 *
 * @module
 */
import { lacksForPages } from "../driver.ts";
import type { Figure, Row } from "../figures.ts";
import { type Left, look, press } from "../page_left.ts";
import { installCounts } from "../page_watch.ts";
import { slopeOf } from "../soak_table.ts";
import { pause, type Seat } from "./seat.ts";
import { CALLEE, CALLER, Stage } from "./stage.ts";

const CALLS = 100;

/** How often one looks, in calls; the first look is after so many, when what is kept on purpose is there. */
const EVERY = 10;

/** Compiled code and the browser's own record of marks and long frames make up this much for a call, in KiB. */
const MOST_HEAP = 8;

/** How long they talk, in milliseconds. */
const TALK = 400;

/** No call begins later than so many milliseconds after the first. */
const BUDGET = 600_000;

/** What a page holds between two calls. */
interface Sample extends Left {
  /** How many calls there were before. */
  readonly calls: number;
}

async function call(caller: Seat, callee: Seat): Promise<void> {
  await press(caller.page, "Call", callee.number);
  await press(callee.page, "Accept");
  for (const seat of [caller, callee]) await seat.shows("call", "established");
  await pause(TALK);
  await press(caller.page, "Hang up");
  for (const seat of [caller, callee]) await seat.shows("call", "none", "ended");
}

async function measure(stage: Stage, calls: number): Promise<readonly (readonly Sample[])[]> {
  const seats: [Seat, Seat] = [
    await stage.seat("caller", CALLER, { watching: [installCounts] }),
    await stage.seat("callee", CALLEE, { watching: [installCounts] }),
  ];
  for (const seat of seats) {
    await seat.page.goto(stage.ourUrl(seat.number ?? ""));
    await seat.shows("phone", "registered");
  }
  const pages = await Promise.all(
    seats.map(async (seat) => ({ seat, devtools: await seat.context.newCDPSession(seat.page) })),
  );
  const samples: Sample[][] = [[], []];
  const began = performance.now();
  for (let done = 1; done <= calls && performance.now() - began < BUDGET; done++) {
    await call(...seats);
    if (done % EVERY !== 0 && done !== calls) continue;
    for (const [index, { seat, devtools }] of pages.entries()) {
      const sample = { calls: done, ...await look(seat.page, devtools) };
      samples[index]?.push(sample);
      console.log(`hundred: page ${index + 1} ${JSON.stringify(sample)}`);
    }
  }
  return samples;
}

/** Fewer looks than this say nothing of a slope. */
const LOOKS = 8;

/** By how much a count was more at the end than at the first look, on the worse of the two pages. */
const growth = (pages: readonly (readonly Sample[])[], read: (sample: Sample) => number): number =>
  Math.max(...pages.map((samples) => {
    const [first, last] = [samples[0], samples.at(-1)];
    return first && last ? read(last) - read(first) : NaN;
  }));

/** Over the second half, for at first caches fill and what runs often is compiled. */
const heapACall = (samples: readonly Sample[]): number => {
  const half = samples.slice(Math.floor(samples.length / 2));
  return slopeOf(half.map(({ calls, heap }) => ({ x: calls, y: heap })));
};

/** The row. */
export const hundredRow: Row = {
  name: "hundred",
  what: "what a page holds after a hundred calls",
  lacks: lacksForPages,
  async run(_rounds, { calls = CALLS }): Promise<readonly Figure[]> {
    await using stage = await Stage.open();
    const pages = await measure(stage, calls);
    const last = pages.flatMap((samples) => samples.at(-1) ?? []);
    const row = "hundred";
    const more = (what: string, read: (sample: Sample) => number, most = 0): Figure => ({
      row,
      what: `${what}, more than at the first look`,
      ours: growth(pages, read),
      target: { most },
      note: `${last.map(read).join(" and ")} in the end`,
    });
    const heap = Math.max(...pages.map(heapACall));
    return [
      {
        row,
        what: "live tracks between two calls, at most",
        ours: Math.max(...pages.flat().map(({ tracks }) => tracks)),
        target: { most: 0 },
        note: `${last[0]?.calls} calls`,
      },
      more("peer connections", ({ connections }) => connections),
      // What leaks leaks with each call; some of the last call may be there still.
      more("listeners", ({ listeners }) => listeners, calls / 10),
      more("nodes of the document", ({ nodes }) => nodes),
      {
        row,
        what: "KiB of heap for each call more, over the second half",
        ours: heap,
        target: (pages[0]?.length ?? 0) < LOOKS ? undefined : { most: MOST_HEAP },
        note: `${last.map((sample) => Math.round(sample.heap)).join(" and ")} KiB in the end`,
      },
    ];
  },
};
