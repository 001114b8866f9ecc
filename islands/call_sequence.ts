/**
 * What a phone on an *elect* line does from the moment its page opens, in the order in which it happens: sign in,
 * connect, presence, elect, call, accept, video. Agents without *elect* press Call and Accept themselves; the rest is
 * the same.
 *
 * @module
 */
import { effect, untracked } from "@preact/signals";
import { newId } from "../phone/browser.ts";
import type { Call } from "../phone/call.ts";
import type { EndReason } from "../protocol/call_state.ts";
import { elect } from "../protocol/elect.ts";
import {
  type Agent,
  askedFor,
  endedHere,
  keepTime,
  presenceOf,
  shownCall,
  type SignIn,
  signIn,
  watchLine,
} from "./screen.ts";
import { phone } from "./the_phone.ts";

/** How long an idle phone that elects keeps camera and microphone after its page has opened, in milliseconds. */
const WARM = 10_000;

/** The wait before the next try to sign in while the server cannot be reached, in milliseconds. */
const RETRY = 2_000;

/** Runs the whole sequence for `agent`; it goes on for as long as the page is open. */
export async function runCallSequence(agent: Agent): Promise<void> {
  effect(tellThePage);
  effect(keepTime);
  effect(watchLine);
  // A link pasted into an open page changes nothing but the fragment.
  addEventListener("hashchange", () => keyInFragment() && location.reload());
  if (!isSecureContext) return void (signIn.value = "insecure");
  if (!(await signInAs(agent))) return;
  connect(agent);
  if (agent.elect) warmDevices();
  effect(electAndCall);
  effect(takeCalls);
}

// Sign in: the key in the fragment is exchanged once for a cookie, and is then gone from the address bar.

async function signInAs({ number }: Agent): Promise<boolean> {
  const key = keyInFragment();
  signIn.value = key ? await exchange(number, key) : "done";
  while (key && signIn.value === "unreachable") {
    await new Promise((resolve) => setTimeout(resolve, RETRY));
    signIn.value = await exchange(number, key);
  }
  if (key) history.replaceState(null, "", location.pathname + location.search);
  return signIn.value === "done";
}

const keyInFragment = (): string | null => new URLSearchParams(location.hash.slice(1)).get("key");

async function exchange(number: string, key: string): Promise<SignIn> {
  try {
    const { ok, status } = await fetch(`/agent/${encodeURIComponent(number)}/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ key }),
    });
    if (ok) return "done";
    return status < 500 && status !== 429 ? "refused" : "unreachable";
  } catch {
    return "unreachable";
  }
}

// Connect. Presence comes with it, and from then on by itself.

/** Goes on the line as this agent; also how a phone that was replaced by another tab comes back. */
export function connect({ number }: Pick<Agent, "number">): void {
  const url = `${location.protocol.replace("http", "ws")}//${location.host}/socket`;
  phone.connect({ url, number, device: lastingDevice(number) });
}

/** The same word each time this browser opens this agent's page, where the browser lets us keep one. */
function lastingDevice(number: string): string {
  try {
    return localStorage[`device-${number}`] ??= newId();
  } catch {
    return newId();
  }
}

/** The browser asks about camera and microphone now, so that the first call need not wait for the reply. */
export function warmDevices(): void {
  const owner = {};
  const letGo = () => phone.camera.want(owner, undefined);
  const seen = shownCall.peek();
  phone.camera.want(owner, { microphone: true, camera: true });
  setTimeout(letGo, WARM);
  const stop = effect(() => {
    const call = shownCall.value;
    if (call === seen || call?.state.value.name !== "ended") return;
    letGo();
    queueMicrotask(() => stop());
  });
}

// Elect who calls, and call. Whoever would not take an elected call is left out until their presence changes.

const REFUSALS: readonly EndReason[] = ["busy", "no-answer", "rejected", "not-found", "failed"];

/** By number, the `since` of the presence with which somebody refused. */
const leftOut = new Map<string, number>();

function electAndCall(): void {
  const state = phone.state.value;
  if (state.name !== "registered" || !state.elect || !phone.ready.value || phone.calls.value.length > 0) {
    return;
  }
  const present = phone.presence.value.filter(({ number, since }) => leftOut.get(number) !== since);
  const number = elect(present, state.number);
  if (number !== undefined) untracked(() => leaveOutIfRefused(number, phone.call(number, { elected: true })));
}

function leaveOutIfRefused(number: string, call: Call): void {
  const stop = call.state.subscribe((state) => {
    if (state.name !== "ended") return;
    const since = presenceOf(number)?.since;
    if (since !== undefined && REFUSALS.includes(state.reason)) leftOut.set(number, since);
    queueMicrotask(() => stop());
  });
}

// Accept: by itself where nobody need be asked, else the call rings until somebody presses Accept.

const taken = new WeakSet<Call>();

function takeCalls(): void {
  for (const call of phone.calls.value) if (isRinging(call)) untracked(() => take(call));
  const live = phone.calls.value.filter((call) => call.outgoing || call.state.value.name !== "inviting");
  const [first] = live;
  // A call that is over stays on the screen until another one begins.
  if (first && !live.some((call) => call === shownCall.peek())) shownCall.value = first;
}

const isRinging = (call: Call): boolean => !call.outgoing && call.state.value.name === "ringing";

/** Decides once what becomes of a call that rings here. */
function take(call: Call): void {
  if (taken.has(call)) return;
  taken.add(call);
  const others = phone.calls.peek().filter((other) => other !== call);
  // Two that dial each other are joined by the PBX.
  if (others.some((other) => other.number.peek() === call.number.peek())) return;
  const isIdle = others.length === 0;
  if (isIdle && phone.ready.peek() && electsHere()) call.accept();
  else if (call.elected || !isIdle) call.reject("busy");
  else askedFor.value = call;
}

function electsHere(): boolean {
  const state = phone.state.peek();
  return state.name === "registered" && state.elect;
}

// Video is in parts/RemotePicture.tsx. What is left is goodbye.

/** Hangs up, having left the election first: who ends a call is not called again until they say they are ready. */
export const hangUp = (call: Call): void => end(call, () => call.hangUp());

/** Refuses a call that rings here, and leaves the election like {@linkcode hangUp}. */
export const decline = (call: Call): void => end(call, () => call.reject());

function end(call: Call, goodbye: () => void): void {
  if (electsHere()) phone.setReady(false);
  endedHere.add(call);
  goodbye();
}

/** Calls `number` because somebody pressed Call. */
export function dial(number: string): void {
  if (phone.calls.peek().length === 0) phone.call(number);
}

// What checks and styles see of it all.

function tellThePage(): void {
  const { dataset } = document.documentElement;
  dataset.phone = signIn.value === "refused" ? "denied" : phone.state.value.name;
  dataset.call = shownCall.value?.state.value.name ?? "none";
}
