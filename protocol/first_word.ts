/**
 * The first word of a phone inside the question for its socket, as a subprotocol (RFC 6455 §1.9), which may hold no more
 * than letters, digits, `-` and `_` of what base64url has.
 *
 * @module
 */

import { MessageError } from "./message_error.ts";

/** The subprotocol that is spoken by whoever brings a first word. */
export const FIRST_WORD = "outside-line";

/** A longer word, in UTF-16 units, does not come with the question: servers take a few KiB of headers. */
export const MOST_IN_UPGRADE = 2000;

/** A first word as a subprotocol. */
export const inUpgrade = (word: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(word)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/**
 * The first word in the header `Sec-WebSocket-Protocol`; `undefined` when there is none. Throws a `MessageError` when
 * there is one and it is not base64url.
 */
export function firstWordIn(header: string | null): string | undefined {
  const [name, word] = header?.split(/\s*,\s*/) ?? [];
  if (name !== FIRST_WORD || word === undefined) return undefined;
  if (!/^[\w-]+$/.test(word) || word.length % 4 === 1) {
    throw new MessageError("the first word is no base64url");
  }
  const letters = atob(word.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));
}
