import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { dial } from "../call_sequence.ts";
import { factsOf, lastedWords } from "../call_words.ts";
import { dismiss } from "../screen.ts";
import { phone } from "../the_phone.ts";
import { stateWords } from "../words.ts";
import { Icon } from "./icons.tsx";

/** How long a phone that waits again shows how the last call ended, in milliseconds. */
const FAREWELL = 12_000;

/** How the last call ended, and the way to another one. */
export function Ended({ call }: { call: Call }) {
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
