/**
 * What one phone is told: held back until it has heard `registered`, remembered until it is known to have arrived, and
 * said again over the next socket.
 *
 * @module
 */
import { Delivery, DESCRIPTION } from "../protocol/delivery.ts";
import type { PbxMessage } from "../protocol/messages.ts";

/** More than this is not remembered for a phone that does not say what has arrived: messages, and characters in all. */
const MOST_WAITING = 1000;
const MOST_WAITING_TEXT = 4_000_000;

/** Where an outbox leads. */
export interface OutboxOwner {
  /** Sends over the socket, if it is open. */
  send(text: string): void;
  /** The phone never says what has arrived, or was away for too much. */
  overflowed(): void;
}

/** The way out to one phone. */
export class Outbox {
  readonly #owner: OutboxOwner;
  #delivery = new Delivery();
  /** What is to be said once the phone has heard `registered`; `undefined` when it has. */
  #held: (() => void)[] | undefined = [];

  constructor(owner: OutboxOwner) {
    this.#owner = owner;
  }

  /** How many messages of the phone have arrived. */
  get received(): number {
    return this.#delivery.received;
  }

  /** What is not known to have arrived; descriptions are left out, for whoever waits for an answer offers again. */
  get unheard(): readonly string[] {
    return this.#delivery.rest().filter((text) => !DESCRIPTION.test(text));
  }

  /** A counted message of the phone has arrived. */
  arrived(): void {
    this.#delivery.arrived();
  }

  /** The phone says that so many messages have arrived there. */
  settle(count: number): void {
    this.#delivery.settle(count);
  }

  /** Says what need not arrive over the next socket, at once. */
  write(message: PbxMessage): void {
    this.writeText(JSON.stringify(message));
  }

  /** The same with a message that is JSON already. */
  writeText(text: string): void {
    this.#owner.send(text);
  }

  /** Says what the next snapshot makes void. */
  show(text: string): void {
    if (this.#held) this.#held.push(() => this.show(text));
    else this.#owner.send(text);
  }

  /** Says what must arrive, exactly once. */
  send(text: string): void {
    if (this.#held) return void this.#held.push(() => this.send(text));
    this.#delivery.sent(text);
    this.#owner.send(text);
    if (this.#delivery.outstanding % 32 === 0 && this.#remembersTooMuch()) this.#owner.overflowed();
  }

  /** Says what is counted, as all is once the phone is registered. */
  say(message: PbxMessage): void {
    if (this.#held) this.write(message);
    else this.send(JSON.stringify(message));
  }

  /** The phone has heard `registered`: what it has missed is said again, and then what has been held back. */
  open(): void {
    for (const text of this.#delivery.rest()) this.#owner.send(text);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) send();
  }

  /** Goes on where an earlier line of the same phone ended, which has heard `received` messages of it. */
  takeUp(earlier: Outbox, received: number): void {
    this.#delivery = earlier.#delivery;
    this.#delivery.settle(received);
    // Both have heard what has come since this one listens too.
    this.#held = [];
  }

  /** Whoever registers next is somebody new. */
  renew(): void {
    this.#delivery = new Delivery();
    this.#held = [];
  }

  /** Forgets what waits, and holds nothing back any more. */
  forget(): void {
    this.#delivery = new Delivery();
    this.#held = undefined;
  }

  #remembersTooMuch(): boolean {
    const rest = this.#delivery.rest();
    return rest.length >= MOST_WAITING ||
      rest.reduce((sum, text) => sum + text.length, 0) > MOST_WAITING_TEXT;
  }
}
