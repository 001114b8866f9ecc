import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { decline } from "../call_sequence.ts";
import { nameOf } from "../screen.ts";
import { Avatar } from "./Avatar.tsx";
import { Icon } from "./icons.tsx";

/** How fast the page's title blinks, in milliseconds. */
const BLINK = 1000;

/** A call that waits to be accepted: Enter accepts, Escape declines. */
export function IncomingCall({ call }: { call: Call }) {
  const accept = useRef<HTMLButtonElement>(null);
  const number = call.number.value ?? "";
  const name = nameOf(call.number.value);
  useEffect(() => accept.current?.focus(), []);
  useEffect(() => blinkTitle(`${name} is calling`), [name]);
  useEffect(() => onKey(call), []);
  return (
    <section
      class="call incoming"
      role="alertdialog"
      aria-modal="true"
      aria-label={`${name === number ? "" : `${name}, `}${number}, is calling`}
    >
      <div class="call-heading">
        <span class="ripple">
          <Avatar name={name} number={number} />
        </span>
        <h1>{name}</h1>
        <p class="call-state">{name === number ? "" : `${number} `}is calling…</p>
      </div>
      <div class="bar">
        <button type="button" class="round stop" onClick={() => decline(call)}>
          <Icon name="call" />
          <span class="caption">Decline</span>
        </button>
        <button ref={accept} type="button" class="round go" onClick={() => call.accept()}>
          <Icon name="call" />
          <span class="caption">Accept</span>
        </button>
      </div>
    </section>
  );
}

/** Keys work wherever the focus is; a button that has it answers to Enter by itself. */
function onKey(call: Call): () => void {
  const listen = (event: KeyboardEvent) => {
    const onButton = event.target instanceof HTMLButtonElement;
    if (event.key === "Escape") decline(call);
    else if (event.key === "Enter" && !onButton) call.accept();
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

function blinkTitle(words: string): () => void {
  const title = document.title;
  const timer = setInterval(() => {
    document.title = document.title === title ? words : title;
  }, BLINK);
  document.title = words;
  return () => {
    clearInterval(timer);
    document.title = title;
  };
}
