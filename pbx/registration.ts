/**
 * A phone on line, as the registrar keeps it.
 *
 * @module
 */
import type { Of, PhoneMessage } from "../protocol/messages.ts";
import { type Admission, withoutPassword } from "./admission.ts";
import type { Registration } from "./ports.ts";
import { LEASE } from "./times.ts";

/** The registration of a phone that was let in at `now`, in milliseconds since the epoch. */
export function registrationOf(
  message: Of<PhoneMessage, "register">,
  { number, line, name, elect, rights }: Admission,
  epoch: string,
  now: number,
): Registration {
  return {
    number,
    device: message.device,
    line,
    name,
    rights,
    properties: withoutPassword(message.properties),
    ready: elect && (message.ready ?? true),
    since: now,
    resume: crypto.randomUUID(),
    resumed: message.resume,
    epoch,
    expires: now + LEASE,
  };
}
