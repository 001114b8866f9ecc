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
  readonly path: { readonly key: PropertyKey }[];
}

/** What is wrong with a value, if anything. */
type Schema = (value: unknown) => Issue | undefined;

const wrong = (): Issue => ({ message: "of another kind", path: [] });

/** The first thing that is wrong inside `value`, if anything. */
function within<K extends PropertyKey>(
  value: unknown,
  keys: Iterable<K>,
  schemaOf: (key: K) => Schema | undefined,
): Issue | undefined {
  for (const key of keys) {
    const issue = schemaOf(key)?.((value as Record<K, unknown>)[key]);
    issue?.path.unshift({ key });
    if (issue) return issue;
  }
  return undefined;
}

/** A value of which `isIt` is true. */
export const custom = (isIt: (value: unknown) => boolean): Schema => (value) =>
  isIt(value) ? undefined : wrong();

/** This one value. */
export const literal = (literal: unknown): Schema & { readonly literal: unknown } =>
  Object.assign(custom((value) => value === literal), { literal });

/** What may be missing. */
export const optional = (schema: Schema): Schema => (value) =>
  value === undefined ? undefined : schema(value);

/** A list of `item`. */
export const array = (item: Schema): Schema => (value) =>
  Array.isArray(value) ? within(value, value.keys(), () => item) : wrong();

/** An object with these fields, and maybe others. */
export const object = (
  entries: Readonly<Record<string, Schema>>,
): Schema & { readonly entries: Readonly<Record<string, Schema>> } =>
  Object.assign(
    (value: unknown) =>
      Object(value) === value ? within(value, Object.keys(entries), (key) => entries[key]) : wrong(),
    { entries },
  );

/** Whether a value fits, or the first thing that is wrong with it. */
export function safeParse(schema: Schema, value: unknown) {
  const issue = schema(value);
  return { success: !issue, output: value, issues: [issue] };
}
