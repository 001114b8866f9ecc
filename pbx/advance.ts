/**
 * Moving a call by one step, for exactly one asker: read, ask the table, swap, and try again when somebody was faster.
 *
 * @module
 */
import { type CallEvent, type Holder, isOver, next, type Role } from "../protocol/call_state.ts";
import type { CallRecord, Calls, Party } from "./ports.ts";

/** How long a call that is over is remembered, in milliseconds, so that late messages find it. */
export const MEMORY = 60_000;

/** How long a call may ring before it ends with `no-answer`, and a phone take to dial what it was asked to, in milliseconds. */
export const RING_TIME = 45_000;

/** A step that was made. */
export interface Step {
  readonly before: CallRecord;
  readonly after: CallRecord;
}

/** Which end of the call `party` is; a ringing call belongs to every device of the callee until one has it. */
export function roleOf(call: CallRecord, party: Party): Role | undefined {
  const { caller, callee } = call;
  if (caller.number === party.number && caller.device === party.device) return "caller";
  const isCallee = callee.number === party.number && (callee.device ?? party.device) === party.device;
  return isCallee ? "callee" : undefined;
}

/** Which end of the call this very device is; one of several that it rings at is none yet. */
export function ownRoleOf(call: CallRecord, { number, device }: Party): Role | undefined {
  const isOwn = (party: CallRecord["callee"]) => party.number === number && party.device === device;
  return isOwn(call.caller) ? "caller" : isOwn(call.callee) ? "callee" : undefined;
}

/** Who acts, asked of the very record that is moved: a party may have become a stranger between reading and swapping. */
export type Actor = (call: CallRecord) => Holder | undefined;

/** A step that somebody wants to make. */
export interface Move {
  /** What happens, or what it comes to by the very record that is moved; `undefined` is nothing. */
  readonly event: CallEvent | ((call: CallRecord) => CallEvent | undefined);
  readonly actor: Actor;
  /** The callee's device that acts; accepting makes the call its own. */
  readonly device?: string | undefined;
  /** What else changes with it. */
  readonly change?: Partial<CallRecord>;
}

/** Moves the call `id`, or answers `undefined` when the event does not fit, the actor is no party, or the call is gone. */
export async function advance(calls: Calls, id: string, move: Move, now: number): Promise<Step | undefined> {
  return await alter(calls, id, (call) => moved(call, move, now));
}

/** Changes the call `id` as `change` says of the very record, or answers `undefined` when that says nothing. */
export async function alter(
  calls: Calls,
  id: string,
  change: (call: CallRecord) => Partial<CallRecord> | undefined,
): Promise<Step | undefined> {
  for (;;) {
    const before = await calls.read(id);
    const changed = before && change(before);
    if (!before || !changed) return undefined;
    const after = { ...before, ...changed, version: before.version + 1 };
    if (await calls.swap(before, after)) return { before, after };
  }
}

function moved(call: CallRecord, move: Move, now: number): Partial<CallRecord> | undefined {
  const event = typeof move.event === "function" ? move.event(call) : move.event;
  const by = move.actor(call);
  const state = event && by && next(call.state, event, by);
  if (!state) return undefined;
  const isAccept = event.type === "accept";
  const { number, device } = call.callee;
  return {
    ...move.change,
    ...(isAccept && { acceptedAt: now, callee: { number, device: move.device ?? device } }),
    state,
    changedAt: isSame(call.state, state) ? call.changedAt : now,
    expiresAt: isOver(state) ? now + MEMORY : isAccept ? undefined : call.expiresAt,
  };
}

/** Whether nothing has changed by a step: who rings goes on ringing, who holds goes on holding. */
export const isSame = (one: CallRecord["state"], other: CallRecord["state"]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
