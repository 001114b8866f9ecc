/**
 * Sign-in by link: the key in an agent's URL is exchanged once for a cookie, and the cookie says from then on whose
 * browser this is. Both are stored as their SHA-256 only.
 *
 * @module
 */
import type { Book, Now } from "../../pbx/ports.ts";
import { hashOf, isSecretOf, newSecret } from "../keys.ts";
import { isHttps, isSameOrigin } from "./origin.ts";
import { Tries, WRONG_KEY_MILLISECONDS } from "./tries.ts";

/** What sign-in needs of the world. */
export interface SignInNeeds {
  readonly book: Book;
  readonly now: Now;
  readonly publicUrl?: string | undefined;
  /** The address that wrong keys are counted by. */
  readonly addressOf: (request: Request) => string;
  /** Waits so many milliseconds: a wrong key is answered slowly. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** A `Set-Cookie` for the right key, or why there is none; an unknown agent is a wrong key like any other. */
export type Exchanged =
  | { readonly cookie: string }
  | { readonly refused: "wrong-key" | "too-many" | "foreign-origin" };

/** Exchanges keys for cookies and reads whose browser it is. */
export interface SignIn {
  exchange(request: Request, number: string, key: string): Promise<Exchanged>;
  /** The agents that this browser is signed in as; for a page of another origin always none. */
  agentsOf(request: Request): Promise<ReadonlySet<string>>;
}

/** The longest that browsers keep a cookie. */
const COOKIE_SECONDS = 400 * 86_400;
/** More sign-ins than this in one browser are not looked at, so that a request cannot cost more than that. */
const MOST_COOKIES = 32;
const NOBODY: ReadonlySet<string> = new Set();
/** Compared with when there is no such agent, so that this takes as long as a wrong key. */
const NO_HASH = hashOf(newSecret());

/** Sign-in over a {@linkcode Book}. */
export function openSignIn(needs: SignInNeeds): SignIn {
  const tries = new Tries(needs.now);
  return {
    exchange: (request, number, key) => exchange(needs, tries, request, number, key),
    agentsOf: (request) =>
      isSameOrigin(request, needs.publicUrl) ? signedIn(needs, request) : Promise.resolve(NOBODY),
  };
}

async function exchange(
  needs: SignInNeeds,
  tries: Tries,
  request: Request,
  number: string,
  key: string,
): Promise<Exchanged> {
  if (!isSameOrigin(request, needs.publicUrl)) return { refused: "foreign-origin" };
  const address = needs.addressOf(request);
  const { keyHash = NO_HASH } = await needs.book.agent(number) ?? {};
  // Whoever has the key is never locked out by a neighbour who has not; nobody guesses 256 bits.
  if (!isSecretOf(key, keyHash)) {
    if (tries.areTooMany(address)) return { refused: "too-many" };
    tries.add(address);
    await needs.wait(WRONG_KEY_MILLISECONDS);
    return { refused: "wrong-key" };
  }
  const secret = newSecret();
  const expires = needs.now() + COOKIE_SECONDS * 1000;
  await needs.book.putSession({ hash: hashOf(secret), number, keyHash, expires });
  return { cookie: cookieFor(number, secret, isHttps(request, needs.publicUrl)) };
}

function cookieFor(number: string, secret: string, secure: boolean): string {
  // The prefix makes browsers refuse the cookie to everybody but this very host, over HTTPS.
  const name = secure ? `__Host-agent-${number}` : `agent-${number}`;
  return `${name}=${secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age=${COOKIE_SECONDS}${
    secure ? "; Secure" : ""
  }`;
}

async function signedIn({ book, now }: SignInNeeds, request: Request): Promise<ReadonlySet<string>> {
  const claims = claimsOf(request.headers.get("cookie") ?? "");
  const numbers = await Promise.all(claims.map(async ({ number, secret }) => {
    return await book.sessionNumber(hashOf(secret), now()) === number ? [number] : [];
  }));
  return new Set(numbers.flat());
}

function claimsOf(cookies: string): readonly { number: string; secret: string }[] {
  const found = cookies.matchAll(/(?:^|; *)(?:__Host-)?agent-(\w{1,64})=([\w-]{43})(?=;|$)/g);
  return [...found].slice(0, MOST_COOKIES).map(([, number = "", secret = ""]) => ({ number, secret }));
}
