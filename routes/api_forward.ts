/**
 * `/api/Forward`: sends the caller of a call elsewhere before it is accepted.
 *
 * @module
 */
import { preflight } from "./api_answer.ts";
import { FORWARD, pathOf } from "./api_operations.ts";
import { ordering } from "./api_order.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(FORWARD);

export { preflight as OPTIONS };

/** Answers with the id of the call that has ended so. */
export const POST: Handler = ordering(FORWARD, "forward");
