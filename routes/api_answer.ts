/**
 * What all operations of the HTTP API have in common: whose token it is, what it may, what was asked, and the form of
 * the answer.
 *
 * @module
 */
import type { Token } from "../pbx/ports.ts";
import { type Refusal, REFUSALS } from "./api_house.ts";
import { type Input, inputOf } from "./api_input.ts";
import type { Operation } from "./api_operations.ts";
import { xmlOf } from "./api_xml.ts";
import type { Handler, HouseContext } from "./house.ts";

/** What an operation answers; `xml` where the classic names differ. */
export interface Answer {
  readonly json: Readonly<Record<string, unknown>>;
  readonly xml?: Readonly<Record<string, unknown>>;
}

/** What an operation does with what was asked. */
export type Work = (c: HouseContext, caller: Token, input: Input) => Promise<Answer | Refusal>;

/** How long a browser remembers that it may ask, in seconds. */
const PREFLIGHT_SECONDS = 600;

/** The handler of an operation: it lets in whoever has the right, and answers in the form that was asked for. */
export const answering = (operation: Operation, work: Work): Handler => async (c) => {
  const caller = await c.var.house.api.caller(c.req.raw);
  if ("refused" in caller) return problem(caller);
  const response = await answer(c, operation, work, caller);
  return forPagesOf(caller, c, response);
};

/** Whether a page may ask at all is told to every page: what it is answered, it can read with its own token only. */
export const preflight: Handler = (c) => {
  const origin = c.req.header("origin");
  const grant = origin !== undefined && {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": String(PREFLIGHT_SECONDS),
  };
  return new Response(null, { status: 204, headers: { vary: "origin", ...grant } });
};

async function answer(c: HouseContext, operation: Operation, work: Work, caller: Token): Promise<Response> {
  const { name, right, method } = operation;
  if (right !== undefined && !caller.rights.includes(right)) {
    return problem({
      refused: "forbidden",
      detail: `Cannot do ${name}: this token has no right to ${right}`,
    });
  }
  const input = await inputOf(c, operation);
  if (isRefusal(input)) return problem(input);
  const answered = await work(c, caller, input);
  if (isRefusal(answered)) return problem(answered);
  if (method !== "GET") c.var.house.log("info", "api", { operation: name, line: caller.line });
  return told(answered, wantsXml(c, input));
}

const isRefusal = (value: object): value is Refusal => "refused" in value;

function told({ json, xml = json }: Answer, inXml: boolean): Response {
  const headers = { "cache-control": "no-store" };
  if (!inXml) return Response.json(json, { headers });
  return new Response(xmlOf("Response", xml), {
    headers: { ...headers, "content-type": "application/xml; charset=utf-8" },
  });
}

/** Who asks in the classic way and does not say what it wants is answered in the classic way. */
function wantsXml(c: HouseContext, { Format, AuthXml }: Input): boolean {
  if (Format !== undefined) return Format === "xml";
  const accept = c.req.header("accept") ?? "";
  if (/\bjson\b/.test(accept)) return false;
  const isInXml = /\bxml\b/.test(c.req.header("content-type") ?? "");
  return /\bxml\b/.test(accept) || AuthXml !== undefined || isInXml;
}

/** An answer that is a refusal: RFC 9457. */
function problem({ refused, detail }: Refusal): Response {
  const [status, title] = REFUSALS[refused];
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (status === 401) headers.set("www-authenticate", "Bearer");
  return Response.json({ code: refused, title, detail, status }, { status, headers });
}

/** Only pages that the token names may read what it is answered. */
function forPagesOf({ origins }: Token, c: HouseContext, response: Response): Response {
  const origin = c.req.header("origin");
  response.headers.set("vary", "origin");
  if (origin !== undefined && origins.includes(origin)) {
    response.headers.set("access-control-allow-origin", origin);
  }
  return response;
}
