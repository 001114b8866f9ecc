/**
 * `/api/GetCallHistory`: the calls that were, by filters and pages.
 *
 * @module
 */
import { historyRow, readHistory } from "../protocol/call_history.ts";
import { answering, preflight } from "./api_answer.ts";
import { GET_CALL_HISTORY, pathOf } from "./api_operations.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(GET_CALL_HISTORY);

export { preflight as OPTIONS };

/** Answers with one page of the calls that the filters fit, and their number. */
export const GET: Handler = answering(GET_CALL_HISTORY, async (c, _caller, { Format: _, ...input }) => {
  const asked = readHistory(input);
  if ("wrong" in asked) {
    return { refused: "bad-request", detail: `Cannot do ${GET_CALL_HISTORY.name}: ${asked.wrong}` };
  }
  const { count, entries } = await c.var.house.api.history(asked);
  return { json: { NumberOfCalls: count, Calls: entries.map(historyRow) } };
});
