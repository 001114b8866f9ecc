/**
 * A bucket of leave to do something: whoever comes now and then always finds some, a flood empties it.
 *
 * @module
 */
import type { Now } from "./ports.ts";

/**
 * How many messages and keys a phone may pass on. Whoever comes back says at once what was written meanwhile: `most` is
 * some hundreds, but less than the outbox of a phone remembers. `perSecond` is more than anybody writes or presses.
 */
export const TALK = { perSecond: 50, most: 600 } as const;

/** One bucket; full at first. */
export class Bucket {
  readonly #now: Now;
  readonly #perSecond: number;
  readonly #most: number;
  #left: number;
  #filledAt: number;

  /** It holds leave for `most` things, and fills again by so many `perSecond`. */
  constructor(now: Now, { perSecond, most }: { readonly perSecond: number; readonly most: number }) {
    this.#now = now;
    this.#perSecond = perSecond;
    this.#most = most;
    this.#left = most;
    this.#filledAt = now();
  }

  /** Takes leave for one thing; `false` when there is none. */
  take(): boolean {
    const now = this.#now();
    // A clock that is set back takes nothing away.
    const news = Math.max(now - this.#filledAt, 0) * this.#perSecond / 1000;
    this.#left = Math.min(this.#left + news, this.#most);
    this.#filledAt = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
