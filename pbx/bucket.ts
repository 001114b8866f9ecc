/**
 * A bucket of leave to do something: whoever comes now and then always finds some, a flood empties it.
 *
 * @module
 */
import type { Of, PbxMessage, PhoneMessage } from "../protocol/messages.ts";
import type { Now } from "./ports.ts";

/**
 * How many messages and keys a phone may pass on; more of them wait. Whoever comes back says at once what was written
 * meanwhile: `most` is some hundreds, but less than the outbox of a phone remembers. `perSecond` is more than anybody
 * writes or presses, and less than would freeze the page that reads it.
 */
export const TALK = { perSecond: 200, most: 600 } as const;

/** Whether this is what a phone may flood another one with. */
export const isTalk = (message: PhoneMessage): message is Of<PhoneMessage, "message" | "dtmf"> =>
  message.type === "message" || message.type === "dtmf";

/** How many frames of a phone may wait meanwhile. */
const MOST_WAITING = 10_000;

/** What a phone hears whose message is not passed on at all. */
export const tooMany = ({ type, call }: Of<PhoneMessage, "message" | "dtmf">): PbxMessage => ({
  type: "error",
  code: "too-many",
  message: `Cannot pass on this ${type}: too many at once`,
  call,
});

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

  /** Takes leave for one thing as soon as there is some: a flood is slowed down. `false` when too many frames wait. */
  async grant(wait: (milliseconds: number) => Promise<void>, waiting: () => number): Promise<boolean> {
    while (!this.take()) {
      if (waiting() > MOST_WAITING) return false;
      await wait(1000 / this.#perSecond);
    }
    return true;
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
