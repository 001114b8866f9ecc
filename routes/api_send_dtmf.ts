/**
 * `/api/SendDTMF`: presses keys for the parties of a call.
 *
 * @module
 */
import { preflight } from "./api_answer.ts";
import { pathOf, SEND_DTMF } from "./api_operations.ts";
import { ordering } from "./api_order.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(SEND_DTMF);

export { preflight as OPTIONS };

/** Answers with the id of the call whose parties hear the keys. */
export const POST: Handler = ordering(SEND_DTMF, "dtmf");
