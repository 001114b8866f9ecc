/**
 * Waiting, for tests: never for a time, always for something to be seen.
 *
 * @module
 */

/** How long between two looks, in milliseconds. */
const PAUSE = 25;

/** The usual patience of a test, in milliseconds: only a failing test ever uses it up. */
export const BUDGET = 30_000;

/**
 * Reads again and again until `hoped` is true of what was read, and answers that. A `read` that throws counts as not
 * yet there. Throws after `budget` milliseconds, telling what was hoped for and what was seen last.
 */
export async function until<T>(
  read: () => T | Promise<T>,
  hoped: (seen: T) => boolean,
  budget: number = BUDGET,
): Promise<T> {
  const deadline = Date.now() + budget;
  let seen: T | Error = new Error("nothing yet");
  while (Date.now() < deadline) {
    seen = await within(read, deadline - Date.now());
    if (!(seen instanceof Error) && hoped(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  throw new Error(`Cannot wait longer than ${budget} ms for ${hoped}: last saw ${shown(seen)}`);
}

/** What was read, or the error that came instead; a read that hangs is an error too. */
async function within<T>(read: () => T | Promise<T>, milliseconds: number): Promise<T | Error> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error("no answer to the last look")), milliseconds);
  });
  try {
    return await Promise.race([read(), late]);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(timer);
  }
}

const shown = (seen: unknown): string =>
  seen instanceof Error ? seen.message : JSON.stringify(seen) ?? String(seen);
