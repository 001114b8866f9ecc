/**
 * The soak: `deno task soak [--minutes 60] [--robots 20]`. Calls in a loop, by robots and by two real pages, while
 * memory, files and rows are looked at; in the end nothing may be left of them, and nothing may have grown.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { lacksForPages } from "./driver.ts";
import { Office } from "./soak_office.ts";
import { print, type Sample, verdicts } from "./soak_table.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { minutes: { type: "string", default: "60" }, robots: { type: "string", default: "20" } },
});
const minutes = numberIn("--minutes", values.minutes, 0.5, 24 * 60);
const robots = numberIn("--robots", values.robots, 2, 200);

function numberIn(name: string, word: string, least: number, most: number): number {
  const value = Number(word);
  if (value >= least && value <= most) return value;
  throw new Error(`Cannot soak with ${name} ${word}: expected ${least} to ${most}`);
}

/** Every minute, but often enough for a line through the points when the whole run is short. */
const period = Math.min(60_000, minutes * 60_000 / 12);

/** A machine that is too busy to be looked at says nothing of leaks. */
function notSeen(error: unknown): undefined {
  console.log(`not seen: ${error instanceof Error ? error.message : error}`);
}

async function watch(office: Office): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  for (let next = 0; elapsed() < minutes * 60_000; next += period) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - elapsed())));
    const sample = await office.sample(elapsed() / 60_000).catch(notSeen);
    if (!sample) continue;
    samples.push(sample);
    console.log(
      `${sample.minute.toFixed(1)} min: ${sample.calls} calls, server ${Math.round(sample.server)} KiB, ` +
        `${sample.files} files, pages ${
          sample.pages.map(({ heap }) => `${Math.round(heap)} KiB`).join(" and ")
        }`,
    );
  }
  return samples;
}

async function soak(): Promise<boolean> {
  await using office = await Office.open(robots);
  stopWhenToldTo(office);
  office.start();
  const samples = await watch(office);
  const complaints = [...await office.end(), ...verdicts(samples)];
  print(samples, office.summary());
  for (const complaint of complaints) console.log(`LEAK OR FAULT: ${complaint}`);
  if (complaints.length === 0) console.log("Nothing leaks, nothing was lost, nothing came twice.");
  return complaints.length === 0;
}

/** A signal would end us with a browser and a server left behind. */
function stopWhenToldTo(office: Office): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => void office[Symbol.asyncDispose]().finally(() => Deno.exit(130)));
  }
}

const lacking = lacksForPages();
if (lacking) {
  console.log(`Cannot soak here: ${lacking}`);
  Deno.exit(1);
}
Deno.exit(await soak() ? 0 : 1);
