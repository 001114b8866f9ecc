/**
 * `deno task token …`: words that admit pages and programs. It writes to the book that the running server reads, so
 * that a token counts at once.
 *
 * @module
 */
import type { Book, Now } from "../pbx/ports.ts";
import { isRight, type Right, RIGHTS, USUAL_RIGHTS } from "../protocol/rights.ts";
import { DEFAULT_LINE } from "./agent_command.ts";
import { flagsOf } from "./command_line.ts";
import { makeToken, MOST_SECONDS, originOf } from "./tokens.ts";

/** What the command needs of the world. */
export interface TokenCommandNeeds {
  readonly book: Book;
  readonly now: Now;
  readonly print: (line: string) => void;
}

const CANNOT = "Cannot make token";

const FLAGS = {
  line: { type: "string" },
  may: { type: "string", default: USUAL_RIGHTS.join(",") },
  for: { type: "string", default: "1d" },
  origin: { type: "string", multiple: true },
} as const;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Runs `token new`, whose last line is the token, `list` or `remove`. Throws "Cannot … token: …". */
export async function runTokenCommand(words: readonly string[], needs: TokenCommandNeeds): Promise<void> {
  const [verb = "", ...rest] = words;
  const run = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  if (!run) throw new Error(`Cannot run "token ${verb}": expected new, list or remove`);
  await run(rest, needs);
}

const COMMANDS: Record<string, (words: readonly string[], needs: TokenCommandNeeds) => Promise<void>> = {
  new: newToken,
  list: listTokens,
  remove: removeToken,
};

async function newToken(words: readonly string[], { book, now, print }: TokenCommandNeeds): Promise<void> {
  const { values, positionals: [extra] } = flagsOf(CANNOT, words, FLAGS);
  if (extra !== undefined) throw new Error(`${CANNOT}: unknown argument ${extra}`);
  const line = await lineOf(values.line, book);
  const rights = rightsOf(values.may);
  const expires = now() + secondsOf(values.for) * 1000;
  const origins = [...new Set((values.origin ?? []).map(checkedOrigin))];
  const { token } = await makeToken(book, { line, rights, expires, origins }, now());
  print(`A token of ${line} for ${rights.join(", ")}, good until ${new Date(expires).toISOString()}, on`);
  print(`${origins.length > 0 ? `pages of ${origins.join(", ")}` : "any page"}. It is shown only now:`);
  print(token);
}

/** So many signs of a hash are shown: enough to tell tokens apart, and of no use to anybody else. */
const SHOWN = 12;

/** The fewest signs of a hash by which a token is removed: fewer are more likely a slip than meant. */
const FEWEST = 4;

async function listTokens(
  [extra]: readonly string[],
  { book, now, print }: TokenCommandNeeds,
): Promise<void> {
  if (extra !== undefined) throw new Error(`Cannot list tokens: unknown argument ${extra}`);
  for (const { hash, line, rights, expires, origins } of await book.tokens()) {
    const end = new Date(expires).toISOString();
    const until = expires > now() ? `until ${end}` : `over since ${end}`;
    print([hash.slice(0, SHOWN), line, rights.join(","), until, origins.join(",") || "any page"].join("\t"));
  }
}

async function removeToken(words: readonly string[], { book, print }: TokenCommandNeeds): Promise<void> {
  const [beginning = "", extra] = words;
  if (extra !== undefined) throw new Error(`Cannot remove token: unknown argument ${extra}`);
  if (beginning.length < FEWEST) {
    throw new Error(`Cannot remove token: tell the first ${FEWEST} signs or more of what token list shows`);
  }
  const meant = (await book.tokens()).filter(({ hash }) => hash.startsWith(beginning));
  const [token, other] = meant;
  if (!token) throw new Error(`Cannot remove token ${beginning}: there is no such token`);
  if (other) throw new Error(`Cannot remove token ${beginning}: there are ${meant.length} that begin so`);
  await book.removeToken(token.hash);
  print(`Removed the token ${token.hash.slice(0, SHOWN)} of ${token.line}.`);
}

async function lineOf(line: string | undefined, book: Book): Promise<string> {
  if (line === undefined) throw new Error(`${CANNOT}: tell its line, such as --line ${DEFAULT_LINE}`);
  // The first start makes the default line, and who makes tokens before it need not know.
  if (line === DEFAULT_LINE || await book.hasLine(line)) return line;
  throw new Error(`${CANNOT}: there is no line ${line}`);
}

function rightsOf(text: string): readonly Right[] {
  const words = text.split(",").map((word) => word.trim());
  const wrong = words.find((word) => !isRight(word));
  if (wrong !== undefined) {
    throw new Error(`${CANNOT}: --may ${text}: expected some of ${RIGHTS.join(",")}`);
  }
  return RIGHTS.filter((right) => words.includes(right));
}

function secondsOf(text: string): number {
  const [, amount = "", unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(amount) * (SECONDS[unit] ?? 0);
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds;
  throw new Error(`${CANNOT}: --for ${text}: expected a time such as 90s, 15m, 8h or 1d, ten years at most`);
}

function checkedOrigin(text: string): string {
  const origin = originOf(text);
  if (origin !== undefined) return origin;
  throw new Error(`${CANNOT}: --origin ${text}: expected an origin such as https://shop.example`);
}
