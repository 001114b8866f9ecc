/**
 * The history of calls, a page at a time.
 *
 * @module
 */
import { type HistoryAsked, type HistoryRow, historyRow, readHistory } from "../protocol/call_history.ts";
import type { Of, PbxMessage, PhoneMessage } from "../protocol/messages.ts";
import type { Right } from "../protocol/rights.ts";
import type { Book, CallHistoryEntry } from "./ports.ts";

export type { HistoryRow } from "../protocol/call_history.ts";

/** The part of the book that is read. */
type HistoryBook = Pick<Book, "history" | "historyCount">;

/** What was asked of the history is not understood. */
export class HistoryError extends Error {
  override name = "HistoryError";
  constructor(reason: string) {
    super(`Cannot read the history: ${reason}`);
  }
}

/** The calls of one page, newest first, and their number on all pages. */
export async function historyEntries(
  book: HistoryBook,
  { filter, most, skip }: HistoryAsked,
): Promise<{ readonly count: number; readonly entries: readonly CallHistoryEntry[] }> {
  const count = await book.historyCount(filter);
  return { count, entries: await book.history(most, filter, skip) };
}

/** One page of the calls that `asked` means, newest first, and their number on all pages. Throws {@linkcode HistoryError}. */
export async function historyPage(
  book: HistoryBook,
  asked: Readonly<Record<string, unknown>>,
): Promise<{ readonly total: number; readonly calls: readonly HistoryRow[] }> {
  const read = readHistory(asked);
  if ("wrong" in read) throw new HistoryError(read.wrong);
  const { count, entries } = await historyEntries(book, read);
  return { total: count, calls: entries.map(historyRow) };
}

/** What a phone with these rights hears that asks of the history. */
export async function historyAnswer(
  book: HistoryBook,
  rights: readonly Right[],
  { ask, filter = {} }: Of<PhoneMessage, "history">,
): Promise<PbxMessage> {
  if (!rights.includes("history")) {
    const message = "Cannot read the history: this token has no right to it";
    return { type: "error", code: "forbidden", message, ask };
  }
  try {
    const { total, calls } = await historyPage(book, filter);
    return { type: "history", ask, total, calls: calls.map((row) => ({ ...row })) };
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    return { type: "error", code: "bad-request", message: error.message, ask };
  }
}
