/**
 * `/api/Hold`: holds a call of others.
 *
 * @module
 */
import { preflight } from "./api_answer.ts";
import { HOLD, pathOf } from "./api_operations.ts";
import { ordering } from "./api_order.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(HOLD);

export { preflight as OPTIONS };

/** Answers with the id of the call that is held now. */
export const POST: Handler = ordering(HOLD, "hold");
