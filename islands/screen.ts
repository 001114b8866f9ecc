/**
 * What is on the screen and nowhere else: the call that is shown, and how signing in went.
 *
 * @module
 */
import { computed, signal } from "@preact/signals";
import type { Call } from "../phone/call.ts";
import type { Written } from "../phone/chat.ts";
import type { Presence } from "../protocol/presence.ts";
import { phone } from "./the_phone.ts";

/** What the server tells the page about the agent whose phone it is. */
export interface Agent {
  readonly number: string;
  readonly name: string;
  readonly line: string;
  /** Whether idle phones of this agent find one another and accept by themselves. */
  readonly elect: boolean;
  /** Where this page is to be had over HTTPS. */
  readonly httpsUrl: string;
}

/** How far signing in has come; `insecure` when this browser gives no camera to a page on plain HTTP. */
export type SignIn = "pending" | "unreachable" | "done" | "refused" | "insecure";

/** How signing in went. */
export const signIn = signal<SignIn>("pending");

/** The call on the screen; a call that is over stays until somebody dismisses it or the next one begins. */
export const shownCall = signal<Call>();

/** Calls that were ended on this page, to tell "You hung up" from "Alice hung up". */
export const endedHere = new WeakSet<Call>();

/** The incoming call that waits for Accept or Decline, as long as it rings. */
export const askedFor = signal<Call>();

/** The same call, as long as it rings. */
export const ringingHere = computed(() =>
  askedFor.value?.state.value.name === "ringing" ? askedFor.value : undefined
);

/** The calls besides the shown one that somebody dialled or accepted here. */
export const otherCalls = computed(() =>
  phone.calls.value.filter((call) =>
    call !== shownCall.value && (call.outgoing || call.state.value.name === "established")
  )
);

/** What can be open beside a call, by the name of its button. */
export type PanelName = "Chat" | "Keypad" | "Transfer";

/** What is open beside the shown call. */
export const openPanel = signal<PanelName>();

/** What was written to this side and has been on the screen. */
export const seen = new WeakSet<Written>();

/** How many messages of a call nobody here has looked at. */
export const unreadOf = (call: Call): number =>
  call.messages.value.filter((written) => !written.mine && !seen.has(written)).length;

/** The transfer that was asked for last, and the name of whoever is to take the call over. */
export const transfer = signal<{ readonly call: Call; readonly to: string }>();

/** What was news a moment ago: how another call ended, or in `chat` what was written. */
export const news = signal<{ readonly words: string; readonly chat?: boolean }>();

/** When each call was established, and how long it had lasted when it was over; both in milliseconds. */
export const times = new WeakMap<Call, { readonly began: number; readonly lasted?: number }>();

/** Keeps the time of the calls; to be run as an effect. */
export function keepTime(): void {
  for (const call of [shownCall.value, ...phone.calls.value]) {
    const { name } = call?.state.value ?? {};
    const { began, lasted } = call && times.get(call) || {};
    if (!call) continue;
    if (name === "established" && began === undefined) {
      times.set(call, { began: call.acceptedAt ?? Date.now() });
    }
    if (name !== "ended" || began === undefined || lasted !== undefined) continue;
    times.set(call, { began, lasted: Date.now() - began });
  }
}

/** The shown call, as long as it is not over. */
export const liveCall = computed(() => {
  const call = shownCall.value;
  return call?.state.value.name === "ended" ? undefined : call;
});

const keys = new WeakMap<Call, number>();
let lastKey = 0;

/** Tells calls apart for Preact; their ids will not do, for one that crosses another takes the other's id. */
export function keyOf(call: Call): number {
  const key = keys.get(call) ?? ++lastKey;
  keys.set(call, key);
  return key;
}

/** Takes a call that is over off the screen. */
export function dismiss(): void {
  if (!liveCall.peek()) shownCall.value = undefined;
}

/** What is known of a number. */
export const presenceOf = (number: string | undefined): Presence | undefined =>
  phone.presence.value.find((entry) => entry.number === number);

/** What to call the other side: by name, else by number, else by nothing at all. */
export const nameOf = (number: string | undefined): string => presenceOf(number)?.name ?? number ?? "someone";

/** Whether the line was lost, until it is there again: trying again is no news. */
export const isLost = signal(false);

let before = phone.state.peek().name;

/** Notices the loss of the line; to be run as an effect. */
export function watchLine(): void {
  const { name } = phone.state.value;
  if (name === "offline" && (before === "connecting" || before === "registered")) isLost.value = true;
  if (name === "registered" || name === "denied") isLost.value = false;
  before = name;
}

/** What an idle phone says in large letters. */
export function idleWords({ line, elect }: Agent): string {
  if (signIn.value === "unreachable" || isLost.value) return "Offline – trying again…";
  if (phone.state.value.name !== "registered") return "Connecting…";
  if (!elect) return "Ready to call";
  return phone.ready.value ? `Waiting for another phone on ${line}…` : "Not ready for calls";
}
