/**
 * Waiting, for tests: never for a time, always for something to be seen.
 *
 * @module
 */

/** How long between two looks, in milliseconds. */
const PAUSE = 25;

/** The usual patience of a test, in milliseconds: only a failing test ever uses it up. */
export const BUDGET = 30_000;

/** What one look brought: a value, the error that came instead, or nothing before the time was up. */
type Look<T> = { readonly value: T } | { readonly error: unknown } | undefined;

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
  let last: Look<T>;
  while (Date.now() < deadline) {
    const look = await lookOnce(read, deadline - Date.now());
    if (look && "value" in look && hoped(look.value)) return look.value;
    // A look that the deadline cut short says less than the one before it.
    last = look ?? last;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  throw new Error(`Cannot wait longer than ${budget} ms for ${hoped}: last saw ${shown(last)}`);
}

async function lookOnce<T>(read: () => T | Promise<T>, milliseconds: number): Promise<Look<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([Promise.resolve(read()).then((value) => ({ value })), late]);
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(timer);
  }
}

function shown<T>(look: Look<T>): string {
  if (!look) return "nothing, for the first look had no answer";
  if ("error" in look) return String(look.error);
  return JSON.stringify(look.value) ?? String(look.value);
}
