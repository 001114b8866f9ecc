/**
 * Values that are asked for by name, by programs and pages: what they may be, and how they are read. Shapes are JSON
 * Schema 2020-12, as much of it as is needed here, so that descriptions can be made of them.
 *
 * @module
 */

/** What a value may be. */
export interface Shape {
  readonly type: "string" | "integer" | "array" | "object";
  /** The words that a text may be, in any letter case. */
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  /** A regular expression for the whole text. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Shape;
  readonly maxItems?: number;
}

/** A value that was read. */
export type Value = string | number | readonly string[];

/** The value as `shape` wants it, or `undefined` when it is none. Forms and addresses have texts for numbers. */
export function readAs(shape: Shape, value: unknown): Value | undefined {
  if (shape.type === "integer") return integerOf(shape, value);
  if (shape.type === "array") return listOf(shape, value);
  return typeof value === "string" ? textOf(shape, value) : undefined;
}

function textOf({ maxLength = Infinity, pattern = "", enum: words = [] }: Shape, text: string) {
  if (words.length > 0) return words.find((word) => word.toLowerCase() === text.toLowerCase());
  return text.length <= maxLength && new RegExp(pattern).test(text) ? text : undefined;
}

function integerOf({ minimum = 0, maximum = Infinity }: Shape, value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  const fits = typeof number === "number" && Number.isInteger(number) && number >= minimum &&
    number <= maximum;
  return fits ? number : undefined;
}

/** A list in a form is words with commas between them. */
function listOf({ items, maxItems = Infinity }: Shape, value: unknown): readonly string[] | undefined {
  const list: unknown = typeof value === "string" ? value.split(",").map((word) => word.trim()) : value;
  if (!Array.isArray(list) || !items || list.length > maxItems) return undefined;
  const values = list.map((item) => readAs(items, item));
  return values.every((item) => typeof item === "string") ? values : undefined;
}

/** What `shape` is, for a sentence that begins with "expected". */
export function expectationOf(shape: Shape): string {
  const { type, minimum, maximum, maxLength, pattern, items } = shape;
  if (type === "integer") return `a number from ${minimum ?? 0} to ${maximum ?? "any"}`;
  if (type === "array") return `a list; in it ${expectationOf(items ?? { type: "string" })}`;
  if (shape.enum) return `one of ${shape.enum.join(", ")}`;
  return pattern !== undefined
    ? `a text like ${pattern}`
    : `a text of at most ${maxLength ?? "any"} characters`;
}
