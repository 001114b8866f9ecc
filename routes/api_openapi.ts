/**
 * `/api/openapi.json`: the HTTP API for programs that read descriptions (OpenAPI 3.1).
 *
 * @module
 */
import { type Refusal, REFUSALS } from "./api_house.ts";
import { type Field, type Fields, type Operation, OPERATIONS, pathOf } from "./api_operations.ts";
import type { HouseContext } from "./house.ts";

/** The URL. */
export const path = "/api/openapi.json";

/** Answers with the document; it is no secret, so nobody is asked for a token. */
export const GET = (c: HouseContext): Response => c.json(openApi());

/** What every operation may refuse. */
const COMMON: readonly Refusal["refused"][] = [
  "bad-request",
  "no-token",
  "unknown-token",
  "forbidden",
  "wrong-origin",
  "too-many",
];
/** What only those may refuse that have a body. */
const OF_BODIES: readonly Refusal["refused"][] = ["too-big", "unsupported"];

/** The OpenAPI 3.1 document, made of the table of operations. */
export function openApi() {
  return {
    openapi: "3.1.0",
    info: {
      title: "Outside Line",
      version: "1",
      description:
        "What programs may ask of the PBX. Tokens: `deno task token new`, or GenerateSecurityToken.",
    },
    security: [{ token: [] }],
    paths: Object.fromEntries(OPERATIONS.map((operation) => [pathOf(operation), pathItem(operation)])),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Problem: PROBLEM },
    },
  };
}

const PROBLEM = {
  type: "object",
  description: "Why not (RFC 9457).",
  required: ["code", "title", "detail", "status"],
  properties: {
    code: { type: "string", enum: Object.keys(REFUSALS), description: "The stable word for programs." },
    title: { type: "string" },
    detail: { type: "string", description: "A sentence for people." },
    status: { type: "integer" },
  },
};

function pathItem(operation: Operation) {
  const { name, method, right, summary, description = "" } = operation;
  const needs = right === undefined ? "Any token will do." : `The token needs the right \`${right}\`.`;
  return {
    [method.toLowerCase()]: {
      operationId: name,
      summary,
      description: `${description} ${needs}`.trim(),
      ...(method === "GET" ? { parameters: parametersOf(operation) } : { requestBody: bodyOf(operation) }),
      responses: { 200: answerOf(operation), ...problemsOf(operation) },
    },
  };
}

function parametersOf({ asked, required = [] }: Operation) {
  return Object.entries(asked).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    description,
    required: required.includes(name),
    schema,
  }));
}

function bodyOf({ asked, required = [] }: Operation) {
  const schema = { ...objectOf(asked), required };
  const content: Record<string, { schema: unknown }> = {
    "application/json": { schema },
    "application/x-www-form-urlencoded": { schema },
  };
  const inXml = "AuthXml" in asked ? asked["AuthXml"] : { ...schema, xml: { name: "Request" } };
  content["application/xml"] = { schema: inXml };
  return { required: required.length > 0, content };
}

function answerOf({ summary, answered, answeredInXml = answered }: Operation) {
  const inXml = { ...objectOf(wrapped(answeredInXml)), xml: { name: "Response" } };
  return {
    description: summary,
    content: {
      "application/json": { schema: { ...objectOf(answered), required: Object.keys(answered) } },
      "application/xml": { schema: inXml },
    },
  };
}

/** In XML a list has an element of its own around its items. */
function wrapped(fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, field]) => {
    if (field.type !== "array") return [name, field] as const;
    const items = { ...field.items, xml: { name: name.replace(/s$/, "") } };
    return [name, { ...field, items, xml: { wrapped: true } } as Field] as const;
  });
  return Object.fromEntries(entries);
}

const objectOf = (properties: Fields) => ({ type: "object", properties });

/** Refusals of the same status are told apart by their `code`. */
function problemsOf({ method, refusals = [] }: Operation) {
  const codes = [...COMMON, ...refusals, ...(method === "POST" ? OF_BODIES : [])];
  const byStatus = Object.groupBy(codes, (code) => String(REFUSALS[code][0]));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, words = []]) => [status, {
      description: words.map((code) => `\`${code}\`: ${REFUSALS[code][1]}.`).join(" "),
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    }]),
  );
}
