/**
 * Moving a call by one step, for exactly one asker: read, ask the table, swap, and try again when somebody was faster.
 *
 * @module
 */
import { type CallEvent, isOver, next, type Role } from "../protocol/call_state.ts";
import type { CallRecord, Calls, Party } from "./ports.ts";

/** How long a call that is over is remembered, in milliseconds, so that late messages find it. */
export const MEMORY = 60_000;

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

/** Who acts, asked of the very record that is moved: a party may have become a stranger between reading and swapping. */
export type Actor = (call: CallRecord) => Role | "pbx" | undefined;

/**
 * Moves the call `id` by `event`, or answers `undefined` when the event does not fit, the actor is no party, or the call
 * is gone. `device` is the callee's device that acts; accepting makes the call its own.
 */
export async function advance(
  calls: Calls,
  id: string,
  event: CallEvent,
  actor: Actor,
  now: number,
  device?: string,
): Promise<Step | undefined> {
  for (;;) {
    const before = await calls.read(id);
    const by = before && actor(before);
    const state = by && next(before.state, event, by);
    if (!before || !state) return undefined;
    const accepted = event.type === "accept" && {
      acceptedAt: now,
      callee: { number: before.callee.number, device: device ?? before.callee.device },
    };
    const after = {
      ...before,
      ...accepted,
      state,
      version: before.version + 1,
      expiresAt: isOver(state) ? now + MEMORY : event.type === "accept" ? undefined : before.expiresAt,
    };
    if (await calls.swap(before, after)) return { before, after };
  }
}
