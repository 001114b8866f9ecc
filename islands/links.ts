/**
 * The links of this page: with whom its agent wants to stay connected, kept in this browser, and what follows from it.
 *
 * @module
 */
import { effect, signal } from "@preact/signals";
import { thisBrowser } from "../phone/browser.ts";
import { LinkCalls } from "../phone/link_calls.ts";
import { Links } from "../phone/links.ts";
import { configuration } from "../phone/negotiation.ts";
import { hasRelay } from "../phone/spares.ts";
import { tune } from "../phone/tuning.ts";
import { MOST_LINKS } from "../protocol/link_messages.ts";
import { elects } from "./call_sequence.ts";
import { phone, socket } from "./the_phone.ts";

/** The links. */
export const links = new Links({
  browser: thisBrowser,
  connect: () => tune(new RTCPeerConnection(configuration(phone.iceServers))),
  say: (message) => calls.say(message),
});

/** The calls that go over them. */
export const calls = new LinkCalls({
  phone,
  browser: thisBrowser,
  links,
  wouldAccept: () => phone.calls.peek().length === 0 && phone.ready.peek() && elects(phone),
});

/** With whom to stay connected, by number; `undefined` where there are no links, as a relay would keep a place for each. */
export const kept = signal<readonly string[]>();

/** Why the last wish was refused, in words. */
export const refusal = signal<string>();

/** Whether the page has come to rest after it was opened: before that nothing is made. */
const isSettled = signal(false);

/** Links may be made from now on. */
export function startLinks(): void {
  isSettled.value = true;
}

/** Switches staying connected with `number` on or off. */
export function toggle(number: string): void {
  const before = kept.peek() ?? [];
  const others = before.filter((other) => other !== number);
  const isTooMany = others.length === before.length && before.length >= MOST_LINKS;
  refusal.value = isTooMany
    ? `Cannot keep more than ${MOST_LINKS} contacts connected: switch another one off first.`
    : undefined;
  if (isTooMany) return;
  kept.value = others.length < before.length ? others : [...before, number];
  write(kept.value);
}

const nameOfStore = (): string | undefined => {
  const state = phone.state.peek();
  return state.name === "registered" ? `links-${state.number}` : undefined;
};

function read(): readonly string[] {
  try {
    const numbers: unknown = JSON.parse(localStorage[nameOfStore() ?? ""] ?? "[]");
    return Array.isArray(numbers) ? numbers.map(String).slice(0, MOST_LINKS) : [];
  } catch {
    return [];
  }
}

function write(numbers: readonly string[]): void {
  try {
    localStorage[nameOfStore() ?? ""] = JSON.stringify(numbers);
  } catch {
    // Where nothing may be kept, it lasts as long as the page.
  }
}

effect(() => {
  const { value } = socket;
  // Whoever opened it sets its handlers first.
  if (value) queueMicrotask(() => calls.share(value));
});

effect(() => {
  const { name } = phone.state.value;
  if (name === "denied") links.leave();
  else if (name !== "registered") links.offline();
  else if (hasRelay(configuration(phone.iceServers))) kept.value = undefined;
  else kept.value = kept.peek() ?? read();
});

effect(() => {
  if (!isSettled.value || phone.state.value.name !== "registered") return;
  links.want(kept.value ?? []);
  links.online();
});

effect(() => links.idle(phone.calls.value.length === 0));

addEventListener("pagehide", () => links.leave());
