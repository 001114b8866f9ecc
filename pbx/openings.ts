/**
 * Pages that are being opened. A browser asks for the new page before it closes the old one: so whoever closes a page in
 * whose place the same number is opened has pressed Reload, and gets the calls back.
 *
 * @module
 */
import type { Bus, Now } from "./ports.ts";
import { OPENING_TOPIC } from "./topics.ts";

/** How long a page may take from being asked for until it registers, in milliseconds; after that nobody waits for it. */
const LATELY = 5000;

/** What all nodes know of pages that were asked for and have not registered yet. */
export class Openings implements AsyncDisposable {
  readonly #bus: Bus;
  readonly #now: Now;
  /** When they were asked for, by number, oldest first. */
  readonly #asked = new Map<string, number[]>();
  readonly #listening: Promise<() => void>;

  constructor(bus: Bus, now: Now) {
    this.#bus = bus;
    this.#now = now;
    this.#listening = bus.subscribe(OPENING_TOPIC, (text) => this.#note(text.slice(1), text.startsWith("+")));
  }

  /** Tells every node that a page of this number was asked for. */
  asked(number: string): void {
    this.#bus.publish(OPENING_TOPIC, `+${number}`);
  }

  /** Tells every node that a page of this number is there. */
  opened(number: string): void {
    if (this.isOpening(number)) this.#bus.publish(OPENING_TOPIC, `-${number}`);
  }

  /** Whether a page of this number is on its way. */
  isOpening(number: string): boolean {
    const asked = this.#asked.get(number)?.filter((at) => this.#now() - at < LATELY) ?? [];
    if (asked.length > 0) this.#asked.set(number, asked);
    else this.#asked.delete(number);
    return asked.length > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    (await this.#listening)();
  }

  #note(number: string, isAsked: boolean): void {
    for (const known of [...this.#asked.keys()]) this.isOpening(known);
    const asked = this.#asked.get(number) ?? [];
    if (isAsked) this.#asked.set(number, [...asked, this.#now()]);
    else this.#asked.set(number, asked.slice(1));
  }
}
