/**
 * Processes that load has started: when it is told to stop, they stop too.
 *
 * @module
 */
const children = new Set<Deno.ChildProcess>();
const places = new Set<AsyncDisposable>();

/** How long what is open may take to close after a signal, in milliseconds. */
const PATIENCE = 10_000;

/** Takes note of a process, until it has ended. */
export function adopt(child: Deno.ChildProcess): Deno.ChildProcess {
  children.add(child);
  void child.status.then(() => children.delete(child));
  return child;
}

/** Takes note of something that is to be closed before this program ends; answers how to forget it, once it is closed. */
export function keep(place: AsyncDisposable): () => void {
  places.add(place);
  return () => places.delete(place);
}

/** Has a signal end this program and every process that it has started. */
export function endTogether(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      const closed = Promise.allSettled([...places].map((place) => place[Symbol.asyncDispose]()));
      const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
      void Promise.race([closed, late]).then(() => {
        for (const child of children) child.kill("SIGTERM");
        Deno.exit(130);
      });
    });
  }
}
