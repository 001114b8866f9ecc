/**
 * All calls of the PBX, as those see them who are no party to them: who with whom, and how it stands. Devices, offers
 * and what is said are between the parties.
 *
 * @module
 */
import type { Session } from "../protocol/messages.ts";
import type { Bus, CallRecord } from "./ports.ts";
import { SESSIONS_TOPIC } from "./topics.ts";

/** The call as those see it who may see all calls. */
export function sessionOf(call: CallRecord): Session {
  const { id, caller, callee, names = {}, state, createdAt, acceptedAt } = call;
  return {
    call: id,
    caller: { number: caller.number, ...(names.caller !== undefined && { name: names.caller }) },
    callee: { number: callee.number, ...(names.callee !== undefined && { name: names.callee }) },
    state: state.name === "established" ? { ...state, heldBy: [...state.heldBy] } : state,
    createdAt,
    ...(acceptedAt !== undefined && { acceptedAt }),
    changedAt: call.changedAt ?? acceptedAt ?? createdAt,
    version: call.version,
  };
}

/** Tells all who watch how a call stands. */
export function tellSessions(bus: Bus, call: CallRecord): void {
  bus.publish(SESSIONS_TOPIC, JSON.stringify({ type: "sessions", changes: [sessionOf(call)] }));
}
