/**
 * `/api/Hangup`: ends a call of others.
 *
 * @module
 */
import { answering, preflight } from "./api_answer.ts";
import { HANGUP, pathOf } from "./api_operations.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(HANGUP);

export { preflight as OPTIONS };

/** Answers with the id of the call that it has ended, or 404 when none of that id is going on. */
export const POST: Handler = answering(HANGUP, async (c, _caller, { CallId }) => {
  const isEnded = await c.var.house.api.hangUp(String(CallId));
  if (isEnded) return { json: { CallId } };
  return { refused: "no-such-call", detail: "Cannot do Hangup: no call of this id is going on" };
});
