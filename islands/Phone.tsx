/**
 * An agent's phone: the whole page.
 *
 * @module
 */
import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { runCallSequence } from "./call_sequence.ts";
import { CallView } from "./parts/CallView.tsx";
import { Closed, isClosed } from "./parts/Closed.tsx";
import { Idle } from "./parts/Idle.tsx";
import { IncomingCall } from "./parts/IncomingCall.tsx";
import { type Agent, announcement, askedFor, keyOf, liveCall } from "./screen.ts";

/** The phone of one agent, in whatever state it is. */
export function Phone(agent: Agent) {
  useEffect(() => void runCallSequence(agent), []);
  useSignalEffect(sound);
  if (isClosed()) return <Closed {...agent} />;
  return (
    <main class="phone">
      <p role="status" class="unseen">{announcement(agent)}</p>
      <Content {...agent} />
    </main>
  );
}

function Content(agent: Agent) {
  const call = liveCall.value;
  if (!call) return <Idle {...agent} />;
  const asks = askedFor.value === call && call.state.value.name === "ringing";
  return asks ? <IncomingCall key={keyOf(call)} call={call} /> : <CallView key={keyOf(call)} call={call} />;
}

let tones: Promise<typeof import("./tones.ts")> | undefined;

/** Rings, here or in the caller's ear; the tones are only fetched when they are needed. */
function sound(): void {
  const call = liveCall.value;
  const rings = call?.state.value.name === "ringing";
  const tone = rings && (call.outgoing ? "ringback" : askedFor.value === call && "ring");
  if (tone) tones ??= import("./tones.ts");
  // Tones that could not be fetched are asked for again by the next call.
  tones?.then(({ play }) => play(tone || undefined), () => tones = undefined);
}
