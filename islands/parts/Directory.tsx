import { useSignal } from "@preact/signals";
import type { Presence } from "../../protocol/presence.ts";
import { dial } from "../call_sequence.ts";
import { phone, quick } from "../the_phone.ts";
import { inOrder, PRESENCE } from "../people.ts";
import { Avatar } from "./Avatar.tsx";
import { Icon } from "./icons.tsx";

/** How long the order is kept after a finger has left the list, in milliseconds: its click comes a little later. */
const LINGER = 500;

/** Who is on the line besides `self`. Nobody moves while a pointer is at the list. */
export function Directory({ self }: { self: string }) {
  const held = useSignal<readonly string[]>([]);
  const people = inOrder(phone.presence.value.filter(({ number }) => number !== self), held.value);
  const hold = () => held.value = people.map(({ number }) => number);
  const release = () => setTimeout(() => held.value = [], LINGER);
  return (
    <section class="directory" onPointerOver={hold} onPointerLeave={release}>
      <h2 id="directory">Directory</h2>
      {people.length === 0 && phone.state.value.name === "registered" && (
        <p class="quiet">Nobody else is on this line yet.</p>
      )}
      <ul role="list" aria-labelledby="directory">
        {people.map((person) => <Person key={person.number} {...person} />)}
      </ul>
      {quick.module.value?.keep()}
    </section>
  );
}

function Person(person: Presence) {
  const id = `person-${person.number}`;
  return (
    <li class="person" data-status={person.status}>
      <Party {...person} id={id} />
      {quick.module.value?.keep(person)}
      <button
        type="button"
        class="round small go"
        aria-label="Call"
        aria-describedby={id}
        disabled={phone.state.value.name !== "registered"}
        onClick={() => dial(person.number)}
      >
        <Icon name="call" />
      </button>
    </li>
  );
}

/** Portrait, name, number and presence of somebody; the words have this `id`. */
export function Party({ number, name = number, status, id }: Presence & { readonly id?: string }) {
  return (
    <>
      <span class="portrait">
        <Avatar name={name} number={number} />
        <span class={`dot dot-${status}`} />
      </span>
      <span class="person-words" id={id}>
        <span class="person-name">{name}</span>{" "}
        <span class="person-detail">
          {name === number ? "" : `${number} · `}
          <span class="person-status">{PRESENCE[status]}</span>
        </span>
      </span>
    </>
  );
}
