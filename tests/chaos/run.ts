/**
 * The chaos suite: `deno task chaos [--only <row>] [--times <n>] [--short] [--story]` injects faults into real calls
 * in a network of its own and prints what became of them.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Browsers, lacksForBrowsers } from "./driver.ts";
import { Lab, lacksForLab } from "./lab.ts";
import type { Outcome } from "./measure.ts";
import { type Row, ROWS } from "./rows.ts";
import { CLIENTS, Scene } from "./scene.ts";

const HEADINGS = [
  "fault",
  "times",
  "survived",
  "longest gap",
  "media back",
  "signalling back",
  "lost",
  "doubled",
  "verdict",
];

interface Result {
  readonly row: Row;
  readonly outcomes: readonly Outcome[];
}

interface Wishes {
  readonly only: readonly string[];
  readonly times: number;
  readonly short: boolean;
  readonly story: boolean;
}

function wishesOf(words: string[]): Wishes {
  const { values } = parseArgs({
    args: words,
    options: {
      only: { type: "string", multiple: true },
      times: { type: "string" },
      short: { type: "boolean" },
      story: { type: "boolean" },
    },
  });
  const { only = [], times = "1", short = false, story = false } = values;
  const unknown = only.find((name) => !ROWS.some((row) => row.name === name));
  if (unknown) {
    throw new Error(`Cannot run ${unknown}: the rows are ${ROWS.map(({ name }) => name).join(", ")}`);
  }
  if (!(Number(times) >= 1)) throw new Error(`Cannot run anything ${times} times`);
  return { only, times: Number(times), short, story };
}

const isWished = ({ only, short }: Wishes) => (row: Row): boolean =>
  only.length > 0 ? only.includes(row.name) : !short || row.short === true;

/** The house that stands at the moment. */
let standing: Scene | undefined;

/** One injection, in a house of its own. What goes wrong around it is a miss too. */
async function inject(
  lab: Lab,
  browsers: Browsers,
  row: Row,
  time: number,
  story: boolean,
): Promise<Outcome> {
  await using scene = await Scene.open(lab, browsers);
  standing = scene;
  const outcome = await row.run(scene, time).catch(failed);
  const words = outcome.misses.length === 0 ? "kept" : outcome.misses.join("; ");
  console.log(`${row.name}: ${words}${outcome.note ? ` (${outcome.note})` : ""}`);
  if (story) console.log(await scene.story());
  standing = undefined;
  return outcome;
}

const failed = (error: unknown): Outcome => ({ survived: false, misses: [String(error)] });

async function runAll(rows: readonly Row[], { times, story }: Wishes): Promise<readonly Result[]> {
  await using lab = await Lab.up({ clients: CLIENTS });
  await using browsers = new Browsers(lab);
  cleanUpWhenToldToStop(lab, browsers);
  const results: Result[] = [];
  for (const row of rows) {
    const outcomes: Outcome[] = [];
    for (let time = 0; time < times; time++) outcomes.push(await inject(lab, browsers, row, time, story));
    results.push({ row, outcomes });
  }
  return results;
}

/** A signal would end us with namespaces, browsers and a server left behind. */
function cleanUpWhenToldToStop(lab: Lab, browsers: Browsers): void {
  const stop = async () => {
    for (const each of [standing, browsers, lab]) await each?.[Symbol.asyncDispose]().catch(() => {});
    Deno.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => void stop());
}

function cellsOf({ row, outcomes }: Result): string[] {
  const most = (which: "gap" | "mediaBack" | "back" | "lost" | "doubled") => {
    const known = outcomes.flatMap((outcome) => outcome[which] ?? []);
    return known.length === 0 ? "–" : `${Math.round(Math.max(...known))}`;
  };
  const told = outcomes.filter(({ survived }) => survived !== undefined);
  const kept = outcomes.filter(({ misses }) => misses.length === 0).length;
  return [
    row.fault,
    `${outcomes.length}`,
    told.length === 0 ? "–" : `${told.filter(({ survived }) => survived).length}`,
    most("gap"),
    most("mediaBack"),
    most("back"),
    most("lost"),
    most("doubled"),
    kept === outcomes.length ? "kept" : `MISSED ${outcomes.length - kept}`,
  ];
}

function print(results: readonly Result[]): void {
  const table = [HEADINGS, ...results.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  console.log("\nTimes in milliseconds, the worst of each row.\n");
  for (const cells of table) {
    console.log(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
  }
}

const wishes = wishesOf(Deno.args);
const lacking = lacksForLab() ?? lacksForBrowsers();
if (lacking) console.log(`Cannot run the chaos suite here, so it is skipped: ${lacking}`);
else {
  const results = await runAll(ROWS.filter(isWished(wishes)), wishes);
  print(results);
  const isKept = results.every(({ outcomes }) => outcomes.every(({ misses }) => misses.length === 0));
  Deno.exit(isKept ? 0 : 1);
}
