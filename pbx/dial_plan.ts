/**
 * Number → line: a list of rules of which the first match wins, and a default rule for calls with no number.
 *
 * @module
 */
import { byWaiting } from "../protocol/elect.ts";
import type { Presence } from "../protocol/presence.ts";

/** Who takes the numbers that match, and how their media flows: words of the tables in `main.ts`. */
export interface Rule {
  readonly matches: RegExp;
  readonly line: string;
  readonly media: string;
}

/** Agents (`1001`) and web clients (`Qdb3W`) are reached through the webphone line, peer to peer. */
export const DEFAULT_PLAN: readonly Rule[] = [{ matches: /^\w{3,6}$/, line: "webphone", media: "direct" }];

/** The rule for `number`, or `undefined` when it leads nowhere. */
export function route(plan: readonly Rule[], number: string): Rule | undefined {
  return plan.find(({ matches }) => matches.test(number));
}

/** What asks for a number, without blanks around it, as people copy them. */
export const trimmed = <M extends { readonly to?: string | undefined }>(asked: M): M =>
  asked.to === undefined ? asked : { ...asked, to: asked.to.trim() };

/** The default rule: a call with no number goes to the client of the line that has waited longest; the best comes first. */
export function defaultNumbers(present: readonly Presence[], caller: string): readonly string[] {
  const free = present.filter(({ number, status }) => status === "online" && number !== caller);
  return free.sort(byWaiting).map(({ number }) => number);
}

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/** A number for one connection of a web client: five letters and digits that nobody confuses when reading them out. */
export function newNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(5));
  return [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}
