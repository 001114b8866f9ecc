/**
 * Processes that a crashed server has left behind. Deno may not look into `/proc` unless it may do everything, so
 * `ps` and `kill` (Debian's procps) are asked.
 *
 * @module
 */

/** How long a leftover may take to end before it is killed, and how long between two looks, in milliseconds. */
const PATIENCE = 3000;
const PAUSE = 50;

/**
 * Ends the process that `pidFile` names, if its command line has `words` in it: another one may have got its number
 * since. Throws in words when the server that has started it still runs.
 */
export async function endLeftover(pidFile: string, words: string): Promise<void> {
  const pid = await readPid(pidFile);
  if (pid === undefined) return;
  const [, parent, command = ""] = /^\s*(\d+) (.*)$/s.exec(await ps(pid, "ppid=,args=")) ?? [];
  if (!command.includes(words)) return;
  if (parent !== undefined && await isAnotherServer(parent)) {
    throw new Error(`the server with process number ${parent} uses the same DATA_DIR`);
  }
  await run("kill", "-TERM", pid);
  if (!await isGone(pid)) await run("kill", "-KILL", pid);
}

async function readPid(path: string): Promise<string | undefined> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return /^[1-9]\d*$/.exec(text.trim())?.[0];
}

/** An orphan's parent is `init` or the like, no process of our own kind. */
async function isAnotherServer(parent: string): Promise<boolean> {
  if (parent === String(Deno.pid)) return false;
  return await ps(parent, "comm=") === await ps(String(Deno.pid), "comm=");
}

async function isGone(pid: string): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE; waited += PAUSE) {
    // Z: it has ended, and only its parent has not taken note of it. With an l there are threads that hold its ports.
    if (/^(Z[^l]*)?$/.test(await ps(pid, "stat="))) return true;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return false;
}

const ps = async (pid: string, what: string): Promise<string> =>
  (await run("ps", "-ww", "-o", what, "-p", pid)).trim();

/** What the program says; nothing where it is not installed. */
async function run(program: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(program, { args, clearEnv: true, stdin: "null" }).output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
