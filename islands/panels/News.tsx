import { useEffect } from "preact/hooks";
import { Icon } from "../parts/icons.tsx";
import { news, openPanel } from "../screen.ts";

/** How long news stays, in milliseconds. */
const LINGER = 6000;

/** What is new, for a moment: how another call ended, or the first line of a message, which leads to the chat. */
export function News() {
  const told = news.value;
  useEffect(() => {
    const timer = told && setTimeout(() => news.value = undefined, LINGER);
    return () => clearTimeout(timer);
  }, [told]);
  // Always there, for what comes with its words is not read out.
  return (
    <div class="news" aria-live="polite">
      {told?.chat && (
        <button type="button" class="toast" onClick={() => openPanel.value = "Chat"}>
          <Icon name="chat" />
          <span dir="auto">{told.words.trim().split("\n", 1)[0]}</span>
        </button>
      )}
      {told && !told.chat && <p class="toast">{told.words}</p>}
    </div>
  );
}
