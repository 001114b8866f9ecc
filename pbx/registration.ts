/**
 * A phone on line, as the registrar keeps it.
 *
 * @module
 */
import type { Of, PhoneMessage } from "../protocol/messages.ts";
import { type Admission, withoutPassword } from "./admission.ts";
import type { Registrar, Registration } from "./ports.ts";
import { LEASE } from "./times.ts";

/** What a phone says to be let in. */
export type Register = Of<PhoneMessage, "register">;

/** What a registration needs. */
export interface RegistrationParts {
  readonly registrar: Pick<Registrar, "byResume">;
  readonly now: () => number;
}

/** The registration of a phone that was let in. */
export async function registrationOf(
  { registrar, now }: RegistrationParts,
  message: Register,
  { number, line, name, elect, rights }: Admission,
  epoch: string,
): Promise<Registration> {
  const resume = await wordFor(registrar, message, number, now());
  return {
    number,
    device: message.device,
    line,
    name,
    rights,
    properties: withoutPassword(message.properties),
    ready: elect && (message.ready ?? true),
    since: now(),
    resume,
    resumed: message.resume,
    epoch,
    expires: now() + LEASE,
  };
}

/**
 * The word by which the line is taken up: the one that the phone has, which is then the right one also for a phone that
 * never hears the answer, unless it is somebody else's.
 */
async function wordFor(
  registrar: RegistrationParts["registrar"],
  { resume, device }: Register,
  number: string,
  now: number,
): Promise<string> {
  if (resume === undefined) return wordFrom(now);
  const owner = await registrar.byResume(resume);
  const isFree = !owner || (owner.number === number && owner.device === device);
  return isFree ? resume : wordFrom(now);
}

/** A word for a line that begins at `now`, in milliseconds since the epoch: of two words the one of the newer line is greater. */
const wordFrom = (now: number): string => `${now.toString(36).padStart(9, "0")}.${crypto.randomUUID()}`;
