/**
 * The phone's side of the early line (`early_line.ts`): what came of its key, and how it is taken over.
 *
 * @module
 */
import { WRONG_KEY } from "../protocol/first_word.ts";

/** A socket that was asked for before the phone was there. */
export interface EarlyLine {
  readonly url: string;
  /** What it has said with the question: a `register`. */
  readonly word: string;
  readonly socket: WebSocket;
  /** What came over it, oldest first. */
  readonly heard: readonly MessageEvent[];
  /** How it was closed, if it was. */
  closed?: CloseEvent;
  /** Leaves the line and closes the socket, unless it was taken over. */
  giveUp(): void;
}

declare global {
  /** The page's early line, until it is taken over or given up. */
  var earlyLine: EarlyLine | undefined;
}

/** How long a key that went with the question may take to be answered before it is exchanged by itself, in milliseconds. */
const PATIENCE = 5000;

/** What came of the key that the early line has brought; `undefined` when it is to be exchanged by a request of its own. */
export async function earlyAnswer(): Promise<"done" | "refused" | undefined> {
  const line = globalThis.earlyLine;
  if (!line) return undefined;
  if (line.heard.length === 0 && !line.closed) await news(line.socket);
  if (globalThis.earlyLine !== line) return undefined;
  // Whoever is told anything was let in.
  if (line.heard.length > 0) return "done";
  if (!line.closed) line.giveUp();
  return line.closed?.code === WRONG_KEY ? "refused" : undefined;
}

function news(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.addEventListener("message", resolve);
    socket.addEventListener("close", resolve);
    setTimeout(resolve, PATIENCE);
  });
}

/** Hands over the early line, if there is one that has said this `word` to this `url`; any other is given up. */
export function takeEarlyLine(url: string, word: string): EarlyLine | undefined {
  const line = globalThis.earlyLine;
  if (line?.url !== url || line.word !== word) return void line?.giveUp();
  globalThis.earlyLine = undefined;
  return line;
}
