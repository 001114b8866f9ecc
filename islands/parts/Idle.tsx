import { type Agent, dismiss, idleWords, keyOf, shownCall } from "../screen.ts";
import { phone } from "../the_phone.ts";
import { Avatar } from "./Avatar.tsx";
import { Dialpad } from "./Dialpad.tsx";
import { Directory } from "./Directory.tsx";
import { views } from "./views.ts";

/** The phone while there is no call: who I am, what it waits for, whom one can call. */
export function Idle(agent: Agent) {
  const ended = shownCall.value;
  const { Ended, Hints } = views.module.value ?? {};
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
        {ended?.state.value.name === "ended" && Ended && <Ended key={keyOf(ended)} call={ended} />}
        <State {...agent} />
        {Hints && <Hints />}
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
