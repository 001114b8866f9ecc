/**
 * What a phone on an *elect* line does from the moment its page opens, in the order in which it happens: sign in,
 * connect, presence, elect, call, accept, video. Agents without *elect* press Call and Accept themselves; the rest is
 * the same.
 *
 * @module
 */
import { effect, untracked } from "@preact/signals";
import type { Call } from "../phone/call.ts";
import type { Phone } from "../phone/phone.ts";
import { type EndReason, isHeld } from "../protocol/call_state.ts";
import { elect } from "../protocol/elect.ts";
import {
  type Agent,
  askedFor,
  keepTime,
  shownCall,
  type SignIn,
  signIn,
  transfer,
  watchLine,
} from "./screen.ts";
import { phone, quick } from "./the_phone.ts";
import { earlyAnswer } from "./early.ts";
import { keepWishes } from "./kept.ts";
import { keyInFragment, onceShown, registrationOf } from "./registering.ts";

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
  await new Promise<void>(onceShown);
  if (!(await signInAs(agent))) return;
  connect(agent);
  leaveWithThePage(agent);
  if (agent.elect) onceRegistered(warmDevices);
  const call = electAndCall(phone);
  // A moment later, but then as quick as all others.
  effect(() => void (quick.module.value && call()));
  effect(acceptCalls(phone));
  effect(keepWishes(phone, agent.number));
  effect(() => quick.module.value?.makeReady());
  onceRegistered(quick.fetch);
  effect(showCalls);
  effect(holdHidden);
  effect(hearRefusals);
}

// Sign in: the key in the fragment is exchanged once for a cookie, as a rule by the early line, and is then gone from the
// address bar.

async function signInAs({ number }: Agent): Promise<boolean> {
  const key = keyInFragment();
  signIn.value = key ? await earlyAnswer() ?? await exchange(number, key) : "done";
  while (key && signIn.value === "unreachable") {
    await new Promise((resolve) => setTimeout(resolve, RETRY));
    signIn.value = await exchange(number, key);
  }
  if (key) history.replaceState(null, "", location.pathname + location.search);
  return signIn.value === "done";
}

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

/** Whoever closes the page hangs up, unless it was a reload: the next page goes on. Coming back by Back connects again. */
function leaveWithThePage(agent: Agent): void {
  addEventListener("pagehide", () => phone.leave());
  addEventListener("pageshow", ({ persisted }) => persisted && connect(agent));
}

/** Goes on the line as this agent; also how a phone that was replaced by another tab comes back. */
export function connect({ number }: Pick<Agent, "number">): void {
  phone.connect(registrationOf(number));
}

/** Nobody is asked for a camera before the PBX has let this phone in. */
function onceRegistered(task: () => void): void {
  const stop = effect(() => {
    if (phone.state.value.name !== "registered") return;
    untracked(task);
    queueMicrotask(() => stop());
  });
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
    const isOver = call !== seen && call?.state.value.name === "ended";
    if (!isOver && phone.state.value.name !== "denied") return;
    letGo();
    queueMicrotask(() => stop());
  });
}

// Elect who calls, and call. Whoever would not take an elected call is left out until their presence changes.

const REFUSALS: readonly EndReason[] = ["busy", "no-answer", "rejected", "not-found", "failed"];

/** What `phone` does about the election, each time that something it knows has changed. */
export function electAndCall(phone: Phone): () => void {
  const leftOut = new Map<string, string>();
  return () => {
    const state = phone.state.value;
    const isIdle = phone.calls.value.length === 0;
    if (state.name !== "registered" || !state.elect || !phone.ready.value || !isIdle) return;
    const present = phone.presence.value.filter(({ number }) =>
      leftOut.get(number) !== standing(phone, number)
    );
    const number = elect(present, state.number);
    if (number !== undefined) untracked(() => callElected(phone, number, leftOut));
  };
}

/** Since when the other side and this phone are as they are: a refusal holds until one of the two has changed. */
function standing(phone: Phone, number: string): string {
  const state = phone.state.peek();
  const both = [number, state.name === "registered" && state.number];
  return both.map((who) => phone.presence.peek().find((entry) => entry.number === who)?.since).join();
}

function callElected(phone: Phone, number: string, leftOut: Map<string, string>): void {
  const stop = phone.call(number, { elected: true }).state.subscribe((state) => {
    if (state.name !== "ended") return;
    if (REFUSALS.includes(state.reason)) leftOut.set(number, standing(phone, number));
    queueMicrotask(() => stop());
  });
}

// Accept: by itself where nobody need be asked, else the call rings until somebody presses Accept.

/** What `phone` does about calls that ring: it decides once what becomes of each. */
export function acceptCalls(phone: Phone): () => void {
  const taken = new WeakSet<Call>();
  return () => {
    for (const call of phone.calls.value) {
      if (call.outgoing || call.state.value.name !== "ringing" || taken.has(call)) continue;
      if (phone.calls.value.some((other) => crosses(other, call))) continue;
      taken.add(call);
      untracked(() => take(phone, call));
    }
  };
}

/** Two that dial each other are joined by the PBX; one that is in a call already is not dialling. */
const crosses = (other: Call, call: Call): boolean =>
  other.outgoing && other.state.value.name !== "established" && other.number.value === call.number.value;

function take(phone: Phone, call: Call): void {
  const others = phone.calls.peek().filter((other) => other !== call);
  // Whoever is called first need not call any more; the PBX would refuse it by now.
  const isDialling = (other: Call) =>
    other.elected && other.outgoing && other.state.peek().name === "inviting";
  const isIdle = others.every(isDialling);
  if (isIdle) { for (const other of others) other.hangUp(); }
  if (isIdle && phone.ready.peek() && elects(phone)) call.accept();
  // Who calls by hand may knock at one that is in a call; nobody is asked about two at a time.
  else if (!call.elected && (isIdle || others.every(isTalking))) askedFor.value = call;
  else call.reject("busy");
}

const isTalking = (call: Call): boolean => call.state.peek().name === "established";

/** Whether this agent's phones accept by themselves. */
export function elects(phone: Phone): boolean {
  const state = phone.state.peek();
  return state.name === "registered" && state.elect;
}

/** The call on the screen goes on until it is over; then it is the turn of another one, or of the next. */
function showCalls(): void {
  const live = phone.calls.value.filter((call) => call.outgoing || call.state.value.name !== "inviting");
  const [first] = live;
  // A call that is over stays on the screen until another one begins.
  if (first && !live.some((call) => call === shownCall.peek())) shownCall.value = first;
}

/** Nobody listens to two at a time; to be run as an effect. */
export function holdHidden(): void {
  for (const call of phone.calls.value) {
    const isHeard = call.state.value.name === "established" && !isHeld(call.state.value, call.role);
    if (isHeard && call !== shownCall.value) untracked(() => call.hold());
  }
}

/** What the PBX would not do is said on the console, and is no longer under way; to be run as an effect. */
export function hearRefusals(): void {
  const refused = phone.refused.value;
  if (!refused) return;
  console.error(refused);
  if (refused.call !== undefined && refused.call === transfer.peek()?.call.id) transfer.value = undefined;
}

// Video is in parts/RemotePicture.tsx, and goodbye in call_actions.ts.

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
