/**
 * Tokens: words of 256 random bits that admit whoever says them. The book keeps their SHA-256 only.
 *
 * @module
 */
import type { Book, Token } from "../pbx/ports.ts";
import { hashOf, newSecret } from "./keys.ts";

/** How long a token is good unless told, in seconds: a day. */
export const USUAL_SECONDS = 86_400;

/** The longest that a token may be good, in seconds: ten years. */
export const MOST_SECONDS = 3650 * 86_400;

/** A token that was just made: the word, which is stored nowhere, and its end, in milliseconds since the epoch. */
export interface NewToken {
  readonly token: string;
  readonly expires: number;
}

/** Makes a token and writes its hash to the book, which is rid of what is over by the way. */
export async function makeToken(book: Book, token: Omit<Token, "hash">, now: number): Promise<NewToken> {
  const word = newSecret();
  await book.putToken({ ...token, hash: hashOf(word) });
  await book.forgetExpired(now);
  return { token: word, expires: token.expires };
}

/** The origin that `text` is, as browsers write it; `undefined` when it is none, or has a path. */
export function originOf(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
  return isOrigin ? url.origin : undefined;
}
