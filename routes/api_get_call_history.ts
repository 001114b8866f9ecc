/**
 * `/api/GetCallHistory`: the calls that were, by filters and pages.
 *
 * @module
 */
import type { HistoryFilter } from "../pbx/ports.ts";
import { answering, preflight } from "./api_answer.ts";
import type { Refusal } from "./api_house.ts";
import type { Input } from "./api_input.ts";
import { GET_CALL_HISTORY, pathOf } from "./api_operations.ts";
import { ENDS, historyRow, timeOf } from "./api_words.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(GET_CALL_HISTORY);

export { preflight as OPTIONS };

/** Answers with one page of the calls that the filters fit, and their number. */
export const GET: Handler = answering(GET_CALL_HISTORY, async (c, _caller, input) => {
  const filter = filterOf(input);
  if ("refused" in filter) return filter;
  const { PageNumber = 1, RowsPerPage = 50 } = input;
  const rows = Number(RowsPerPage);
  const { count, entries } = await c.var.house.api.history(filter, rows, (Number(PageNumber) - 1) * rows);
  return { json: { NumberOfCalls: count, Calls: entries.map(historyRow) } };
});

function filterOf(input: Input): HistoryFilter | Refusal {
  const text = (name: string) => input[name] === undefined ? undefined : String(input[name]);
  const from = text("From");
  const since = from === undefined ? undefined : timeOf(from);
  if (from !== undefined && since === undefined) {
    return { refused: "bad-request", detail: "Cannot do GetCallHistory: From: expected YYYY-MM-DD hh:mm:ss" };
  }
  // Source and caller id are the same thing here, and so are destination and dialled number, for there is no trunk yet.
  const [caller, shown] = [text("Source"), text("CallerId")];
  const [callee, dialled] = [text("Destination"), text("Dialed")];
  const isNone = differ(caller, shown) || differ(callee, dialled) || differ(text("Direction"), "Internal");
  const state = text("State");
  return {
    id: text("CallId"),
    caller: caller ?? shown,
    callee: callee ?? dialled,
    since,
    ends: isNone ? [] : state === undefined ? undefined : ENDS[state],
    text: text("General"),
  };
}

const differ = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;
