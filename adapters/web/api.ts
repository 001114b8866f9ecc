/**
 * What the HTTP API does, once its words are understood: whose token it is, new tokens, history, extensions, hangup.
 *
 * @module
 */
import type { Api, Extension, MadeToken, Refusal, TokenWish } from "../../routes/api_house.ts";
import type { Book, Now, Token } from "../../pbx/ports.ts";
import type { Presence } from "../../protocol/presence.ts";
import { type Right, USUAL_RIGHTS } from "../../protocol/rights.ts";
import { hashOf } from "../keys.ts";
import { makeToken, originOf, USUAL_SECONDS } from "../tokens.ts";
import { pageOrigin } from "./origin.ts";
import { Tries, WRONG_KEY_MILLISECONDS } from "./tries.ts";

/** The part of the PBX that the API acts on. */
export interface ApiExchange {
  present(line: string): Promise<readonly Presence[]>;
  hangUp(call: string): Promise<boolean>;
}

/** What the API needs of the world. */
export interface ApiNeeds {
  readonly book: Book;
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
  const { book, exchange } = needs;
  const tries = new Tries(needs.now);
  return {
    caller: (request) => callerOf(needs, tries, request),
    makeToken: (by, wish) => makeTokenBy(needs, by, wish),
    async history(filter, most, skip) {
      return { count: await book.historyCount(filter), entries: await book.history(most, filter, skip) };
    },
    extensions: () => extensions(needs),
    hangUp: (call) => exchange.hangUp(call),
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
  return agents.map(({ number, name }) => ({ number, name, status: statuses.get(number) ?? "offline" }));
}

const refuse = (refused: Refusal["refused"], detail: string): Refusal => ({ refused, detail });
