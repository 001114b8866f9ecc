/**
 * Stands in for valibot in the scripts that browsers load: the six of its functions that `protocol/` is written with, to
 * the same answers (a test holds the two together), in a fifth of the bytes. What a browser checks with it comes from
 * our own server, so that nothing is taken out that is not known, and errors are short.
 *
 * @module
 */

/** What is wrong with a value, and where. */
interface Issue {
  readonly message: string;
  readonly path: readonly { readonly key: string | number }[];
}

interface Schema {
  /** What is wrong with a value, if anything. */
  check(value: unknown): Issue | undefined;
}

const wrong = (message: string): Issue => ({ message, path: [] });

const OTHER = "of another kind";

const within = (key: string | number, issue: Issue | undefined): Issue | undefined =>
  issue && { ...issue, path: [{ key }, ...issue.path] };

/** A value of which `isIt` is true. */
export const custom = (isIt: (value: unknown) => boolean, message: string): Schema => ({
  check: (value) => isIt(value) ? undefined : wrong(message),
});

/** This one value. */
export const literal = (literal: unknown): Schema & { readonly literal: unknown } => ({
  literal,
  ...custom((value) => value === literal, OTHER),
});

/** What may be missing. */
export const optional = (schema: Schema): Schema => ({
  check: (value) => value === undefined ? undefined : schema.check(value),
});

/** A list of `item`. */
export const array = (item: Schema): Schema => ({
  check(value) {
    if (!Array.isArray(value)) return wrong(OTHER);
    for (const [key, each] of value.entries()) {
      const issue = within(key, item.check(each));
      if (issue) return issue;
    }
    return undefined;
  },
});

/** An object with these fields, and maybe others. */
export const object = (
  entries: Readonly<Record<string, Schema>>,
): Schema & { readonly entries: Readonly<Record<string, Schema>> } => ({
  entries,
  check(value) {
    if (Object(value) !== value) return wrong(OTHER);
    for (const key in entries) {
      const issue = within(key, entries[key]?.check((value as Record<string, unknown>)[key]));
      if (issue) return issue;
    }
    return undefined;
  },
});

/** Whether a value fits, or the first thing that is wrong with it. */
export function safeParse({ check }: Schema, value: unknown) {
  const issue = check(value);
  return { success: !issue, output: value, issues: [issue] };
}
