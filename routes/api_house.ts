/**
 * What the HTTP API asks of the house.
 *
 * @module
 */
import type { CallHistoryEntry, Token } from "../pbx/ports.ts";
import type { HistoryAsked } from "../protocol/call_history.ts";
import type { Order } from "../protocol/messages.ts";
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
  "wrong-state": [409, "Not in this state"],
  "too-big": [413, "Too big"],
  "unsupported": [415, "Not this kind of text"],
  "not-a-party": [422, "Not in this call"],
  "not-found": [422, "No such number"],
  "too-many": [429, "Too many wrong tokens"],
  "no-media-engine": [501, "No media engine"],
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

/** An agent or a line as the API lists it. */
export interface Extension {
  readonly kind: "agent" | "line";
  /** An agent's number, or a line's name. */
  readonly id: string;
  readonly name: string;
  readonly status: "online" | "busy" | "offline";
}

/** What an order is about, beside its call. */
export interface OrderWish {
  /** Whom it is about: a number, or `Caller`, `Callee`, or, for keys, `All`. */
  readonly party?: string | undefined;
  /** The number that somebody is sent to. */
  readonly to?: string | undefined;
  /** Keys of a telephone, pressed one after the other. */
  readonly keys?: string | undefined;
}

/** What the HTTP API can do. Rights are asked for before. */
export interface Api {
  /** The token that the request comes with, or why it does not count. A wrong one is answered slowly. */
  caller(request: Request): Promise<Token | Refusal>;
  /** Makes a token that can do nothing, nowhere, and no longer than `by` can. */
  makeToken(by: Token, wish: TokenWish): Promise<MadeToken | Refusal>;
  /** The calls of the page that was asked for, newest first, and how many there are on all pages. */
  history(asked: HistoryAsked): Promise<{ count: number; entries: readonly CallHistoryEntry[] }>;
  /** All agents in the order of their numbers, then all lines in that of their names. */
  extensions(): Promise<readonly Extension[]>;
  /** Acts on a live call of others; answers why not, and nothing when it is done. */
  order(call: string, order: Order, details?: OrderWish): Promise<Refusal | undefined>;
}
