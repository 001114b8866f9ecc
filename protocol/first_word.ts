/**
 * The first word of a phone inside the question for its socket: a subprotocol (RFC 6455 §1.9), percent-encoded, for it may
 * hold no more than what a token may (RFC 9110 §5.6.2).
 *
 * @module
 */
import { MessageError } from "./message_error.ts";

/** The subprotocol that is spoken by whoever brings a first word. */
export const FIRST_WORD = "outside-line";

/** A first word as a subprotocol; servers take a few KiB of headers. */
export const inUpgrade = (word: string): string =>
  encodeURIComponent(word).replaceAll("(", "%28").replaceAll(")", "%29");

/**
 * The first word in the header `Sec-WebSocket-Protocol`; `undefined` when there is none. Throws a `MessageError` when it
 * can't be read.
 */
export function firstWordIn(header: string | null): string | undefined {
  const [name, word] = header?.split(/\s*,\s*/) ?? [];
  if (name !== FIRST_WORD || word === undefined) return undefined;
  try {
    return decodeURIComponent(word);
  } catch {
    throw new MessageError("the first word is not percent-encoded UTF-8");
  }
}
