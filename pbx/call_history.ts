/**
 * The history of calls, a page at a time.
 *
 * @module
 */
import { type HistoryRow, historyRow, readHistory } from "../protocol/call_history.ts";
import type { Book } from "./ports.ts";

export type { HistoryRow } from "../protocol/call_history.ts";

/** What was asked of the history is not understood. */
export class HistoryError extends Error {
  override name = "HistoryError";
  constructor(reason: string) {
    super(`Cannot read the history: ${reason}`);
  }
}

/** One page of the calls that `asked` means, newest first, and their number on all pages. Throws {@linkcode HistoryError}. */
export async function historyPage(
  book: Pick<Book, "history" | "historyCount">,
  asked: Readonly<Record<string, unknown>>,
): Promise<{ readonly total: number; readonly calls: readonly HistoryRow[] }> {
  const read = readHistory(asked);
  if ("wrong" in read) throw new HistoryError(read.wrong);
  const { filter, most, skip } = read;
  const total = await book.historyCount(filter);
  const calls = await book.history(most, filter, skip);
  return { total, calls: calls.map(historyRow) };
}
