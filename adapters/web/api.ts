/**
 * What the HTTP API does, once its words are understood: whose token it is, new tokens, history, extensions, orders.
 *
 * @module
 */
import type { Api, Extension, MadeToken, OrderWish, Refusal, TokenWish } from "../../routes/api_house.ts";
import type { Book, CallHistoryEntry, CallRecord, Calls, Now, Token } from "../../pbx/ports.ts";
import type { HistoryAsked } from "../../protocol/call_history.ts";
import { isOver } from "../../protocol/call_state.ts";
import type { Order } from "../../protocol/messages.ts";
import type { Presence } from "../../protocol/presence.ts";
import { type Right, USUAL_RIGHTS } from "../../protocol/rights.ts";
import { hashOf } from "../keys.ts";
import { makeToken, originOf, USUAL_SECONDS } from "../tokens.ts";
import { pageOrigin } from "./origin.ts";
import { Tries, WRONG_KEY_MILLISECONDS } from "./tries.ts";

/** The part of the PBX that the API acts on. */
export interface ApiExchange {
  present(line: string): Promise<readonly Presence[]>;
  /** The calls of one page, newest first, and how many there are on all pages. */
  history(asked: HistoryAsked): Promise<{ count: number; entries: readonly CallHistoryEntry[] }>;
  /** Acts on a live call on behalf of somebody who is no party to it; answers why not, and nothing when it is done. */
  order(
    call: string,
    order: Order,
    details?: OrderDetails,
  ): Promise<{ readonly code: Refusal["refused"]; readonly message: string } | undefined>;
}

interface OrderDetails {
  readonly party?: string | undefined;
  readonly to?: string | undefined;
  readonly key?: string | undefined;
}

/** What the API needs of the world. */
export interface ApiNeeds {
  readonly book: Book;
  readonly calls: Pick<Calls, "read">;
  readonly exchange: ApiExchange;
  readonly now: Now;
  readonly publicUrl?: string | undefined;
  /** The address that wrong tokens are counted by. */
  readonly addressOf: (request: Request) => string;
  /** Waits so many milliseconds: a wrong token is answered slowly. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** The API over a book and a PBX. */
export function openApi(needs: ApiNeeds): Api {
  const tries = new Tries(needs.now);
  return {
    caller: (request) => callerOf(needs, tries, request),
    makeToken: (by, wish) => makeTokenBy(needs, by, wish),
    history: (asked) => needs.exchange.history(asked),
    extensions: () => extensions(needs),
    order: (call, order, wish = {}) => orderAll(needs, call, order, wish),
  };
}

async function callerOf(needs: ApiNeeds, tries: Tries, request: Request): Promise<Token | Refusal> {
  const [, word] = /^Bearer +([\w-]{1,512})$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (word === undefined) return refuse("no-token", "Cannot go on: say Authorization: Bearer and a token");
  const address = needs.addressOf(request);
  if (tries.areTooMany(address)) {
    return refuse("too-many", "Cannot go on: too many wrong tokens, try again in a minute");
  }
  const token = await needs.book.token(hashOf(word));
  if (!token || token.expires <= needs.now()) {
    tries.add(address);
    await needs.wait(WRONG_KEY_MILLISECONDS);
    return refuse("unknown-token", "Cannot go on: nobody made this token, or its time is over");
  }
  if (token.origins.length === 0) return token;
  const isItsPage = token.origins.includes(pageOrigin(request, needs.publicUrl) ?? "");
  return isItsPage
    ? token
    : refuse("wrong-origin", "Cannot go on: this token is not for pages of this origin");
}

async function makeTokenBy(
  { book, now }: ApiNeeds,
  by: Token,
  wish: TokenWish,
): Promise<MadeToken | Refusal> {
  const { line = by.line, rights = USUAL_RIGHTS.filter((right) => by.rights.includes(right)) } = wish;
  if (rights.length === 0) return refuse("bad-request", "Cannot make token: tell its rights");
  const origins = wish.origins && wish.origins.map((origin) => originOf(origin) ?? "");
  if (origins?.includes("")) {
    return refuse("bad-request", "Cannot make token: expected origins such as https://shop.example");
  }
  const usual = Math.min(now() + USUAL_SECONDS * 1000, by.expires);
  const expires = wish.seconds === undefined ? usual : now() + wish.seconds * 1000;
  const token = { line, rights: [...new Set(rights)], expires, origins: [...new Set(origins ?? by.origins)] };
  const excess = excessOf(token, by);
  if (excess) return refuse("forbidden", `Cannot make token: the one that makes it ${excess}`);
  return await makeToken(book, token, now());
}

/** What a new token would have that its maker has not. */
function excessOf({ line, rights, expires, origins }: Omit<Token, "hash">, by: Token): string | undefined {
  const more: readonly Right[] = rights.filter((right) => !by.rights.includes(right));
  if (line !== by.line) return `is of the line ${by.line}`;
  if (more.length > 0) return `has no right to ${more.join(", ")}`;
  if (expires > by.expires) return `ends before it, at ${new Date(by.expires).toISOString()}`;
  // Without origins a token is good everywhere, which is more than any list of them.
  const isWider = by.origins.length > 0 &&
    (origins.length === 0 || origins.some((origin) => !by.origins.includes(origin)));
  return isWider ? `is for pages of ${by.origins.join(", ")} only` : undefined;
}

async function extensions({ book, exchange }: ApiNeeds): Promise<readonly Extension[]> {
  const agents = await book.agents();
  const lines = [...new Set(agents.map(({ line }) => line))];
  const present = (await Promise.all(lines.map((line) => exchange.present(line)))).flat();
  const statuses = new Map(present.map(({ number, status }) => [number, status]));
  return [
    ...agents.map(({ number: id, name }) =>
      ({ kind: "agent", id, name, status: statuses.get(id) ?? "offline" }) as const
    ),
    ...(await book.lines()).map((name) => ({ kind: "line", id: name, name, status: "online" }) as const),
  ];
}

/** Gives the order, one for each key and for each who hears it, until one of these is refused. */
async function orderAll(
  { calls, exchange }: ApiNeeds,
  id: string,
  order: Order,
  wish: OrderWish,
): Promise<Refusal | undefined> {
  const call = await calls.read(id);
  if (!call || isOver(call.state)) {
    return refuse("no-such-call", "Cannot act on the call: no call of this id is going on");
  }
  for (const details of detailsOf(call, wish)) {
    const refusal = await exchange.order(id, order, details);
    if (refusal) return refuse(refusal.code, refusal.message);
  }
}

function detailsOf(call: CallRecord, { party, to, keys }: OrderWish): readonly OrderDetails[] {
  if (keys === undefined) return [{ party: party && numberOf(call, party), to }];
  const hearers = party === undefined || /^all$/i.test(party) ? ["caller", "callee"] : [party];
  return [...keys].flatMap((key) => hearers.map((hearer) => ({ party: numberOf(call, hearer), key })));
}

/** The number of an end of the call that is named by its role; any other word is a number as it is. */
function numberOf({ caller, callee }: CallRecord, party: string): string {
  const role = party.toLowerCase();
  return role === "caller" ? caller.number : role === "callee" ? callee.number : party;
}

const refuse = (refused: Refusal["refused"], detail: string): Refusal => ({ refused, detail });
