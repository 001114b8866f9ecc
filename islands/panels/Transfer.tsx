import { useSignal } from "@preact/signals";
import type { Call } from "../../phone/call.ts";
import type { Presence } from "../../protocol/presence.ts";
import { bare, Field } from "../parts/Dialpad.tsx";
import { Party } from "../parts/Directory.tsx";
import { Icon } from "../parts/icons.tsx";
import { nameOf, otherCalls } from "../screen.ts";
import { callBeside, joinCalls, transferCall } from "./several_calls.ts";
import { phone } from "../the_phone.ts";

/** Sends the other side on: to a number, to somebody who is there, or to whoever is in the second call. */
export function Transfer({ call }: { call: Call }) {
  const number = useSignal("");
  const wanted = number.value.trim().toLowerCase();
  const people = whoIsThere(call).filter((person) =>
    `${person.number} ${person.name ?? ""}`.toLowerCase().includes(wanted)
  );
  const submit = (event: Event) => {
    event.preventDefault();
    if (bare(number.value)) transferCall(call, bare(number.value));
  };
  return (
    <>
      <Joining call={call} />
      <form class="dial-row" onSubmit={submit}>
        <Field number={number} />
        <Ways number={bare(number.value)} onTransfer={undefined} />
      </form>
      <ul class="people" role="list" aria-label="People online">
        {people.map((person) => (
          <li key={person.number} class="person" data-status={person.status}>
            <Party {...person} />
            <Ways number={person.number} onTransfer={() => transferCall(call, person.number)} />
          </li>
        ))}
      </ul>
      {people.length === 0 && (
        <p class="quiet">{wanted ? "Nobody online by this name." : "Nobody else is online."}</p>
      )}
    </>
  );
}

interface WaysProps {
  readonly number: string;
  /** With none it is what the form does. */
  readonly onTransfer: (() => void) | undefined;
}

/** The two ways to a number: to ask there first, or at once. */
function Ways({ number, onTransfer }: WaysProps) {
  const name = number && nameOf(number);
  return (
    <span class="ways">
      {otherCalls.value.length === 0 && (
        <button
          type="button"
          class="round small plain"
          aria-label={name ? `Call ${name} first` : "Call first"}
          title="Call first"
          disabled={!number}
          onClick={() => callBeside(number)}
        >
          <Icon name="call" />
        </button>
      )}
      <button
        type={onTransfer ? "button" : "submit"}
        class="round small go"
        aria-label={name ? `Transfer to ${name}` : "Transfer to this number"}
        title="Transfer"
        disabled={!number}
        onClick={onTransfer}
      >
        <Icon name="transfer" />
      </button>
    </span>
  );
}

/** With a second call that is established both other sides can be left to themselves. */
function Joining({ call }: { call: Call }) {
  const others = otherCalls.value.filter((other) => other.state.value.name === "established");
  return others.map((other) => (
    <button
      key={other.id}
      type="button"
      class="button join"
      onClick={() => joinCalls(call, other)}
    >
      <strong>Join the two calls</strong>
      <small>{nameOf(call.number.value)} and {nameOf(other.number.value)} go on without you</small>
    </button>
  ));
}

/** Whoever could take the call over at once. */
function whoIsThere(call: Call): Presence[] {
  const state = phone.state.value;
  const own = state.name === "registered" ? state.number : "";
  const nameIn = ({ name, number }: Presence) => name ?? number;
  return phone.presence.value
    .filter(({ number, status }) => status === "online" && ![own, call.number.value].includes(number))
    .sort((a, b) => nameIn(a).localeCompare(nameIn(b)));
}
