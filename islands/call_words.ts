/**
 * What is said of the calls of this page.
 *
 * @module
 */
import { signal } from "@preact/signals";
import type { Call } from "../phone/call.ts";
import { endedHere, nameOf, times, transfer } from "./screen.ts";
import { phone } from "./the_phone.ts";
import { type CallFacts, clock, stateWords } from "./words.ts";

/** The call on the screen, while its other side is out of reach although our own line is up. */
export const away = signal<Call>();

/** All that there is to say about a call. */
export const factsOf = (call: Call): CallFacts => ({
  state: call.state.value,
  name: nameOf(call.number.value),
  role: call.role,
  outgoing: call.outgoing,
  endedHere: endedHere.has(call),
  connection: call.connection.value,
  recovering: call.recovering.value,
  registered: phone.state.value.name === "registered",
  isAway: away.value === call,
  hasTalked: times.has(call),
  receiving: call.receiving.value,
  transferringTo: transfer.value?.call === call ? transfer.value.to : undefined,
});

/** How long a call that is over had lasted, in words; empty when it was never established. */
export function lastedWords(call: Call): string {
  const { lasted } = times.get(call) ?? {};
  return lasted === undefined ? "" : clock(lasted);
}

/** A call in a sentence, also where nothing is amiss. */
export const callWords = (call: Call): string =>
  stateWords(factsOf(call)) || `In a call with ${nameOf(call.number.value)}`;
