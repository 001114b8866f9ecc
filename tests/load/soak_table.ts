/**
 * What a soak has seen, as a table, and whether anything has grown.
 *
 * @module
 */
import type { PageSample } from "./page_pair.ts";

/** One look at everything. */
export interface Sample {
  /** Minutes since the first one. */
  readonly minute: number;
  /** Calls up to now, those of the pages included. */
  readonly calls: number;
  readonly pageCalls: number;
  /** Least memory of the server in user space (PSS) since the last one, in KiB. */
  readonly server: number;
  /** Files that the server holds open, and the sockets among them. */
  readonly files: number;
  readonly sockets: number;
  /** Rows of the table of calls. */
  readonly liveRows: number;
  readonly rows: number;
  /** Phones on line, as another phone sees it. */
  readonly phones: number;
  readonly pages: readonly PageSample[];
}

/** A line through points: how much is added for each unit of `x`. */
export interface Slope {
  readonly perHour: number;
  readonly perThousandCalls: number;
}

/** Shorter than this, in minutes, a run says nothing of growth: caches still fill, and the collector decides. */
const LONG_ENOUGH = 20;

/** More than this, in KiB an hour, is growth. The collector leaves a server of 100 MiB some MiB up and down. */
const MOST_SERVER = 6144;
const MOST_PAGE = 1024;

/** Least squares: how much `y` grows for one more `x`. */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
}

const second = (samples: readonly Sample[]): readonly Sample[] =>
  samples.slice(Math.floor(samples.length / 2));

/** How fast something grows over the second half of a run, where `calls` are those that could have made it grow. */
export function growth(
  samples: readonly Sample[],
  read: (sample: Sample) => number,
  calls: (sample: Sample) => number,
): Slope {
  const half = second(samples);
  return {
    perHour: slopeOf(half.map((sample) => ({ x: sample.minute / 60, y: read(sample) }))),
    perThousandCalls: slopeOf(half.map((sample) => ({ x: calls(sample) / 1000, y: read(sample) }))),
  };
}

const serverGrowth = (samples: readonly Sample[]): Slope =>
  growth(samples, ({ server }) => server, ({ calls }) => calls);

const pageGrowth = (samples: readonly Sample[], page: number): Slope =>
  growth(samples, ({ pages }) => pages[page]?.heap ?? 0, ({ pageCalls }) => pageCalls);

/** What has grown that must not, in words. */
export function verdicts(samples: readonly Sample[]): readonly string[] {
  const kept = samples.flatMap(({ minute, pages }) =>
    pages.flatMap(({ tracks, connections, sockets }, page) =>
      tracks + connections > 0 || sockets !== 1
        ? [
          `page ${
            page + 1
          } held ${tracks} tracks, ${connections} peer connections and ${sockets} sockets between two ` +
          `calls, at minute ${minute.toFixed(1)}`,
        ]
        : []
    )
  );
  if ((samples.at(-1)?.minute ?? 0) < LONG_ENOUGH) return kept;
  const grown = [
    tooFast("the memory of the server", serverGrowth(samples), MOST_SERVER),
    ...pagesOf(samples).map((page) =>
      tooFast(`the heap of page ${page + 1}`, pageGrowth(samples, page), MOST_PAGE)
    ),
  ];
  return [...kept, ...grown.flat()];
}

function tooFast(what: string, { perHour }: Slope, most: number): string[] {
  return perHour > most ? [`${what} grows by ${Math.round(perHour)} KiB an hour, more than ${most}`] : [];
}

const pagesOf = (samples: readonly Sample[]): number[] => [...(samples.at(-1)?.pages ?? []).keys()];

/** Prints every sample, and what grows. */
export function print(samples: readonly Sample[], summary: string): void {
  const rows = samples.map(({ minute, calls, server, files, sockets, liveRows, rows, phones, pages }) =>
    [
      minute.toFixed(1),
      calls,
      Math.round(server),
      files,
      sockets,
      liveRows,
      rows,
      phones,
      ...pages.flatMap(({ heap, tracks, connections, sockets, nodes, listeners }) => [
        Math.round(heap),
        `${tracks}/${connections}/${sockets}`,
        nodes,
        listeners,
      ]),
    ].map(String)
  );
  const page = ["heap KiB", "tracks/peers/sockets", "nodes", "listeners"];
  const head = ["minute", "calls", "server KiB", "files", "sockets", "live rows", "rows", "phones"];
  console.log(`\n${table([[...head, ...pagesOf(samples).flatMap(() => page)], ...rows])}\n`);
  console.log(summary);
  say("server", serverGrowth(samples));
  for (const page of pagesOf(samples)) say(`page ${page + 1}`, pageGrowth(samples, page));
  if ((samples.at(-1)?.minute ?? 0) < LONG_ENOUGH) {
    console.log(`Growth is judged from ${LONG_ENOUGH} minutes on; this run was shorter.`);
  }
}

function say(what: string, { perHour, perThousandCalls }: Slope): void {
  console.log(
    `${what}: ${perHour.toFixed(0)} KiB an hour, ${perThousandCalls.toFixed(1)} KiB a thousand calls ` +
      "(least squares over the second half)",
  );
}

/** Cells in columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ")).join(
    "\n",
  );
}
