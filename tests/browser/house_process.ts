/**
 * The process behind a server that was started by its task, to be killed.
 *
 * @module
 */
import type { Server } from "../support/server.ts";

/** The process that serves: the task that was started only waits for it. Linux tells by `/proc`. */
export function processOf({ origin }: Server): number {
  const port = `PORT=${new URL(origin).port}`;
  const found = [...Deno.readDirSync("/proc")].find(({ name }) => {
    const [words, environment] = [wordsIn(`/proc/${name}/cmdline`), wordsIn(`/proc/${name}/environ`)];
    return words.includes("main.ts") && environment.includes(port);
  });
  if (!found) throw new Error(`Cannot find the process with ${port}`);
  return Number(found.name);
}

function wordsIn(file: string): readonly string[] {
  try {
    return Deno.readTextFileSync(file).split("\0");
  } catch {
    // Not a process, one of somebody else, or one that is just leaving.
    return [];
  }
}
