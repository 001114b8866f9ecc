/**
 * The bench: `deno task bench [--only server] [--only P8] [--rounds 3]` measures ours side by side with floors and
 * peers in one interleaved run, and prints one table. The machine may be busy: it is the ratios that count. For the
 * pages there are `--calls 20` (a side), `--rtt 100` (milliseconds between any two) and `--camera 640x480`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { endTogether } from "./children.ts";
import { type Figure, figuresTable, isMet, type Row, type Wishes } from "./figures.ts";
import { memoryRow } from "./memory_row.ts";
import { connectRow } from "./pages/connect_row.ts";
import { costRow } from "./pages/cost_row.ts";
import { hundredRow } from "./pages/hundred_row.ts";
import { mainRow } from "./pages/main_row.ts";
import { messagesRow } from "./pages/messages_row.ts";
import { pictureRow } from "./pages/picture_row.ts";
import { firstCallRow, setUpRows } from "./pages/setup_rows.ts";
import { presenceRow } from "./presence_row.ts";
import { relayRow } from "./relay_row.ts";

/** All rows, by the part of the house that they measure. */
const GROUPS: Readonly<Record<string, readonly Row[]>> = {
  server: [relayRow, memoryRow, presenceRow],
  pages: [
    ...setUpRows,
    messagesRow,
    firstCallRow,
    connectRow,
    pictureRow,
    costRow,
    mainRow,
    hundredRow,
  ],
};

/** The core of this program; the servers have the other one. Browsers, and who drives them, have both. */
const OWN_CORE = "1";
const BOTH_CORES = "0,1";

function rowsOf(wishes: readonly string[]): readonly Row[] {
  const all = Object.values(GROUPS).flat();
  if (wishes.length === 0) return all;
  const known = [...Object.keys(GROUPS), ...all.map(({ name }) => name)];
  const unknown = wishes.find((wish) => !known.includes(wish));
  if (unknown) throw new Error(`Cannot measure ${unknown}: there are ${known.join(", ")}`);
  const meant = new Set(wishes.flatMap((wish) => GROUPS[wish]?.map(({ name }) => name) ?? wish));
  return all.filter(({ name }) => meant.has(name));
}

/** Else generator and server would take turns on one core, and each would count the other's time. */
async function pin(cores: string): Promise<void> {
  const { success } = await new Deno.Command("taskset", {
    args: ["-acp", cores, `${Deno.pid}`],
    stdout: "null",
  }).output();
  if (!success) throw new Error("Cannot measure here: taskset failed");
}

function numberIn(name: string, word: string, least: number, most: number): number {
  const value = Number(word);
  if (value >= least && value <= most) return value;
  throw new Error(`Cannot measure with ${name} ${word}: expected ${least} to ${most}`);
}

function pictureOf(word: string): Wishes["picture"] {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(word) ?? [];
  if (!width || !height) throw new Error(`Cannot measure with --camera ${word}: expected such as 640x480`);
  return { width: Number(width), height: Number(height) };
}

const { values } = parseArgs({
  args: Deno.args,
  options: {
    only: { type: "string", multiple: true },
    rounds: { type: "string", default: "3" },
    calls: { type: "string" },
    rtt: { type: "string" },
    camera: { type: "string" },
  },
});
const rounds = numberIn("--rounds", values.rounds, 1, 100);
const wishes: Wishes = {
  calls: values.calls === undefined ? undefined : numberIn("--calls", values.calls, 1, 1000),
  roundTrip: values.rtt === undefined ? undefined : numberIn("--rtt", values.rtt, 0, 1000),
  picture: values.camera === undefined ? undefined : pictureOf(values.camera),
};

const rows = rowsOf(values.only ?? []);
if (navigator.hardwareConcurrency < 2) throw new Error("Cannot measure here: it takes two cores");
endTogether();
const figures: Figure[] = [];
for (const row of rows) {
  const lacking = row.lacks?.();
  console.log(`${row.name}: ${row.what}${lacking ? ` is left out: ${lacking}` : ""}`);
  if (lacking) continue;
  await pin(GROUPS["pages"]?.includes(row) ? BOTH_CORES : OWN_CORE);
  figures.push(...await row.run(rounds, wishes));
}
console.log(`\n${figuresTable(figures)}`);
Deno.exit(figures.every(isMet) ? 0 : 1);
