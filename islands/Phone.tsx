/**
 * An agent's phone: the whole page.
 *
 * @module
 */
import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { connect, runCallSequence } from "./call_sequence.ts";
import { CallView } from "./parts/CallView.tsx";
import { Idle } from "./parts/Idle.tsx";
import { IncomingCall } from "./parts/IncomingCall.tsx";
import { later } from "./parts/later.tsx";
import { type Agent, announcement, keyOf, liveCall, ringingHere, signIn } from "./screen.ts";
import { phone } from "./the_phone.ts";
import type { Tone } from "./tones.ts";

const Closed = later(async () => (await import("./parts/Closed.tsx")).Closed);

/** Whether this page is no phone at present, and has to say why. */
const isClosed = (): boolean =>
  phone.state.value.name === "denied" || signIn.value === "refused" || signIn.value === "insecure";

/** The phone of one agent, in whatever state it is. */
export function Phone(agent: Agent) {
  useEffect(() => void runCallSequence(agent), []);
  useSignalEffect(sound);
  if (isClosed()) return <Closed agent={agent} onUse={() => connect(agent)} />;
  return (
    <main class="phone">
      <p role="status" class="unseen">{announcement(agent)}</p>
      <Content {...agent} />
    </main>
  );
}

function Content(agent: Agent) {
  const call = liveCall.value;
  const asks = ringingHere.value;
  if (!call) return <Idle {...agent} />;
  return (
    <>
      {call !== asks && <CallView key={keyOf(call)} call={call} />}
      {asks && <IncomingCall key={keyOf(asks)} call={asks} talking={call === asks ? undefined : call} />}
    </>
  );
}

let tones: Promise<typeof import("./tones.ts")> | undefined;

/** Rings or knocks here, or in the caller's ear; the tones are only fetched when they are needed. */
function sound(): void {
  const tone = toneNow();
  if (tone) tones ??= import("./tones.ts");
  // Tones that could not be fetched are asked for again by the next call.
  tones?.then(({ play }) => play(tone), () => tones = undefined);
}

function toneNow(): Tone | undefined {
  const call = liveCall.value;
  if (ringingHere.value) return ringingHere.value === call ? "ring" : "knock";
  return call?.outgoing && call.state.value.name === "ringing" ? "ringback" : undefined;
}
