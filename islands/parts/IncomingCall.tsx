import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { accept, decline } from "../call_actions.ts";
import { nameOf, openPanel } from "../screen.ts";
import { Avatar } from "./Avatar.tsx";
import { Beside } from "./Beside.tsx";
import { ChatButton } from "./Controls.tsx";
import { Icon } from "./icons.tsx";

/** How fast the page's title blinks, in milliseconds. */
const BLINK = 1000;

interface IncomingCallProps {
  readonly call: Call;
  /** The call that goes on meanwhile, if there is one. */
  readonly talking: Call | undefined;
}

/** A call that waits to be accepted. It has the screen to itself, or lies over the call that goes on. */
export function IncomingCall({ call, talking }: IncomingCallProps) {
  const dialog = useRef<HTMLElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const number = call.number.value ?? "";
  const name = nameOf(call.number.value);
  const isOver = talking !== undefined;
  useEffect(() => isOver ? visit(dialog.current) : first.current?.focus(), [isOver]);
  useEffect(() => blinkTitle(`${name} is calling`), [name]);
  useEffect(() => isOver ? onEscape(dialog.current, call) : onKey(call), [isOver]);
  return (
    <section
      ref={dialog}
      class={isOver ? "call incoming knocking" : "call incoming"}
      role="alertdialog"
      tabIndex={-1}
      aria-modal={!isOver}
      aria-label={`${name === number ? "" : `${name}, `}${number}, is calling`}
      data-panel={isOver ? undefined : openPanel.value}
    >
      <div class="call-heading">
        <span class="ripple">
          <Avatar name={name} number={number} />
        </span>
        <h1>{name}</h1>
        <p class="call-state">{name === number ? "" : `${number} `}is calling…</p>
        {talking && <p class="call-state">Accept puts {nameOf(talking.number.value)} on hold.</p>}
      </div>
      <div class="foot">
        {!isOver && <Beside call={call} />}
        <div class="bar">
          <button type="button" class="round stop" onClick={() => decline(call)}>
            <Icon name="call" />
            <span class="caption">Decline</span>
          </button>
          {!isOver && <ChatButton call={call} />}
          <button ref={first} type="button" class="round go" onClick={() => accept(call)}>
            <Icon name="call" />
            <span class="caption">Accept</span>
          </button>
        </div>
      </div>
    </section>
  );
}

/** Keys work wherever the focus is, but in a panel; a button that has it answers to Enter by itself. */
function onKey(call: Call): () => void {
  const listen = (event: KeyboardEvent) => {
    const onButton = event.target instanceof HTMLButtonElement;
    if (openPanel.peek()) return;
    if (event.key === "Escape") decline(call);
    else if (event.key === "Enter" && !onButton) accept(call);
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

/** Over a call that goes on, keys are for whatever has the focus. */
function onEscape(dialog: HTMLElement | null, call: Call): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    decline(call);
  };
  dialog?.addEventListener("keydown", listen);
  return () => dialog?.removeEventListener("keydown", listen);
}

/** Has the focus until it is over, unless somebody is writing: no key may hit a button that was not there before. */
function visit(dialog: HTMLElement | null): () => void {
  const before = document.activeElement;
  if (!before?.matches("input, textarea")) dialog?.focus();
  return () => before instanceof HTMLElement && before.focus();
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
