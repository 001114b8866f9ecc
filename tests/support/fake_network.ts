/**
 * The network between a fake browser and everybody else: it can be away for a while, and it can change, which no socket
 * and no path of media survives.
 *
 * @module
 */
import type { Carry } from "./fake_browser.ts";

/** One person's network. */
export class FakeNetwork {
  /** Counts the changes: what was made in an earlier one is dead. */
  address = 0;
  #isUp = true;
  #waiting: (() => void)[] = [];

  /** Whether anything passes. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Nothing passes from now on, and nobody is told. What was sent is sent again by TCP once the network is back. */
  lose(): void {
    this.#isUp = false;
  }

  /** The network is back. */
  heal(): void {
    this.#isUp = true;
    for (const deliver of this.#waiting.splice(0)) deliver();
  }

  /** Another network: sockets of the one before hear nothing any more, and nobody is told. */
  change(): void {
    this.address++;
    this.#waiting = [];
  }

  /** A cable for one socket of the present network. */
  cable(): Carry {
    const { address } = this;
    return (deliver) => {
      if (address !== this.address) return;
      if (this.#isUp) deliver();
      else this.#waiting.push(deliver);
    };
  }
}
