/**
 * The life of a call, as one table that the PBX and both phones share.
 *
 * ```txt
 *  inviting ──ringing──► ringing ──accept──► established
 *      │ └────────accept───┬─────────────────────▲  │
 *      └── reject, hangup ─┴──────► ended ◄──hangup─┘
 * ```
 *
 * "From which state" and "who may" stand in the same row. An event that does not fit is not an error, for late
 * messages are normal in telephony: {@linkcode next} answers `undefined` and nothing moves.
 *
 * @module
 */

/** An end of a call; the PBX itself acts as `pbx` (time-outs, lost phones, failures). */
export type Role = "caller" | "callee";

/** Who may hold a call: each end for itself, and the PBX for somebody who is no party to it. */
export type Holder = Role | "pbx";

/** The end of the call that is not this one. */
export const otherOf = (role: Role): Role => role === "caller" ? "callee" : "caller";

/** Why a call ended: a stable word that the UI, both APIs and the call records share, and a sentence for people. */
export const ENDINGS = {
  "hangup": "Somebody hung up",
  "canceled": "The caller gave up",
  "rejected": "The call was declined",
  "busy": "The number is busy",
  "not-found": "Nobody has this number",
  "no-answer": "Nobody answered",
  "elsewhere": "Another device answered",
  "transferred": "The call was transferred",
  "failed": "The connection failed",
} as const;

/** One of the words of {@linkcode ENDINGS}. */
export type EndReason = keyof typeof ENDINGS;

/** Every {@linkcode EndReason}. */
export const END_REASONS = /* @__PURE__ */ Object.keys(ENDINGS) as readonly EndReason[];

/** Where a call stands; what only one state knows is part of that state, so that no watcher sees half a change. */
export type CallState =
  | { readonly name: "inviting" }
  | { readonly name: "ringing" }
  | { readonly name: "established"; readonly heldBy: readonly Holder[] }
  | { readonly name: "ended"; readonly reason: EndReason };

/** What can happen to a call. A `reason` is only asked for where the event does not already tell it. */
export type CallEvent =
  | { readonly type: "ringing" | "accept" | "hold" | "unhold" }
  | { readonly type: "reject" | "hangup"; readonly reason?: EndReason | undefined };

/** A call that was just dialled. */
export const INVITING: CallState = { name: "inviting" };

/** Nobody can do anything any more with a call that is over. */
export const isOver = (state: CallState): boolean => state.name === "ended";

/** Whether `holder`, or with no holder anybody, holds the call. */
export function isHeld(state: CallState, holder?: Holder): boolean {
  return state.name === "established" && (holder ? state.heldBy.includes(holder) : state.heldBy.length > 0);
}

/** An established call after a lost line: `known` is what the PBX knows of holds, of one's own it may not know yet. */
export function revived(here: CallState, known: readonly Holder[], role: Role): CallState {
  const others = known.filter((holder) => holder !== role);
  return { name: "established", heldBy: isHeld(here, role) ? [...others, role] : others };
}

interface Row {
  readonly from: readonly CallState["name"][];
  readonly by: readonly Holder[];
  readonly to: (state: CallState, event: CallEvent, by: Holder) => CallState;
}

const TABLE: Record<CallEvent["type"], Row> = {
  ringing: { from: ["inviting", "ringing"], by: ["callee"], to: () => ({ name: "ringing" }) },
  accept: { from: ["inviting", "ringing"], by: ["callee"], to: () => ({ name: "established", heldBy: [] }) },
  reject: {
    from: ["inviting", "ringing"],
    by: ["callee"],
    to: (_state, event) => ({ name: "ended", reason: reasonOf(event) ?? "rejected" }),
  },
  hangup: {
    from: ["inviting", "ringing", "established"],
    by: ["caller", "callee", "pbx"],
    to: (state, event, by) => ({ name: "ended", reason: hangupReason(state, event, by) }),
  },
  hold: {
    from: ["established"],
    by: ["caller", "callee", "pbx"],
    to: (state, _event, by) => held(state, by, true),
  },
  unhold: {
    from: ["established"],
    by: ["caller", "callee", "pbx"],
    to: (state, _event, by) => held(state, by, false),
  },
};

/** The state after `event` by `by`, or `undefined` when the event does not fit: the call stays as it is. */
export function next(state: CallState, event: CallEvent, by: Holder): CallState | undefined {
  const row = TABLE[event.type];
  return row.from.includes(state.name) && row.by.includes(by) ? row.to(state, event, by) : undefined;
}

const reasonOf = (event: CallEvent): EndReason | undefined => "reason" in event ? event.reason : undefined;

function hangupReason(state: CallState, event: CallEvent, by: Holder): EndReason {
  if (by === "pbx") return reasonOf(event) ?? "failed";
  if (state.name === "established") return reasonOf(event) === "transferred" ? "transferred" : "hangup";
  return by === "caller" ? "canceled" : "rejected";
}

function held(state: CallState, by: Holder, on: boolean): CallState {
  if (state.name !== "established") return state;
  const others = state.heldBy.filter((holder) => holder !== by);
  return { name: "established", heldBy: on ? [...others, by] : others };
}
