import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { dial } from "../call_sequence.ts";
import { type Agent, dismiss, factsOf, idleWords, keyOf, lastedWords, shownCall } from "../screen.ts";
import { phone } from "../the_phone.ts";
import { stateWords } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import { Dialpad } from "./Dialpad.tsx";
import { Directory } from "./Directory.tsx";
import { Icon } from "./icons.tsx";
import { Notice } from "./Notice.tsx";

/** How long a phone that waits again shows how the last call ended, in milliseconds. */
const FAREWELL = 12_000;

/** The phone while there is no call: who I am, what it waits for, whom one can call. */
export function Idle(agent: Agent) {
  const ended = shownCall.value;
  return (
    <div class="idle">
      <header class="self">
        <Avatar name={agent.name} number={agent.number} />
        <div>
          <h1>{agent.name}</h1>
          <p class="quiet">{agent.number} · {agent.line}</p>
        </div>
      </header>
      <section class="stage" aria-label="State">
        {ended && <Ended key={keyOf(ended)} call={ended} />}
        <State {...agent} />
        <Notice />
      </section>
      <Directory self={agent.number} />
      <Dialpad />
    </div>
  );
}

function State(agent: Agent) {
  const isRegistered = phone.state.value.name === "registered";
  const isReady = phone.ready.value;
  const mood = isRegistered ? (agent.elect && isReady ? "waiting" : "still") : "away";
  return (
    <div class="state" data-mood={mood}>
      <span class="beacon" aria-hidden="true" />
      <p class="state-words">{idleWords(agent)}</p>
      <p class="quiet">{hint(agent, isRegistered, isReady)}</p>
      {agent.elect && (
        <button
          type="button"
          class="toggle"
          aria-pressed={isReady}
          disabled={!isRegistered}
          onClick={toggleReady}
        >
          <span class="toggle-mark" aria-hidden="true" />
          Ready for calls
        </button>
      )}
    </div>
  );
}

function hint({ number, elect }: Agent, isRegistered: boolean, isReady: boolean): string {
  if (!isRegistered) return "This page comes back by itself.";
  if (!elect) return `Whoever dials ${number} rings here.`;
  return isReady ? "The call begins by itself." : "You can still call, and be called by hand.";
}

function toggleReady(): void {
  phone.setReady(!phone.ready.peek());
  dismiss();
}

/** How the last call ended, and the way to another one. */
function Ended({ call }: { call: Call }) {
  const heading = useRef<HTMLParagraphElement>(null);
  const number = call.number.value;
  const lasted = lastedWords(call);
  useEffect(() => {
    heading.current?.focus();
    if (!phone.ready.peek()) return;
    const timer = setTimeout(dismiss, FAREWELL);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="ended">
      <p ref={heading} tabIndex={-1} id="ended">
        <strong>{stateWords(factsOf(call))}</strong>
        {lasted && <span class="quiet">{lasted}</span>}
      </p>
      {number && (
        <button
          type="button"
          class="button go"
          aria-describedby="ended"
          onClick={() => dial(number)}
        >
          <Icon name="call" />
          Call
        </button>
      )}
      <button type="button" class="round small plain" aria-label="Dismiss" onClick={dismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}
