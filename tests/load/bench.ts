/**
 * The bench: `deno task bench [--only server] [--only P8] [--rounds 3]` measures ours side by side with floors and
 * peers in one interleaved run, and prints one table. The machine may be busy: it is the ratios that count.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { endTogether } from "./children.ts";
import { type Figure, figuresTable, isMet, type Row } from "./figures.ts";
import { memoryRow } from "./memory_row.ts";
import { presenceRow } from "./presence_row.ts";
import { relayRow } from "./relay_row.ts";

/** All rows, by the part of the house that they measure. */
const GROUPS: Readonly<Record<string, readonly Row[]>> = {
  server: [relayRow, memoryRow, presenceRow],
};

/** The core of this program; the servers have the other one. */
const OWN_CORE = 1;

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
async function pin(): Promise<void> {
  if (navigator.hardwareConcurrency < 2) throw new Error("Cannot measure here: it takes two cores");
  const { success } = await new Deno.Command("taskset", {
    args: ["-acp", `${OWN_CORE}`, `${Deno.pid}`],
    stdout: "null",
  }).output();
  if (!success) throw new Error("Cannot measure here: taskset failed");
}

const { values } = parseArgs({
  args: Deno.args,
  options: { only: { type: "string", multiple: true }, rounds: { type: "string", default: "3" } },
});
const rounds = Number(values.rounds);
if (!(rounds >= 1)) throw new Error(`Cannot measure ${values.rounds} rounds`);

const rows = rowsOf(values.only ?? []);
await pin();
endTogether();
const figures: Figure[] = [];
for (const row of rows) {
  console.log(`${row.name}: ${row.what}`);
  figures.push(...await row.run(rounds));
}
console.log(`\n${figuresTable(figures)}`);
Deno.exit(figures.every(isMet) ? 0 : 1);
