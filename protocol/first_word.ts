/**
 * What a phone says inside the question for its socket, as subprotocols (RFC 6455 §1.9): its first word, and the key of
 * an agent's link where it has one. They are percent-encoded, for a subprotocol may hold no more than what a token may
 * (RFC 9110 §5.6.2).
 *
 * @module
 */
import { MessageError } from "./message_error.ts";

/** The subprotocol that is spoken by whoever brings a first word. */
export const FIRST_WORD = "outside-line";

/** The code (RFC 6455 §7.4.2) by which a socket is closed at once whose key was not the agent's. */
export const WRONG_KEY = 4403;

/** The code by which it is closed when there were too many wrong keys, so that this one was not looked at. */
export const TOO_MANY_KEYS = 4429;

/** The key of an agent's link. */
export interface AgentKey {
  readonly number: string;
  readonly key: string;
}

/** A first word as a subprotocol; servers take a few KiB of headers. */
export const inUpgrade = (word: string): string =>
  encodeURIComponent(word).replaceAll("(", "%28").replaceAll(")", "%29");

/** A key as the subprotocol that comes after the first word. */
export const keyInUpgrade = (number: string, key: string): string => `key.${number}.${inUpgrade(key)}`;

/**
 * The first word in the header `Sec-WebSocket-Protocol`; `undefined` when there is none. Throws a `MessageError` when it
 * can't be read.
 */
export function firstWordIn(header: string | null): string | undefined {
  const [word] = wordsIn(header);
  return word === undefined ? undefined : decoded(word, "the first word");
}

/** The key in that header; `undefined` when there is none. Throws a `MessageError` when it can't be read. */
export function keyIn(header: string | null): AgentKey | undefined {
  const [, number, key] = /^key\.(\w{1,64})\.(.+)$/.exec(wordsIn(header)[1] ?? "") ?? [];
  return number && key ? { number, key: decoded(key, "the key") } : undefined;
}

/** What comes after {@linkcode FIRST_WORD}. */
function wordsIn(header: string | null): readonly string[] {
  const [name, ...words] = header?.split(/\s*,\s*/) ?? [];
  return name === FIRST_WORD ? words : [];
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new MessageError(`${what} is not percent-encoded UTF-8`);
  }
}
