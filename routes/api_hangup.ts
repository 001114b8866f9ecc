/**
 * `/api/Hangup`: ends a call of others.
 *
 * @module
 */
import { preflight } from "./api_answer.ts";
import { HANGUP, pathOf } from "./api_operations.ts";
import { ordering } from "./api_order.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(HANGUP);

export { preflight as OPTIONS };

/** Answers with the id of the call that it has ended. */
export const POST: Handler = ordering(HANGUP, "hangup");
