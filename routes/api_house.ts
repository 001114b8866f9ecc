/**
 * What the HTTP API asks of the house.
 *
 * @module
 */
import type { CallHistoryEntry, HistoryFilter, Token } from "../pbx/ports.ts";
import type { Right } from "../protocol/rights.ts";

/** Why a request of the API is not done: a stable word for programs, a sentence for people. */
export interface Refusal {
  readonly refused: keyof typeof REFUSALS;
  readonly detail: string;
}

/** Status and title of each refusal, by its stable word. */
export const REFUSALS = {
  "bad-request": [400, "Not understood"],
  "no-token": [401, "No token"],
  "unknown-token": [401, "Unknown token"],
  "forbidden": [403, "No right to this"],
  "wrong-origin": [403, "Not from this page"],
  "no-such-call": [404, "No such call"],
  "too-big": [413, "Too big"],
  "unsupported": [415, "Not this kind of text"],
  "too-many": [429, "Too many wrong tokens"],
} as const satisfies Record<string, readonly [number, string]>;

/** What a new token is to be; what is left out is as the token that makes it, within what is usual. */
export interface TokenWish {
  readonly line?: string | undefined;
  readonly rights?: readonly Right[] | undefined;
  /** How long it is to be good. */
  readonly seconds?: number | undefined;
  readonly origins?: readonly string[] | undefined;
}

/** A token that was just made; `expires` is in milliseconds since the epoch. */
export interface MadeToken {
  readonly token: string;
  readonly expires: number;
}

/** An agent as the API lists it. */
export interface Extension {
  readonly number: string;
  readonly name: string;
  readonly status: "online" | "busy" | "offline";
}

/** What the HTTP API can do. Rights are asked for before. */
export interface Api {
  /** The token that the request comes with, or why it does not count. A wrong one is answered slowly. */
  caller(request: Request): Promise<Token | Refusal>;
  /** Makes a token that can do nothing, nowhere, and no longer than `by` can. */
  makeToken(by: Token, wish: TokenWish): Promise<MadeToken | Refusal>;
  /** At most `most` calls of those that are meant, newest first, without the first `skip`, and how many there are. */
  history(
    filter: HistoryFilter,
    most: number,
    skip: number,
  ): Promise<{ count: number; entries: readonly CallHistoryEntry[] }>;
  extensions(): Promise<readonly Extension[]>;
  /** Ends a live call; `false` when there is none of this id. */
  hangUp(call: string): Promise<boolean>;
}
