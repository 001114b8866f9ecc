/**
 * Pages that are being opened. A browser asks for the new page before it closes the old one: so whoever closes a page in
 * whose place the same number is opened has pressed Reload, and gets the calls back.
 *
 * @module
 */
import type { Bus, Now } from "./ports.ts";
import { OPENING_TOPIC } from "./topics.ts";

/** How long after it was asked for a page takes the place of another one at most, in milliseconds. */
const LATELY = 5000;

/** What all nodes know of pages that are being opened. */
export class Openings implements AsyncDisposable {
  readonly #bus: Bus;
  readonly #now: Now;
  readonly #at = new Map<string, number>();
  readonly #listening: Promise<() => void>;

  constructor(bus: Bus, now: Now) {
    this.#bus = bus;
    this.#now = now;
    this.#listening = bus.subscribe(OPENING_TOPIC, (number) => this.#note(number));
  }

  /** Tells every node that a page of this number was asked for. */
  tell(number: string): void {
    this.#bus.publish(OPENING_TOPIC, number);
  }

  /** When that was, in milliseconds since the epoch; 0 for not lately. */
  at(number: string): number {
    const at = this.#at.get(number) ?? 0;
    return this.#now() - at < LATELY ? at : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    (await this.#listening)();
  }

  #note(number: string): void {
    for (const known of this.#at.keys()) if (this.at(known) === 0) this.#at.delete(known);
    this.#at.set(number, this.#now());
  }
}
