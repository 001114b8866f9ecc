/**
 * An agent's phone: the whole page.
 *
 * @module
 */
import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { connect, runCallSequence } from "./call_sequence.ts";
import { Idle } from "./parts/Idle.tsx";
import { later } from "./parts/later.tsx";
import { useDue } from "./parts/settled.ts";
import { fetchViews, tones, views } from "./parts/views.ts";
import { type Agent, idleWords, isLost, liveCall, ringingHere, shownCall, signIn } from "./screen.ts";
import { phone } from "./the_phone.ts";
import type { Tone } from "./tones.ts";

/** How long a phone that has registered is left to itself before the rest is fetched, in milliseconds. */
const SETTLED = 1000;

const Closed = later(async () => (await import("./parts/Closed.tsx")).Closed);

/** Whether this page is no phone at present, and has to say why. */
const isClosed = (): boolean =>
  phone.state.value.name === "denied" || signIn.value === "refused" || signIn.value === "insecure";

/** The phone of one agent, in whatever state it is. */
export function Phone(agent: Agent) {
  // Before the next frame: the phone is to be on the line, not to be looked at.
  useLayoutEffect(() => void runCallSequence(agent), []);
  useSignalEffect(prepare);
  useSignalEffect(sound);
  if (isClosed()) return <Closed agent={agent} onUse={() => connect(agent)} />;
  return (
    <main class="phone">
      <p role="status" class="unseen">{announcement(agent)}</p>
      <Content {...agent} />
    </main>
  );
}

/** What assistive technology is told when it changes. */
function announcement(agent: Agent): string {
  const call = isLost.value ? liveCall.value : shownCall.value;
  return call && views.module.value?.callWords(call) || idleWords(agent);
}

/** Before the views of calls are there, what is on the screen stays. */
function Content(agent: Agent) {
  const { Calls } = views.module.value ?? {};
  const isDue = useDue(liveCall.value);
  return isDue && Calls ? <Calls /> : <Idle {...agent} />;
}

/** What registering does not need is fetched after it, or after it failed; whoever is called or cannot be, needs it now. */
function prepare(): void | (() => void) {
  const isNeeded = phone.calls.value.length > 0 || Object.keys(phone.camera.troubles.value).length > 0;
  if (isNeeded) return fetchViews();
  if (phone.state.value.name !== "registered" && !isLost.value) return;
  const timer = setTimeout(fetchViews, SETTLED);
  return () => clearTimeout(timer);
}

/** Rings or knocks here, or in the caller's ear. */
function sound(): void {
  const tone = toneNow();
  tones.module.value?.play(tone);
}

function toneNow(): Tone | undefined {
  const call = liveCall.value;
  if (ringingHere.value) return ringingHere.value === call ? "ring" : "knock";
  return call?.outgoing && call.state.value.name === "ringing" ? "ringback" : undefined;
}
