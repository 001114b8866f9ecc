/**
 * What was asked of an operation, read from address and body and held against the table.
 *
 * @module
 */
import { expectationOf, readAs, type Value } from "../protocol/asked.ts";
import type { Refusal } from "./api_house.ts";
import type { Operation } from "./api_operations.ts";
import { elementsIn } from "./api_xml.ts";
import { textOf } from "./body.ts";
import type { HouseContext } from "./house.ts";

/** Values by the names of the table; each is of the type that the table tells. */
export type Input = Readonly<Record<string, Value | undefined>>;

const MOST_CHARACTERS = 16_384;

/** Reads the input of a request. What the table does not know is refused, for it would be without effect. */
export async function inputOf(c: HouseContext, operation: Operation): Promise<Input | Refusal> {
  const said = operation.method === "POST" ? await saidIn(c.req.raw, operation) : { values: {} };
  if ("refused" in said) return said;
  const inAddress = Object.fromEntries(new URL(c.req.url).searchParams);
  const input: Record<string, Input[string]> = {};
  for (const [name, value] of Object.entries({ ...inAddress, ...said.values })) {
    const field = Object.hasOwn(operation.asked, name) ? operation.asked[name] : undefined;
    if (!field) return refuse(operation, `${name.slice(0, 40)} is not known here`);
    input[name] = readAs(field, value);
    if (input[name] === undefined) return refuse(operation, `${name}: expected ${expectationOf(field)}`);
  }
  const missing = operation.required?.find((name) => input[name] === undefined || input[name] === "");
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

async function saidIn(request: Request, { asked }: Operation): Promise<Said | Refusal> {
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
  if (type === "application/xml" || type === "text/xml") {
    return { values: "AuthXml" in asked ? { AuthXml: text } : Object.fromEntries(elementsIn(text)) };
  }
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
