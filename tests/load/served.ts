/**
 * The servers that ours is measured beside: each a process of its own on the same core.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { freePort } from "../support/server.ts";
import { until } from "../support/until.ts";
import { adopt } from "./children.ts";
import { memoryOf, secondsOf } from "./processes.ts";

/** How long a server may take to listen, in milliseconds. */
const START_BUDGET = 15_000;
/** How long it may take to leave, in milliseconds. */
const STOP_BUDGET = 3000;

/** Where the floors and what they need are. */
export const FLOORS: string = fileURLToPath(new URL("floors", import.meta.url));

/** A server that runs. */
export interface Served extends AsyncDisposable {
  readonly port: number;
  /** Its first process; others may be under it. */
  readonly pid: number;
}

/** Starts a program on `core` that listens on the port of 127.0.0.1 that it is told (`PORT`, or by `words`). */
export async function serve(
  core: number,
  words: (port: number) => readonly string[],
): Promise<Served> {
  const port = freePort();
  const command = new Deno.Command("taskset", {
    args: ["-c", `${core}`, ...words(port)],
    cwd: FLOORS,
    env: { PORT: `${port}` },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  const child = adopt(command.spawn());
  const served = { port, pid: child.pid, [Symbol.asyncDispose]: () => stop(child) };
  try {
    await until(() => answers(port), Boolean, START_BUDGET);
    return served;
  } catch (error) {
    await stop(child);
    throw new Error(
      `Cannot start ${words(port).join(" ")}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** The memory of a process and those under it, in KiB. */
export const treeMemory = (pid: number): number => treeOf(pid).reduce((sum, each) => sum + memoryOf(each), 0);

/** How long a process and those under it have had a core up to now, in seconds. */
export const treeSeconds = (pid: number): number =>
  treeOf(pid).reduce((sum, each) => sum + secondsOf(each), 0);

function treeOf(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap((child) => treeOf(Number(child)))];
}

/** A process that has left by itself has none. */
function childrenOf(pid: number): readonly string[] {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean);
  } catch {
    return [];
  }
}

async function answers(port: number): Promise<boolean> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.close();
  return true;
}

async function stop(child: Deno.ChildProcess): Promise<void> {
  const all = treeOf(child.pid);
  const patience = setTimeout(() => {
    for (const pid of all) kill(pid, "SIGKILL");
  }, STOP_BUDGET);
  kill(child.pid, "SIGTERM");
  await child.status;
  clearTimeout(patience);
}

function kill(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch {
    // It has left by itself.
  }
}
