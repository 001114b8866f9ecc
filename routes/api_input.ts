/**
 * What was asked of an operation, read from address and body and held against the table.
 *
 * @module
 */
import type { Refusal } from "./api_house.ts";
import type { Field, Operation } from "./api_operations.ts";
import { textOf } from "./body.ts";
import type { HouseContext } from "./house.ts";

/** Values by the names of the table; each is of the type that the table tells. */
export type Input = Readonly<Record<string, string | number | readonly string[] | undefined>>;

const MOST_CHARACTERS = 16_384;

/** Reads the input of a request. What the table does not know is refused, for it would be without effect. */
export async function inputOf(c: HouseContext, operation: Operation): Promise<Input | Refusal> {
  const said = operation.method === "POST" ? await saidIn(c.req.raw) : { values: {} };
  if ("refused" in said) return said;
  const inAddress = Object.fromEntries(new URL(c.req.url).searchParams);
  const input: Record<string, Input[string]> = {};
  for (const [name, value] of Object.entries({ ...inAddress, ...said.values })) {
    const field = Object.hasOwn(operation.asked, name) ? operation.asked[name] : undefined;
    if (!field) return refuse(operation, `${name.slice(0, 40)} is not known here`);
    input[name] = valueOf(field, value);
    if (input[name] === undefined) return refuse(operation, `${name}: expected ${expectation(field)}`);
  }
  const missing = operation.required?.find((name) => input[name] === undefined);
  return missing === undefined ? input : refuse(operation, `tell its ${missing}`);
}

const refuse = ({ name }: Operation, why: string): Refusal => ({
  refused: "bad-request",
  detail: `Cannot do ${name}: ${why}`,
});

/** What a body says, name by name. */
interface Said {
  readonly values: object;
}

async function saidIn(request: Request): Promise<Said | Refusal> {
  const text = await textOf(request, MOST_CHARACTERS);
  if (text === undefined) {
    return { refused: "too-big", detail: `Cannot read more than ${MOST_CHARACTERS} characters` };
  }
  if (text.trim() === "") return { values: {} };
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json") return objectIn(text);
  if (type === "application/x-www-form-urlencoded") {
    return { values: Object.fromEntries(new URLSearchParams(text)) };
  }
  if (type === "application/xml" || type === "text/xml") return { values: { AuthXml: text } };
  return { refused: "unsupported", detail: "Cannot read the body: expected JSON, a form, or XML" };
}

function objectIn(text: string): Said | Refusal {
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values === "object" && values !== null && !Array.isArray(values)) return { values };
  } catch {
    // Told below, like all else that is no object.
  }
  return { refused: "bad-request", detail: "Cannot read the body: expected an object of JSON" };
}

/** The value as the table wants it, or `undefined` when it is none. Forms and addresses have texts for numbers. */
function valueOf(field: Omit<Field, "description">, value: unknown): Input[string] {
  if (field.type === "integer") return integerOf(field, value);
  if (field.type === "array") return listOf(field, value);
  if (typeof value !== "string" || value.length > (field.maxLength ?? Infinity)) return undefined;
  if (!field.enum) return value;
  return field.enum.find((word) => word.toLowerCase() === value.toLowerCase());
}

function integerOf({ minimum = 0, maximum = Infinity }: Omit<Field, "description">, value: unknown) {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  const fits = typeof number === "number" && Number.isInteger(number) && number >= minimum &&
    number <= maximum;
  return fits ? number : undefined;
}

/** A list in a form is words with commas between them. */
function listOf({ items, maxItems = Infinity }: Omit<Field, "description">, value: unknown) {
  const list: unknown = typeof value === "string" ? value.split(",").map((word) => word.trim()) : value;
  if (!Array.isArray(list) || !items || list.length > maxItems) return undefined;
  const values = list.map((item) => valueOf(items, item));
  return values.every((item) => typeof item === "string") ? values : undefined;
}

function expectation(
  { type, minimum, maximum, maxLength, items, ...field }: Omit<Field, "description">,
): string {
  if (type === "integer") return `a number from ${minimum ?? 0} to ${maximum ?? "any"}`;
  if (type === "array") return `a list; in it ${expectation(items ?? { type: "string" })}`;
  return field.enum
    ? `one of ${field.enum.join(", ")}`
    : `a text of at most ${maxLength ?? "any"} characters`;
}
