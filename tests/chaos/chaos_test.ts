/**
 * The short form of the chaos suite: one test a row, and three random sequences. They share one network, one house and
 * the browsers, so that they fit into CI.
 */
import { testUnless } from "../support/programs.ts";
import { type Row, ROWS } from "./rows.ts";
import { drawn, rowOf } from "./sequences.ts";
import { lacks, lacksFor, missesOf, Stand } from "./stand.ts";

/** Always the same three, so that a failure is one of the change that is tested. */
const SEEDS = [1, 2, 3];

let stand: Promise<Stand> | undefined;

Deno.test.afterAll(async () => await (await stand)?.[Symbol.asyncDispose]());

async function test(row: Row): Promise<void> {
  const report = await (await (stand ??= Stand.open())).run(row, 0);
  const misses = missesOf(report);
  if (misses.length > 0) throw new Error(`${misses.join("; ")}\n${report.story}`);
}

const lacking = await lacks();
const sequences = SEEDS.map((seed) => rowOf(drawn(seed)));

for (const row of [...ROWS.filter(({ short }) => short), ...sequences]) {
  testUnless(lacking ?? lacksFor(row), {
    name: `chaos: ${row.name}: ${row.fault}`,
    fn: () => test(row),
    // What stands for all tests is opened in one and closed after the last.
    sanitizeOps: false,
    sanitizeResources: false,
  });
}
