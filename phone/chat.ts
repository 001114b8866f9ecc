/**
 * What the two sides of a call write to one another, and the keys that they press: with media, without, and before.
 *
 * @module
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Of, PhoneMessage } from "../protocol/messages.ts";
import { newId } from "./browser.ts";

/** What was written in a call. */
export interface Written {
  readonly id: string;
  readonly text: string;
  /** Whether this side wrote it. */
  readonly mine: boolean;
}

/** What a chat sends. */
export type ChatMessage = Of<PhoneMessage, "message" | "dtmf">;

/** The writing of one call. */
export class Chat {
  readonly #send: (message: (call: string) => ChatMessage) => void;
  readonly #messages = signal<readonly Written[]>([]);
  readonly #digits = signal("");
  /** What was written on both sides, oldest first. */
  readonly messages: ReadonlySignal<readonly Written[]> = this.#messages;
  /** The keys that the other side has pressed so far. */
  readonly digits: ReadonlySignal<string> = this.#digits;

  /** `send` is given a message that lacks but the call's name, which may change until it goes out. */
  constructor(send: (message: (call: string) => ChatMessage) => void) {
    this.#send = send;
  }

  /** Writes to the other side. */
  write(text: string): void {
    const id = newId();
    this.read({ id, text }, true);
    this.#send((call) => ({ type: "message", call, id, text }));
  }

  /** Presses keys, one after the other. */
  press(keys: string): void {
    for (const key of keys) this.#send((call) => ({ type: "dtmf", call, key }));
  }

  /** Takes what was written; what is here already has come twice. */
  read({ id, text }: { readonly id: string; readonly text: string }, mine = false): void {
    const before = this.#messages.peek();
    if (!before.some((written) => written.id === id)) this.#messages.value = [...before, { id, text, mine }];
  }

  /** The other side has pressed a key. */
  hear(key: string): void {
    this.#digits.value += key;
  }
}
