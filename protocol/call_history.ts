/**
 * The history of calls in the classic API's words: what can be asked of it, and how a call that was is told. Socket and
 * HTTP API share them; no page that only telephones needs them.
 *
 * @module
 */
import { expectationOf, readAs, type Shape, type Value } from "./asked.ts";
import { END_REASONS, ENDINGS, type Role } from "./call_state.ts";

/** A call as history keeps it; times are in milliseconds since the epoch. */
export interface CallHistoryEntry {
  readonly id: string;
  readonly caller: string;
  readonly callee: string;
  readonly createdAt: number;
  readonly acceptedAt?: number | undefined;
  readonly endedAt: number;
  /** A word of `ENDINGS`; that of another version of ours may be another one. */
  readonly reason: string;
  /** Who ended it; `undefined` when it was the PBX. */
  readonly endedBy?: Role | undefined;
}

/** How a call ended. */
export type End = Pick<CallHistoryEntry, "reason" | "endedBy">;

/** Which calls of the history are meant: those of which all that is given is true. */
export interface HistoryFilter {
  readonly id?: string | undefined;
  /** Numbers. */
  readonly caller?: string | undefined;
  readonly callee?: string | undefined;
  /** The number of one of the two. */
  readonly party?: string | undefined;
  /** Created at this time or later, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Ended for one of these reasons, and by this one. */
  readonly ends?: readonly End[] | undefined;
  /** Part of the id or of one of the numbers, in any letter case. */
  readonly text?: string | undefined;
}

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

/** A time as the classic API writes it: `YYYY-MM-DD hh:mm:ss`, UTC. */
export const timeWord = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");

/**
 * The milliseconds since the epoch of `YYYY-MM-DD`, with or without ` hh:mm:ss`, UTC, or of what JSON makes of a `Date`;
 * `undefined` if it is no time.
 */
export function timeOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d{3})?Z?)?$/.test(text)) return undefined;
  const [day = "", time = "00:00:00"] = text.replace("Z", "").split(/[ T]/);
  const milliseconds = Date.parse(`${day}T${time}Z`);
  // There is no 30th of February, though some make the 2nd of March of it.
  const isTime = !Number.isNaN(milliseconds) && timeWord(milliseconds) === `${day} ${time.slice(0, 8)}`;
  return isTime ? milliseconds : undefined;
}

const SENTENCES: Readonly<Record<string, string>> = ENDINGS;

/** A call of the history as the classic API shows it; the last three fields are ours. */
export type HistoryRow = ReturnType<typeof historyRow>;

/** Tells of a call in the classic words. */
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
  Reason: entry.reason,
  ReasonText: SENTENCES[entry.reason] ?? "",
  Duration: Math.round((entry.endedAt - (entry.acceptedAt ?? entry.endedAt)) / 1000),
});

/** Between phones of this PBX, or over a trunk: the words for it. */
export const DIRECTIONS = ["Internal", "External", "Inbound", "Outbound"] as const;

const TEXT = { type: "string", maxLength: 200 } as const;

/** What can be asked of the history, by name. */
export const HISTORY_ASKED = {
  PageNumber: { type: "integer", minimum: 1, maximum: 1_000_000 },
  RowsPerPage: { type: "integer", minimum: 1, maximum: 500 },
  From: TEXT,
  General: TEXT,
  Direction: { type: "string", enum: DIRECTIONS },
  Source: TEXT,
  Destination: TEXT,
  State: { type: "string", enum: Object.keys(ENDS) },
  Dialed: TEXT,
  CallerId: TEXT,
  CallId: TEXT,
  Extension: TEXT,
} as const satisfies Record<string, Shape>;

type Name = keyof typeof HISTORY_ASKED;

/** How many calls are in a page unless told. */
export const USUAL_ROWS = 50;

/** What was asked of the history: at most `most` calls of those that are meant, without the first `skip` ones. */
export interface HistoryAsked {
  readonly filter: HistoryFilter;
  readonly most: number;
  readonly skip: number;
}

/** Why something that was asked cannot be read; the end of a sentence. */
export interface Misread {
  readonly wrong: string;
}

/**
 * Reads what was asked, or tells what is wrong with it. The first letter of a name may be small, numbers and texts may
 * stand for one another, and what is empty is as if it were not there.
 */
export function readHistory(asked: Readonly<Record<string, unknown>>): HistoryAsked | Misread {
  const said = new Map<Name, Value>();
  for (const [name, value] of Object.entries(asked)) {
    const known = nameOf(name);
    if (known === undefined) return { wrong: `${name.slice(0, 40)} is not known here` };
    if (value === undefined || value === null || value === "") continue;
    const read = readAs(HISTORY_ASKED[known], typeof value === "number" ? String(value) : value);
    if (read === undefined) return { wrong: `${known}: expected ${expectationOf(HISTORY_ASKED[known])}` };
    said.set(known, read);
  }
  return askedOf(said);
}

function nameOf(name: string): Name | undefined {
  const upper = name.slice(0, 1).toUpperCase() + name.slice(1);
  return isName(upper) ? upper : undefined;
}

const isName = (word: string): word is Name => Object.hasOwn(HISTORY_ASKED, word);

function askedOf(said: ReadonlyMap<Name, Value>): HistoryAsked | Misread {
  const text = (name: Name) => said.get(name)?.toString();
  const [from, state] = [text("From"), text("State")];
  const since = from === undefined ? undefined : timeOf(from);
  if (from !== undefined && since === undefined) return { wrong: "From: expected YYYY-MM-DD hh:mm:ss" };
  // Source and caller id are the same thing here, and so are destination and dialled number, for there is no trunk yet.
  const [caller, shown] = [text("Source"), text("CallerId")];
  const [callee, dialled] = [text("Destination"), text("Dialed")];
  const isNone = differ(caller, shown) || differ(callee, dialled) || differ(text("Direction"), "Internal");
  const most = Number(said.get("RowsPerPage") ?? USUAL_ROWS);
  return {
    filter: {
      id: text("CallId"),
      caller: caller ?? shown,
      callee: callee ?? dialled,
      party: text("Extension"),
      since,
      ends: isNone ? [] : state === undefined ? undefined : ENDS[state],
      text: text("General"),
    },
    most,
    skip: (Number(said.get("PageNumber") ?? 1) - 1) * most,
  };
}

const differ = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;
