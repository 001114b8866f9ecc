/**
 * `/api/Unhold`: ends what `Hold` has begun; the classic API has no such operation.
 *
 * @module
 */
import { preflight } from "./api_answer.ts";
import { pathOf, UNHOLD } from "./api_operations.ts";
import { ordering } from "./api_order.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(UNHOLD);

export { preflight as OPTIONS };

/** Answers with the id of the call that is not held any more. */
export const POST: Handler = ordering(UNHOLD, "unhold");
