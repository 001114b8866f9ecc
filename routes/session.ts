/**
 * Sign-in: the key of an agent's URL is exchanged for a cookie.
 *
 * @module
 */
import { textOf } from "./body.ts";
import type { HouseContext } from "./house.ts";

/** The URL, in Hono's notation. */
export const path = "/agent/:number/session";

const MOST_BYTES = 1024;

const REFUSALS = {
  "wrong-key": [403, "Cannot sign in: the key is not this agent's"],
  "foreign-origin": [403, "Cannot sign in: the page is not of this server"],
  "too-many": [429, "Cannot sign in: too many wrong keys, try again in a minute"],
} as const;

/** Answers `{ key }` with 204 and the cookie, or with the reason why not. */
export async function POST(c: HouseContext): Promise<Response> {
  const key = keyIn(await textOf(c.req.raw, MOST_BYTES) ?? "");
  if (key === undefined) {
    return c.json({ code: "bad-request", message: 'Cannot sign in: expected {"key": "…"}' }, 400);
  }
  const exchanged = await c.var.house.exchangeKey(c.req.raw, c.req.param("number") ?? "", key);
  if ("cookie" in exchanged) {
    return c.body(null, 204, { "set-cookie": exchanged.cookie, "cache-control": "no-store" });
  }
  const [status, message] = REFUSALS[exchanged.refused];
  return c.json({ code: exchanged.refused, message }, status);
}

function keyIn(body: string): string | undefined {
  try {
    const { key } = JSON.parse(body);
    return typeof key === "string" && key.length > 0 && key.length <= 256 ? key : undefined;
  } catch {
    return undefined;
  }
}
