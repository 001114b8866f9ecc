/**
 * A socket whose first word goes with the question for it (`docs/protocol.md`, "Said with the question"): a phone that says so at once
 * who it is waits for one round trip less. The first of a page is its early line, where that has said the same.
 *
 * @module
 */
import type { Socket } from "../phone/browser.ts";
import { FIRST_WORD, inUpgrade } from "../protocol/first_word.ts";
import { takeEarlyLine } from "./early.ts";

/**
 * Whether the last socket never opened: somebody on the way may not like what comes with the question. The next one then
 * does without, and so on by turns.
 */
let isSuspect = false;

/** Whether what the phone hears at this moment has come before it was there. */
export let isLate = false;

/** Opens a socket to `url`. It says that it is open at once, to hear the first word; what is said later needs an open one. */
export function openSocket(url: string): Socket {
  let [word, isOver] = ["", false];
  let socket: WebSocket | undefined;
  const seen: Socket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => socket ? socket.send(text) : void (word = text),
    close: (code, reason) => {
      isOver = true;
      socket?.close(code, reason);
    },
  };
  queueMicrotask(() => {
    if (isOver) return;
    seen.onopen?.();
    const { socket: early, heard = [], closed } = takeEarlyLine(url, word) ?? {};
    // One that has ended without a word is of no use any more.
    const isUseful = early && (!closed || heard[0]);
    // Whatever had a server's consent was open.
    if (early && !isUseful) isSuspect = !early.protocol;
    const made = socket = isUseful
      ? early
      : new WebSocket(url, isSuspect ? [] : [FIRST_WORD, inUpgrade(word)]);
    isSuspect = !made.protocol && !isSuspect;
    made.onopen = () => {
      isSuspect = false;
      if (!made.protocol) made.send(word);
    };
    made.onmessage = (event) => seen.onmessage?.(event);
    made.onclose = (event) => seen.onclose?.(event);
    isLate = true;
    for (const event of heard) seen.onmessage?.(event);
    isLate = false;
    if (closed && isUseful) seen.onclose?.(closed);
  });
  return seen;
}
