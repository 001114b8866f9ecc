/**
 * The chaos suite: `deno task chaos` injects faults into real calls in a network of its own, row by row and then at
 * random, and prints what became of them. See {@linkcode HELP}.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Result, summaryOf, tableOf } from "./report.ts";
import { type Row, ROWS } from "./rows.ts";
import { drawn, rowOf } from "./sequences.ts";
import { lacks, missesOf, Stand } from "./stand.ts";

const HELP = `deno task chaos [options]

  --short          the rows and sequences that CI runs
  --only ROW       this row alone, may be given several times
  --times N        each row N times
  --sequences N    N random sequences of faults after the rows; 100 unless told, 3 if short, none with --only
  --seed N         sequences alone, from this seed on; one unless told how many
  --story          all that pages and server have seen, also where every promise was kept
`;

/** How many random sequences there are in the long form and in the short one. */
const SEQUENCES = { long: 100, short: 3 };

interface Wishes {
  readonly rows: readonly Row[];
  readonly times: number;
  readonly sequences: number;
  readonly seed: number;
  readonly story: boolean;
}

const OPTIONS = {
  only: { type: "string", multiple: true },
  times: { type: "string" },
  sequences: { type: "string" },
  seed: { type: "string" },
  short: { type: "boolean" },
  story: { type: "boolean" },
  help: { type: "boolean" },
} as const;

function wishesOf(words: string[]): Wishes {
  const { values } = parseArgs({ args: words, options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    Deno.exit();
  }
  const { only = [], short = false, story = false } = values;
  const unknown = only.find((name) => !ROWS.some((row) => row.name === name));
  if (unknown) {
    throw new Error(`Cannot run ${unknown}: the rows are ${ROWS.map(({ name }) => name).join(", ")}`);
  }
  const isRepeat = values.seed !== undefined && only.length === 0;
  const usual = isRepeat ? 1 : only.length > 0 ? 0 : short ? SEQUENCES.short : SEQUENCES.long;
  const isWished = ({ name, short: isShort }: Row) =>
    only.length > 0 ? only.includes(name) : !isRepeat && (!short || isShort === true);
  return {
    rows: ROWS.filter(isWished),
    times: countOf("times", values.times ?? "1"),
    sequences: countOf("sequences", values.sequences ?? `${usual}`),
    seed: countOf("seed", values.seed ?? `${Math.floor(Math.random() * 1e6)}`),
    story,
  };
}

function countOf(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`Cannot take --${name} ${text}: expected a number`);
}

async function runAll({ rows, times, sequences, seed, story }: Wishes): Promise<readonly Result[]> {
  await using stand = await Stand.open();
  cleanUpWhenToldToStop(stand);
  const run = async (row: Row, time: number) => {
    const report = await stand.run(row, time);
    const misses = missesOf(report);
    const kept = report.survived === false ? "kept, and the call is over" : "kept";
    const words = misses.length === 0 ? kept : misses.join("; ");
    console.log(`${row.name}: ${words}${report.note ? ` (${report.note})` : ""}`);
    if (story || misses.length > 0) console.log(report.story);
    return report;
  };
  const results: Result[] = [];
  for (const row of rows) {
    const outcomes = [];
    for (let time = 0; time < times; time++) outcomes.push(await run(row, time));
    results.push({ fault: row.fault, injected: times, outcomes });
  }
  const all = Array.from({ length: sequences }, (_, index) => drawn(seed + index));
  const outcomes = [];
  for (const sequence of all) outcomes.push(await run(rowOf(sequence), 0));
  const injected = all.reduce((sum, { steps }) => sum + steps.length, 0);
  const fault = `${all.length} random sequences, seed ${seed}`;
  return all.length === 0 ? results : [...results, { fault, injected, outcomes }];
}

/** A signal would end us with namespaces, browsers and a server left behind. */
function cleanUpWhenToldToStop(stand: Stand): void {
  const stop = async () => {
    await stand[Symbol.asyncDispose]().catch(() => {});
    Deno.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => void stop());
}

const wishes = wishesOf(Deno.args);
const lacking = await lacks();
if (lacking) {
  console.error(`Cannot run the chaos suite: ${lacking}`);
  Deno.exit(2);
}
const results = await runAll(wishes);
console.log(
  `\nTimes in milliseconds, the worst of each row.\n\n${tableOf(results)}\n\n${summaryOf(results)}`,
);
const isKept = results.every(({ outcomes }) => outcomes.every((outcome) => missesOf(outcome).length === 0));
Deno.exit(isKept ? 0 : 1);
