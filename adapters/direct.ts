/**
 * Media that goes from browser to browser: the PBX only carries the negotiation of one party to the other.
 *
 * @module
 */
import type { Role } from "../protocol/call_state.ts";
import type { CallRecord, Line, Media, Negotiation } from "../pbx/ports.ts";

/** {@linkcode Media} that is peer to peer; it keeps nothing of a call, so there is nothing to free. */
export function directMedia(): Media {
  return {
    check: () => Promise.resolve(),
    negotiate: (call, from, message, line) => Promise.resolve(passOn(call, from, message, line)),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function passOn(call: CallRecord, from: Role, message: Negotiation, line: Line): void {
  line.deliver(from === "callee" ? call.caller : call.callee, JSON.stringify(message));
}
