/**
 * What a person does about a call that rings or goes on, by a button of its view.
 *
 * @module
 */
import type { Call } from "../phone/call.ts";
import type { Phone } from "../phone/phone.ts";
import { askedFor, endedHere, shownCall } from "./screen.ts";
import { phone } from "./the_phone.ts";

/** Takes a call that rings here; the one that was on the screen is held. */
export function accept(call: Call): void {
  shownCall.value = call;
  askedFor.value = undefined;
  call.accept();
}

/** Hangs up, having left the election first: who ends a call is not called again until they say they are ready. */
export const hangUp = (call: Call): void => end(phone, call, () => call.hangUp());

/** Refuses a call that rings here, and unless another call goes on leaves the election like {@linkcode hangUp}. */
export function decline(call: Call): void {
  if (phone.calls.peek().length === 1) return end(phone, call, () => call.reject());
  endedHere.add(call);
  call.reject();
}

/** Leaves the election first, and then the call by `goodbye`. */
export function end(phone: Phone, call: Call, goodbye: () => void): void {
  // Also while the line is away: the election must not call again as soon as it is back.
  phone.setReady(false);
  endedHere.add(call);
  goodbye();
}
