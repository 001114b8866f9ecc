import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { dial } from "../call_sequence.ts";
import { phone } from "../the_phone.ts";
import { Icon } from "./icons.tsx";

const KEYS = [
  ["1", ""],
  ["2", "abc"],
  ["3", "def"],
  ["4", "ghi"],
  ["5", "jkl"],
  ["6", "mno"],
  ["7", "pqrs"],
  ["8", "tuv"],
  ["9", "wxyz"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
] as const;

/** The dial field with its keys; on a small screen the keys stay away until asked for. */
export function Dialpad() {
  const number = useSignal("");
  const isOpen = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (location.hash === "#dial") field.current?.focus();
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    const dialled = number.value.replace(/[\s()/-]/g, "");
    if (!dialled) return field.current?.focus();
    number.value = "";
    dial(dialled);
  };
  return (
    <form class="dial" data-open={isOpen.value} onSubmit={submit}>
      <div class="keys" role="group" aria-label="Keys">
        {KEYS.map(([key, letters]) => (
          <button
            key={key}
            type="button"
            class="key"
            onClick={() => number.value += key}
          >
            {key}
            <small aria-hidden="true">{letters}</small>
          </button>
        ))}
      </div>
      <div class="dial-row">
        <button
          type="button"
          class="round small plain keys-toggle"
          aria-label="Dial pad"
          aria-expanded={isOpen.value}
          onClick={() => isOpen.value = !isOpen.value}
        >
          <Icon name="keys" />
        </button>
        <label class="field">
          <span class="field-label">Number</span>
          <input
            ref={field}
            name="number"
            placeholder=" "
            value={number.value}
            onInput={(event) => number.value = event.currentTarget.value}
            maxLength={64}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="go"
          />
        </label>
        {number.value && (
          <button
            type="button"
            class="round small plain"
            aria-label="Erase"
            onClick={() => number.value = number.value.slice(0, -1)}
          >
            <Icon name="erase" />
          </button>
        )}
        <button
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
