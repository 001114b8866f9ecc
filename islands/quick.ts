/**
 * What makes calls quick, in a chunk of its own: nobody needs it to be on the line.
 *
 * @module
 */
import { type Browser, thisBrowser } from "../phone/browser.ts";
import { configuration } from "../phone/negotiation.ts";
import { rehearse, Spares } from "../phone/spares.ts";
import { calls, startLinks } from "./links.ts";
import { phone } from "./the_phone.ts";

export { keep } from "./parts/KeepConnected.tsx";

/** How long a page is left to itself before it makes ready for calls, at first and after a call, in milliseconds. */
const SETTLED = { first: 1500, then: 200 } as const;

const atHand = new Spares(thisBrowser);

/** The connections that this page has at hand: to a contact that it is linked with, or to anybody. */
export const spares: Pick<Browser, "createPeerConnection"> = {
  createPeerConnection: (configuration, offers) =>
    calls.createPeerConnection(offers, () => atHand.createPeerConnection(configuration, offers)),
};

let isRehearsed = false;

/** Puts connections at hand while there is nothing else to do; to be run as an effect. */
export function makeReady(): void | (() => void) {
  if (phone.state.value.name !== "registered" || phone.calls.value.length > 0) return;
  const timer = setTimeout(
    () => void prepare().catch(thisBrowser.report),
    isRehearsed ? SETTLED.then : SETTLED.first,
  );
  return () => clearTimeout(timer);
}

async function prepare(): Promise<void> {
  if (!isRehearsed) await rehearse();
  isRehearsed = true;
  if (phone.calls.peek().length === 0) await atHand.prepare(configuration(phone.iceServers));
  startLinks();
}
