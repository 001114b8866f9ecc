import { byWaiting } from "../../protocol/elect.ts";
import type { Presence } from "../../protocol/presence.ts";
import { dial } from "../call_sequence.ts";
import { phone } from "../the_phone.ts";
import { PRESENCE } from "../people.ts";
import { Avatar } from "./Avatar.tsx";
import { Icon } from "./icons.tsx";

const ORDER: Record<Presence["status"], number> = { online: 0, busy: 1, offline: 2 };

/** Who is on the line besides `self`, whoever can be reached first. */
export function Directory({ self }: { self: string }) {
  const people = phone.presence.value
    .filter(({ number }) => number !== self)
    .sort((a, b) => ORDER[a.status] - ORDER[b.status] || byWaiting(a, b));
  return (
    <section class="directory">
      <h2 id="directory">Directory</h2>
      {people.length === 0 && phone.state.value.name === "registered" && (
        <p class="quiet">Nobody else is on this line yet.</p>
      )}
      <ul role="list" aria-labelledby="directory">
        {people.map((person) => <Person key={person.number} {...person} />)}
      </ul>
    </section>
  );
}

function Person(person: Presence) {
  const id = `person-${person.number}`;
  return (
    <li class="person" data-status={person.status}>
      <Party {...person} id={id} />
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
