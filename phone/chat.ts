/**
 * What the two sides of a call write to one another, and the keys that they press: with media, without, and before.
 *
 * @module
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Of, PhoneMessage } from "../protocol/messages.ts";
import { newId } from "./new_id.ts";

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
  readonly #ids = new Set<string>();
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
    this.read({ id, text, mine: true });
    this.#send((call) => ({ type: "message", call, id, text }));
  }

  /** Presses keys, one after the other. */
  press(keys: string): void {
    for (const key of keys) {
      const id = newId();
      this.#send((call) => ({ type: "dtmf", call, key, id }));
    }
  }

  /** Writes all again, in a call that the other side has heard nothing of. */
  repeat(): void {
    for (const { id, text, mine } of this.#messages.peek()) {
      if (mine) this.#send((call) => ({ type: "message", call, id, text }));
    }
  }

  /** Takes what was written; what is here already has come twice. */
  read({ id, text, mine = false }: Omit<Written, "mine"> & Partial<Written>): void {
    if (!this.#isNews(id)) return;
    this.#messages.value = [...this.#messages.peek(), { id, text, mine }];
  }

  /** The other side has pressed a key. One without a name was pressed for it by an order. */
  hear({ key, id = newId() }: Pick<Of<PhoneMessage, "dtmf">, "key" | "id">): void {
    if (this.#isNews(id)) this.#digits.value += key;
  }

  /** What has come over the wire before was said again after a restart of the PBX. */
  #isNews(id: string): boolean {
    return !this.#ids.has(id) && !!this.#ids.add(id);
  }
}
