/**
 * A socket whose first word goes with the question for it (`docs/protocol.md`, "Sockets"): a phone that says so at once
 * who it is waits for one round trip less.
 *
 * @module
 */
import type { Socket } from "../phone/browser.ts";
import { FIRST_WORD, inUpgrade, MOST_IN_UPGRADE } from "../protocol/first_word.ts";

/**
 * Whether the last socket never opened: somebody on the way may not like what comes with the question. The next one then
 * does without, and so on by turns.
 */
let isSuspect = false;

/** Opens a socket to `url`. It says that it is open at once, to hear the first word; what is said later needs an open one. */
export function openSocket(url: string): Socket {
  return new QuickSocket(url);
}

class QuickSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  #first = "";
  #socket: WebSocket | undefined;
  #isOver = false;

  constructor(url: string) {
    queueMicrotask(() => this.#isOver || this.#open(url));
  }

  send(text: string): void {
    if (this.#socket) this.#socket.send(text);
    else this.#first = text;
  }

  close(code?: number, reason?: string): void {
    this.#isOver = true;
    this.#socket?.close(code, reason);
  }

  #open(url: string): void {
    this.onopen?.();
    const word = this.#first;
    const isShort = word.length < MOST_IN_UPGRADE;
    const socket = new WebSocket(url, isShort && !isSuspect ? [FIRST_WORD, inUpgrade(word)] : []);
    this.#socket = socket;
    isSuspect = !isSuspect;
    socket.onopen = () => {
      isSuspect = false;
      if (socket.protocol !== FIRST_WORD) socket.send(word);
    };
    socket.onmessage = (event) => this.onmessage?.(event);
    socket.onclose = (event) => this.onclose?.(event);
  }
}
