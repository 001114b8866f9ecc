/**
 * What makes guessing slow: a wrong secret is waited on, and after some of them an address has to wait for the next
 * minute.
 *
 * @module
 */
import type { Now } from "../../pbx/ports.ts";

/** How long a wrong key or token is waited on, in milliseconds. */
export const WRONG_KEY_MILLISECONDS = 250;

const WRONG_KEYS_PER_MINUTE = 10;

/** Counts wrong secrets by address and minute. */
export class Tries {
  #minute = 0;
  readonly #counts = new Map<string, number>();

  constructor(readonly now: Now) {}

  /** Whether nothing more is taken from this address in this minute, be it right or wrong. */
  areTooMany(address: string): boolean {
    this.#turn();
    return (this.#counts.get(address) ?? 0) >= WRONG_KEYS_PER_MINUTE;
  }

  /** Counts a wrong one. */
  add(address: string): void {
    this.#turn();
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
  }

  #turn(): void {
    const minute = Math.floor(this.now() / 60_000);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#counts.clear();
  }
}
