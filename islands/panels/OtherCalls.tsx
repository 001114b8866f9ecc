import { Avatar } from "../parts/Avatar.tsx";
import { factsOf } from "../call_words.ts";
import { keyOf, nameOf, otherCalls, unreadOf } from "../screen.ts";
import { switchTo } from "./several_calls.ts";
import { stateWords } from "../words.ts";
import type { Call } from "../../phone/call.ts";

/** The calls that are not on the screen, each with the way to it. */
export function OtherCalls() {
  return otherCalls.value.map((call) => <OtherCall key={keyOf(call)} call={call} />);
}

function OtherCall({ call }: { call: Call }) {
  const name = nameOf(call.number.value);
  const unread = unreadOf(call);
  const id = `other-${keyOf(call)}`;
  return (
    <div class="strip" role="group" aria-label={`Call with ${name}`}>
      <Avatar name={name} number={call.number.value ?? ""} />
      <p id={id}>
        <strong>{name}</strong>
        <span>{stateWords(factsOf(call))}{unread > 0 && ` · ${unread} unread`}</span>
      </p>
      <button type="button" class="button" aria-describedby={id} onClick={() => switchTo(call)}>
        Switch
      </button>
    </div>
  );
}
