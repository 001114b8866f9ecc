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

/** The end of the call that is not this one. */
export const otherOf = (role: Role): Role => role === "caller" ? "callee" : "caller";

/** Why a call ended. Stable words: the UI, the classic API and the call records are translations of these. */
export const END_REASONS = [
  "hangup",
  "canceled",
  "rejected",
  "busy",
  "not-found",
  "no-answer",
  "elsewhere",
  "transferred",
  "failed",
] as const;

/** One of {@linkcode END_REASONS}. */
export type EndReason = typeof END_REASONS[number];

/** Where a call stands; what only one state knows is part of that state, so that no watcher sees half a change. */
export type CallState =
  | { readonly name: "inviting" }
  | { readonly name: "ringing" }
  | { readonly name: "established"; readonly heldBy: readonly Role[] }
  | { readonly name: "ended"; readonly reason: EndReason };

/** What can happen to a call. A `reason` is only asked for where the event does not already tell it. */
export type CallEvent =
  | { readonly type: "ringing" | "accept" | "hold" | "unhold" }
  | { readonly type: "reject" | "hangup"; readonly reason?: EndReason | undefined };

/** A call that was just dialled. */
export const INVITING: CallState = { name: "inviting" };

/** Nobody can do anything any more with a call that is over. */
export const isOver = (state: CallState): boolean => state.name === "ended";

/** Whether `role`, or with no role anybody, holds the call. */
export function isHeld(state: CallState, role?: Role): boolean {
  return state.name === "established" && (role ? state.heldBy.includes(role) : state.heldBy.length > 0);
}

interface Row {
  readonly from: readonly CallState["name"][];
  readonly by: readonly (Role | "pbx")[];
  readonly to: (state: CallState, event: CallEvent, by: Role | "pbx") => CallState;
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
  hold: { from: ["established"], by: ["caller", "callee"], to: (state, _event, by) => held(state, by, true) },
  unhold: {
    from: ["established"],
    by: ["caller", "callee"],
    to: (state, _event, by) => held(state, by, false),
  },
};

/** The state after `event` by `by`, or `undefined` when the event does not fit: the call stays as it is. */
export function next(state: CallState, event: CallEvent, by: Role | "pbx"): CallState | undefined {
  const row = TABLE[event.type];
  return row.from.includes(state.name) && row.by.includes(by) ? row.to(state, event, by) : undefined;
}

const reasonOf = (event: CallEvent): EndReason | undefined => "reason" in event ? event.reason : undefined;

function hangupReason(state: CallState, event: CallEvent, by: Role | "pbx"): EndReason {
  if (by === "pbx") return reasonOf(event) ?? "failed";
  if (state.name === "established") return reasonOf(event) === "transferred" ? "transferred" : "hangup";
  return by === "caller" ? "canceled" : "rejected";
}

function held(state: CallState, by: Role | "pbx", on: boolean): CallState {
  if (state.name !== "established" || by === "pbx") return state;
  const others = state.heldBy.filter((role) => role !== by);
  return { name: "established", heldBy: on ? [...others, by] : others };
}
