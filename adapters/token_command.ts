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

/** Runs `token new`: its last line is the token. Throws "Cannot make token: …". */
export async function runTokenCommand(words: readonly string[], needs: TokenCommandNeeds): Promise<void> {
  const [verb = "", ...rest] = words;
  if (verb !== "new") throw new Error(`Cannot run "token ${verb}": expected new`);
  const { values, positionals: [extra] } = flagsOf(CANNOT, rest, FLAGS);
  if (extra !== undefined) throw new Error(`${CANNOT}: unknown argument ${extra}`);
  const { book, now, print } = needs;
  const line = await lineOf(values.line, book);
  const rights = rightsOf(values.may);
  const expires = now() + secondsOf(values.for) * 1000;
  const origins = [...new Set((values.origin ?? []).map(checkedOrigin))];
  const { token } = await makeToken(book, { line, rights, expires, origins }, now());
  print(`A token of ${line} for ${rights.join(", ")}, good until ${new Date(expires).toISOString()}, on`);
  print(`${origins.length > 0 ? `pages of ${origins.join(", ")}` : "any page"}. It is shown only now:`);
  print(token);
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
