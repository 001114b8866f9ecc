/**
 * A call that is being set up: the one that was dialled, or another one that a call is to become, because the PBX
 * refers it to another number (transfer, forward) or puts it through (attended transfer).
 *
 * @module
 */
import { type CallState, INVITING, type Role } from "../protocol/call_state.ts";
import { type CallHost, negotiate } from "./call_host.ts";
import type { Negotiation } from "./negotiation.ts";

/** A call that two talk in, held by nobody. */
export const ESTABLISHED = { name: "established", heldBy: [] } as const satisfies CallState;

/** What is only said to somebody who was accepted. */
export const TALK: readonly string[] = ["media", "hold", "unhold", "offer"];

/** One way to somebody. Who made it says with `isWanted` whether it still counts, for setting up takes time. */
export class Leg {
  readonly id: string;
  readonly number: string | undefined;
  readonly role: Role;
  readonly negotiation: Negotiation;
  /** What the call comes to that becomes it now. */
  state: CallState;
  readonly #host: CallHost;

  constructor(host: CallHost, id: string, number: string | undefined, role: Role) {
    this.#host = host;
    this.id = id;
    this.number = number;
    this.role = role;
    this.state = role === "caller" ? INVITING : ESTABLISHED;
    const isCaller = role === "caller";
    this.negotiation = negotiate(host, id, { impolite: isCaller, offers: isCaller });
  }

  /** Invites the other side: the offer travels with the invite. */
  async dial(
    more: { readonly elected?: true | undefined; readonly replaces?: string },
    isWanted: () => boolean,
  ): Promise<void> {
    // What was given up has a connection that is closed, which makes no offer.
    const offer = isWanted() ? await this.negotiation.offer() : undefined;
    if (offer === undefined || !isWanted()) return;
    this.#host.send({ type: "invite", call: this.id, to: this.number, offer, ...more });
    this.#host.browser.mark("invite");
  }

  /** Accepts it with no ringing. What goes wrong here is no harm to the call that was to become it. */
  async accept(offer: string | undefined, isWanted: () => boolean): Promise<void> {
    try {
      const answer = offer === undefined ? undefined : await this.negotiation.answer(offer);
      if (isWanted()) this.#host.send({ type: "accept", call: this.id, answer });
    } catch (error) {
      if (!isWanted()) return;
      this.#host.browser.report(error);
      this.close();
    }
  }

  /** Gives it up. */
  close(): void {
    this.negotiation.close();
    this.#host.send({ type: "hangup", call: this.id });
  }
}
