/**
 * What one does with more than one call, and with a call that somebody else is to take over.
 *
 * @module
 */
import { signal, untracked } from "@preact/signals";
import type { Call } from "../../phone/call.ts";
import type { PhoneError } from "../../phone/phone.ts";
import { factsOf } from "../call_words.ts";
import { askedFor, endedHere, nameOf, news, openPanel, shownCall, times, transfer } from "../screen.ts";
import { phone } from "../the_phone.ts";
import { stateWords } from "../words.ts";

/** Brings another call onto the screen and goes on with it. */
export function switchTo(call: Call): void {
  shownCall.value = call;
  call.unhold();
}

/** Calls `number` beside the shown call, to ask before that is transferred. */
export const callBeside = (number: string): void => void (shownCall.value = phone.call(number));

let before: readonly Call[] = [];

/** Whoever is in a call is told how another one ended; to be run as an effect. */
export function tellEndsElsewhere(): void {
  const calls = phone.calls.value;
  const [ended] = before.filter((call) => !calls.includes(call) && wasKnown(call) && !endedHere.has(call));
  before = calls;
  if (ended && calls.length > 0) untracked(() => news.value = { words: stateWords(factsOf(ended)) });
}

/** Whether somebody here dialled it, was asked about it or talked; the rest ended unnoticed. */
const wasKnown = (call: Call): boolean =>
  times.has(call) || (call.outgoing ? !call.elected : call === askedFor.peek());

/** The refusal that somebody has read, or has tried again after. */
export const dismissed = signal<PhoneError>();

/** Takes what the PBX refused last off the screen. */
export const dismissRefusal = (): void => void (dismissed.value = phone.refused.peek());

/** Joins the other party of `call` with whomever has `number`, and leaves them. */
export function transferCall(call: Call, number: string): void {
  begin(call, number);
  call.transfer(number);
}

/** Joins the other parties of both calls, and leaves them. */
export function joinCalls(call: Call, other: Call): void {
  begin(call, other.number.peek());
  call.transfer(other);
}

function begin(call: Call, number: string | undefined): void {
  dismissRefusal();
  transfer.value = { call, to: nameOf(number) };
  openPanel.value = undefined;
}
