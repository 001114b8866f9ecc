/**
 * `/api/BlindTransfer`: sends a party of a call elsewhere.
 *
 * @module
 */
import { preflight } from "./api_answer.ts";
import { BLIND_TRANSFER, pathOf } from "./api_operations.ts";
import { ordering } from "./api_order.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(BLIND_TRANSFER);

export { preflight as OPTIONS };

/** Answers with the id of the call as soon as the party is asked to move. */
export const POST: Handler = ordering(BLIND_TRANSFER, "transfer");
