/**
 * Staying connected with somebody of the directory: a toggle beside each agent, and what it means in words.
 *
 * @module
 */
import type { VNode } from "preact";
import type { Presence } from "../../protocol/presence.ts";
import { kept, links, refusal, toggle } from "../links.ts";

/** The toggle for somebody, which only agents have; or without anybody, what the toggles are for. */
export function keep(person?: Presence): VNode | undefined {
  if (!person) return <KeepWords />;
  return person.name === undefined ? undefined : <KeepConnected {...person} />;
}

const WORDS = "keep-words";

function KeepConnected({ number, name }: Presence) {
  if (!kept.value) return null;
  const isKept = kept.value.includes(number);
  const state = links.states.value.get(number) ?? "off";
  const words = state === "standing" ? `Connected with ${name}` : `Waiting for ${name} to switch it on, too`;
  return (
    <>
      <button
        type="button"
        class="round small keep"
        aria-label="Keep connected"
        aria-pressed={isKept}
        aria-describedby={`person-${number} keep-${number} ${WORDS}`}
        title={isKept ? words : `Keep connected with ${name}`}
        data-link={state}
        onClick={() => toggle(number)}
      >
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d={state === "standing" ? `${CHAIN}M9 15l6-6` : CHAIN} />
        </svg>
      </button>
      <span id={`keep-${number}`} hidden>{isKept ? words : ""}</span>
    </>
  );
}

/** Two links of a chain; what joins them is drawn when they are. */
const CHAIN =
  "M10.5 6.5l2-2a4.6 4.6 0 0 1 6.5 0l.5.5a4.6 4.6 0 0 1 0 6.5l-2 2M13.5 17.5l-2 2a4.6 4.6 0 0 1-6.5 0l-.5-.5a4.6 4.6 0 0 1 0-6.5l2-2";

function KeepWords() {
  if (!kept.value) return null;
  return (
    <>
      <p class="keep-words" id={WORDS}>
        <em>Keep connected</em>{" "}
        lets calls with somebody begin at once. It counts once both have switched it on for each other; from
        then on each can see the other's network address, even while there is no call.
      </p>
      <p class="keep-words keep-refusal" aria-live="polite">{refusal.value}</p>
    </>
  );
}
