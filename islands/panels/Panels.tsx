/**
 * What lies beside a call: panels, the other calls, and short words about what is new. One chunk, fetched once there
 * is a call.
 *
 * @module
 */
import { effect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { news, openPanel, type PanelName, seen } from "../screen.ts";
import { phone } from "../the_phone.ts";
import { soundKeys } from "../tones.ts";
import { Chat } from "./Chat.tsx";
import { Keypad } from "./Keypad.tsx";
import { News } from "./News.tsx";
import { OtherCalls } from "./OtherCalls.tsx";
import { Panel } from "./Panel.tsx";
import { Refusal } from "./Refusal.tsx";
import { tellEndsElsewhere } from "./several_calls.ts";
import { Transfer } from "./Transfer.tsx";

const PANELS: Record<PanelName, typeof Chat> = { Chat, Keypad, Transfer };

interface PanelsProps {
  readonly call: Call;
  /** The panel that is open. */
  readonly open: PanelName | undefined;
}

/** Everything that lies beside `call`. */
export function Panels({ call, open }: PanelsProps) {
  const Content = open && PANELS[open];
  useEffect(() => tellMessages(call), []);
  useEffect(() => soundDigits(call), []);
  useEffect(() => effect(tellEndsElsewhere), []);
  useEffect(() => tidyUp, []);
  return (
    <>
      <Refusal call={call} />
      <News />
      {Content && (
        <Panel key={open} name={open}>
          <Content call={call} />
        </Panel>
      )}
      <OtherCalls />
    </>
  );
}

/** A panel belongs to the call that it was opened in; what was news in a call is none after it. */
function tidyUp(): void {
  openPanel.value = undefined;
  if (phone.calls.peek().length === 0) news.value = undefined;
}

/** What is written to this side while the panel is closed is news, and is read once the panel is open. */
function tellMessages(call: Call): () => void {
  return call.messages.subscribe((messages) => {
    const last = messages.findLast((written) => !written.mine && !seen.has(written));
    if (last && openPanel.peek() !== "Chat") news.value = { words: last.text, chat: true };
  });
}

/** The keys that the other side presses sound here. */
function soundDigits(call: Call): () => void {
  let heard = call.digits.peek().length;
  return call.digits.subscribe((digits) => {
    if (digits.length > heard) soundKeys(digits.slice(heard));
    heard = digits.length;
  });
}
