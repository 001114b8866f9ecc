import { type Signal, signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import type { Written } from "../../phone/chat.ts";
import { MAX_WRITTEN } from "../../protocol/messages.ts";
import { Icon } from "../parts/icons.tsx";
import { nameOf, news, seen } from "../screen.ts";
import { ofCall } from "./of_call.ts";

/** How near to its end a list counts as being there, in CSS pixels. */
const NEAR = 32;

/** A list that is not drawn yet. */
const NOWHERE = { scrollHeight: 0, scrollTop: 0, clientHeight: 0 } as const;

/** What was begun and not sent stays while one looks at something else. */
const draftOf = ofCall(() => signal(""));

/** What the two sides of a call write to one another. */
export function Chat({ call }: { call: Call }) {
  const messages = call.messages.value;
  const list = useRef<HTMLDivElement>(null);
  useEndInView(list, messages);
  useEffect(() => {
    for (const written of messages) seen.add(written);
    if (news.peek()?.chat) news.value = undefined;
  }, [messages]);
  return (
    <>
      <div
        ref={list}
        class="messages"
        role="log"
        aria-label="Messages"
        tabIndex={0}
      >
        {messages.length === 0 && (
          <p class="quiet">Nothing was written yet. Messages stay here until the call ends.</p>
        )}
        {messages.map((written) => (
          <Message
            key={written.id}
            {...written}
            from={nameOf(call.number.value)}
          />
        ))}
      </div>
      <Writing draft={draftOf(call)} onSend={(text) => call.write(text)} />
    </>
  );
}

function Message({ text, mine, from }: Written & { from: string }) {
  return (
    <p class="message" data-mine={mine} dir="auto">
      <span class="unseen">{mine ? "You" : from}:</span>
      {text}
    </p>
  );
}

/** Keeps the end of the list in view, unless the reader has scrolled up by the time that something is written. */
function useEndInView(list: RefObject<HTMLElement | null>, messages: readonly Written[]): void {
  // Before it is drawn anew: what is told of scrolling comes a frame later than the scrolling.
  const { scrollHeight, scrollTop, clientHeight } = list.current ?? NOWHERE;
  const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
  const follows = isAtEnd || messages.at(-1)?.mine;
  useLayoutEffect(() => {
    if (list.current && follows) list.current.scrollTop = list.current.scrollHeight;
  }, [messages]);
}

interface WritingProps {
  readonly draft: Signal<string>;
  readonly onSend: (text: string) => void;
}

/** Enter sends, with Shift it begins a new line; while an input method is at work it is none of both. */
function Writing({ draft, onSend }: WritingProps) {
  const send = (event: Event) => {
    event.preventDefault();
    if (!draft.value.trim()) return;
    onSend(draft.value);
    draft.value = "";
  };
  return (
    <form class="writing" onSubmit={send}>
      <textarea
        name="message"
        aria-label="Message"
        placeholder="Message"
        rows={1}
        maxLength={MAX_WRITTEN}
        enterkeyhint="send"
        value={draft.value}
        onInput={(event) => draft.value = event.currentTarget.value}
        onKeyDown={(event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && send(event)}
      />
      <button
        type="submit"
        class="round small go"
        aria-label="Send"
        disabled={!draft.value.trim()}
      >
        <Icon name="send" />
      </button>
    </form>
  );
}
