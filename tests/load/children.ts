/**
 * Processes that load has started: when it is told to stop, they stop too.
 *
 * @module
 */
const children = new Set<Deno.ChildProcess>();

/** Takes note of a process, until it has ended. */
export function adopt(child: Deno.ChildProcess): Deno.ChildProcess {
  children.add(child);
  void child.status.then(() => children.delete(child));
  return child;
}

/** Has a signal end this program and every process that it has started. */
export function endTogether(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      for (const child of children) child.kill("SIGTERM");
      Deno.exit(130);
    });
  }
}
