/**
 * P7: from the beginning of a navigation until the phone is registered, and until its buttons work, in a new profile and
 * in one that was there before.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { until } from "../../support/until.ts";
import { lacksForPages } from "../driver.ts";
import { type Figure, median, quantile, type Row } from "../figures.ts";
import { CALLS } from "./calls.ts";
import { inTime, pause, Seat } from "./seat.ts";
import { CALLER, Stage } from "./stage.ts";

/** The distance at which one sees what is waited for, as a round trip in milliseconds. */
const FAR = 100;

/** No visit begins later than so many milliseconds after the first. */
const BUDGET = 300_000;

/** How long a service worker may take to have kept the page, in milliseconds. */
const KEEPING = 5000;

/** What one page has shown. */
interface Visit {
  /** Milliseconds from the beginning of the navigation until the server has said so: the page's mark `registered`. */
  readonly registered: number;
  /** The same until `data-phone` says so: the phone is there, and its buttons work. */
  readonly usable: number;
  /** Milliseconds from the socket's opening to being registered. */
  readonly afterOpening: number;
  /** What of JavaScript the document asks for and had come before it was usable. */
  readonly scripts: readonly string[];
  /** What of JavaScript stands in the page itself. */
  readonly inline: readonly string[];
}

/** One of the two pages. */
interface Door {
  readonly name: string;
  /** What a person opens who comes for the first time, and for the second. */
  readonly urls: (stage: Stage, turn: number) => readonly [cold: string, warm: string];
}

const DOORS: readonly [own: Door, floor: Door] = [
  {
    name: "ours",
    urls: (stage) => {
      const url = stage.ourUrl(CALLER);
      return [url, url.split("#")[0] ?? ""];
    },
  },
  {
    name: "floor",
    urls: (stage, turn) => {
      const url = stage.floorUrl({ me: `visitor${turn}` });
      return [url, url];
    },
  },
];

const READ = `(() => {
  const usable = clock.registered();
  // The floor's page has no mark, for there it is the same.
  const registered = performance.getEntriesByName("registered")[0]?.startTime ?? usable;
  const opened = clock.wired().find(({ type }) => type === "(open)")?.at - performance.timeOrigin;
  // What is fetched once it is registered may come within the very task that tells so.
  const asked = new Set([...document.querySelectorAll("link[rel=modulepreload], script[src]")]
    .map(({ href, src }) => href ?? src));
  const scripts = performance.getEntriesByType("resource")
    .filter(({ name, responseEnd }) => asked.has(name) && responseEnd <= usable)
    .map(({ name }) => name);
  const inline = [...document.scripts].filter(({ src }) => !src).map(({ text }) => text);
  return { registered, usable, afterOpening: registered - opened, scripts, inline };
})()`;

const KEPT = `navigator.serviceWorker?.getRegistration().then((kept) => !kept || Boolean(kept.active))`;

async function visit(seat: Seat, url: string): Promise<Visit> {
  await seat.page.goto(url);
  await seat.shows("phone", "registered");
  return await seat.page.evaluate(READ) as Visit;
}

async function visits(stage: Stage, { urls }: Door, turn: number): Promise<{ cold: Visit; warm: Visit }> {
  const [first, second] = urls(stage, turn);
  const seat = await stage.seat("caller", undefined);
  try {
    const cold = await visit(seat, first);
    // Who comes back finds what the first visit has kept.
    await pause(1500);
    await until(() => seat.page.evaluate(KEPT), Boolean, KEEPING).catch(() => {});
    await seat.page.close();
    const again = new Seat(await seat.context.newPage(), seat.context, undefined);
    return { cold, warm: await visit(again, second) };
  } finally {
    await seat.context.close();
  }
}

/** The bytes of a visit's scripts, by gzip -9. */
async function weigh({ scripts = [], inline = [] }: Partial<Visit> = {}): Promise<number> {
  const fetched = await Promise.all(scripts.map(async (url) => await (await fetch(url)).text()));
  const sizes = [...fetched, ...inline].map((text) => gzipSync(text, { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}

const inWords = ({ registered, usable }: Visit): string =>
  `registered ${registered.toFixed(0)} usable ${usable.toFixed(0)}`;

type Readings = readonly { readonly cold: Visit; readonly warm: Visit }[];

async function read(stage: Stage, count: number): Promise<readonly [own: Readings, floor: Readings]> {
  const [own, floor]: [{ cold: Visit; warm: Visit }[], { cold: Visit; warm: Visit }[]] = [[], []];
  const began = performance.now();
  for (let turn = 0; turn < count && performance.now() - began < BUDGET; turn++) {
    for (const [index, door] of DOORS.entries()) {
      const news = await inTime(visits(stage, door, turn), `a visit to ${door.name}`, 60_000);
      (index === 0 ? own : floor).push(news);
      console.log(
        `P7: ${door.name} cold ${inWords(news.cold)}, warm ${inWords(news.warm)}`,
      );
    }
  }
  return [own, floor];
}

/** What is measured of a visit: without `most` it is only told. */
interface Moment {
  readonly until: "registered" | "usable";
  readonly which: "cold" | "warm";
  readonly most?: number;
}

function timed({ until, which, most }: Moment, distance: string, all: readonly Readings[]): Figure {
  const [own = [], others = []] = all.map((each) => each.map((visits) => visits[which][until]));
  const [p95, floorP95] = [own, others].map((values) => Math.round(quantile(values, 0.95)));
  return {
    row: "P7",
    what: `ms, navigation to ${until}, ${which}${distance}`,
    ours: median(own),
    floor: { name: "bare page", value: median(others) },
    ...most !== undefined && { target: { most } },
    note: `p95 ${p95} and ${floorP95}; ${own.length} visits`,
  };
}

async function waits(): Promise<Figure> {
  await using stage = await Stage.open(FAR);
  const [own] = await read(stage, 3);
  const after = own.flatMap(({ cold, warm }) => [cold.afterOpening, warm.afterOpening]);
  return {
    row: "P7",
    what: "round trips waited for after the socket's opening",
    ours: Math.round(median(after) / FAR),
    target: { most: 0 },
    note: `${Math.round(median(after))} ms at ${FAR} ms RTT`,
  };
}

/** The row. */
export const connectRow: Row = {
  name: "P7",
  what: "from navigation to registered",
  lacks: lacksForPages,
  async run(_rounds, { calls = CALLS, roundTrip = 0 }) {
    await using stage = await Stage.open(roundTrip);
    const all = await read(stage, calls);
    const [own, floor] = all.map(([first]) => first?.cold);
    const distance = roundTrip > 0 ? `, at ${roundTrip} ms RTT` : "";
    return [
      timed({ until: "registered", which: "cold", most: 1 }, distance, all),
      timed({ until: "registered", which: "warm", most: 0.8 }, distance, all),
      timed({ until: "usable", which: "cold" }, distance, all),
      timed({ until: "usable", which: "warm" }, distance, all),
      {
        row: "P7",
        what: "KiB of JavaScript until usable, by gzip -9",
        ours: await weigh(own) / 1024,
        target: { most: 25 },
        note: `${own?.scripts.length} files; the floor ${(await weigh(floor) / 1024).toFixed(1)}`,
      },
      await waits(),
    ];
  },
};
