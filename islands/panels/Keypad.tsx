import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { Keys } from "../parts/Keys.tsx";
import { soundKeys } from "../tones.ts";
import { ofCall } from "./of_call.ts";

const pressedIn = ofCall(() => signal(""));

/** Keys for the other side's machine: by mouse, finger or keyboard. */
export function Keypad({ call }: { call: Call }) {
  const pressed = pressedIn(call);
  const press = (key: string) => {
    call.press(key);
    soundKeys(key);
    pressed.value += key;
  };
  useEffect(() => onKey(press), []);
  return (
    <>
      <p class="pressed" aria-live="polite">
        {pressed.value || <span class="quiet">The other side hears these keys.</span>}
      </p>
      <Keys onPress={press} />
    </>
  );
}

function onKey(press: (key: string) => void): () => void {
  const listen = (event: KeyboardEvent) => {
    const { key, target, repeat, ctrlKey, metaKey, altKey } = event;
    const isWriting = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    if (!/^[\d*#]$/.test(key) || isWriting || repeat || ctrlKey || metaKey || altKey) return;
    event.preventDefault();
    press(key);
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}
