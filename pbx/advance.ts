/**
 * Moving a call by one step, for exactly one asker: read, ask the table, swap, and try again when somebody was faster.
 *
 * @module
 */
import { type CallEvent, isOver, next, type Role } from "../protocol/call_state.ts";
import type { CallRecord, Calls, Party } from "./ports.ts";

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

/**
 * Moves the call `id` by `event`, or answers `undefined` when the event does not fit, the call is gone or over.
 * `device` is the callee's device that acts; accepting makes the call its own.
 */
export async function advance(
  calls: Calls,
  id: string,
  event: CallEvent,
  by: Role | "pbx",
  now: number,
  device?: string,
): Promise<Step | undefined> {
  for (;;) {
    const before = await calls.read(id);
    const state = before && next(before.state, event, by);
    if (!before || !state) return undefined;
    const accepted = event.type === "accept" && {
      acceptedAt: now,
      callee: { number: before.callee.number, device: device ?? before.callee.device },
    };
    const settled = event.type === "accept" || isOver(state);
    const after = {
      ...before,
      ...accepted,
      state,
      version: before.version + 1,
      expiresAt: settled ? undefined : before.expiresAt,
    };
    if (await calls.swap(before, after)) return { before, after };
  }
}
