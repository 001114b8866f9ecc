import { useEffect, useRef } from "preact/hooks";
import { type Signal, useSignal } from "@preact/signals";
import { dial } from "../call_sequence.ts";
import { phone } from "../the_phone.ts";
import { Icon } from "./icons.tsx";
import { Keys } from "./Keys.tsx";

/** The dial field with its keys; on a small screen the keys stay away until asked for. */
export function Dialpad() {
  const number = useSignal("");
  const isOpen = useSignal(false);
  const submit = (event: Event) => {
    event.preventDefault();
    const dialled = bare(number.value);
    if (!dialled) return;
    number.value = "";
    dial(dialled);
  };
  return (
    <form class="dial" data-open={isOpen.value} onSubmit={submit}>
      <Keys onPress={(key) => number.value += key} />
      <div class="dial-row">
        <button
          key="keys"
          type="button"
          class="round small plain keys-toggle"
          aria-label="Dial pad"
          aria-expanded={isOpen.value}
          onClick={() => isOpen.value = !isOpen.value}
        >
          <Icon name="keys" />
        </button>
        <Field number={number} />
        {number.value && (
          <button
            key="erase"
            type="button"
            class="round small plain"
            aria-label="Erase"
            onClick={() => number.value = number.value.slice(0, -1)}
          >
            <Icon name="erase" />
          </button>
        )}
        <button
          key="call"
          type="submit"
          class="round small go"
          aria-label="Call"
          disabled={phone.state.value.name !== "registered"}
        >
          <Icon name="call" />
        </button>
      </div>
    </form>
  );
}

/** A number without what people write between its digits. */
export const bare = (number: string): string => number.replace(/[\s()/-]/g, "");

/** A field for a number. It may hold letters, so that the keyboard is the one for text; digits have their own keys. */
export function Field({ number }: { number: Signal<string> }) {
  const input = useRef<HTMLInputElement>(null);
  // Where the installed app's shortcut leads.
  useEffect(() => void (location.hash === "#dial" && input.current?.focus()), []);
  return (
    <label class="field">
      <span class="field-label">Number</span>
      <input
        ref={input}
        name="number"
        placeholder=" "
        value={number.value}
        onInput={(event) => number.value = event.currentTarget.value}
        required
        maxLength={64}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="go"
      />
    </label>
  );
}
