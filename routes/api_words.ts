/**
 * The classic API's words for what is called otherwise here.
 *
 * @module
 */
import type { CallHistoryEntry, HistoryFilter } from "../pbx/ports.ts";
import { END_REASONS } from "../protocol/call_state.ts";
import type { Right } from "../protocol/rights.ts";

type End = NonNullable<HistoryFilter["ends"]>[number];

const SIDES = ["caller", "callee", undefined] as const;

/** The classic word for how a call ended. */
export function endWord({ reason, endedBy }: End): string {
  if (reason !== "hangup") return WORDS[reason] ?? "Error";
  return endedBy === undefined ? "Aborted" : endedBy === "caller" ? "CallerHungUp" : "CalleeHungUp";
}

const WORDS: Readonly<Record<string, string>> = {
  canceled: "Cancelled",
  rejected: "Rejected",
  busy: "Busy",
  "not-found": "NotFound",
  "no-answer": "NotAnswered",
  elsewhere: "Redirected",
  transferred: "TransferCompleted",
  failed: "Error",
};

/** Every way in which a call can end, by its classic word. */
export const ENDS: Readonly<Record<string, readonly End[]>> = Object.groupBy(
  END_REASONS.flatMap((reason) => SIDES.map((endedBy) => ({ reason, endedBy }))),
  endWord,
) as Record<string, readonly End[]>;

/** What each `Allow…` element of a classic `<SecurityToken>` document speaks of. */
export const ALLOWANCES: Readonly<Record<string, Right>> = {
  AllowCalls: "calls",
  AllowMessages: "messages",
  AllowSessions: "sessions",
  AllowSessionModification: "modify",
  AllowCallHistory: "history",
  AllowListening: "listen",
};

/** A time as the classic API writes it: `YYYY-MM-DD hh:mm:ss`, UTC. */
export const timeWord = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");

/** The milliseconds since the epoch of `YYYY-MM-DD`, with or without ` hh:mm:ss`, UTC; `undefined` if it is no time. */
export function timeOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d)?$/.test(text)) return undefined;
  const [day = "", time = "00:00:00"] = text.split(/[ T]/);
  const milliseconds = Date.parse(`${day}T${time}Z`);
  // There is no 30th of February, though some make the 2nd of March of it.
  const isTime = !Number.isNaN(milliseconds) && timeWord(milliseconds) === `${day} ${time}`;
  return isTime ? milliseconds : undefined;
}

/** A call of the history as the classic API shows it. */
export const historyRow = (entry: CallHistoryEntry) => ({
  StartTime: timeWord(entry.createdAt),
  Direction: "Internal",
  Source: entry.caller,
  Destination: entry.callee,
  State: endWord(entry),
  Dialed: entry.callee,
  CallerId: entry.caller,
  Type: "Audio",
  CallId: entry.id,
});
