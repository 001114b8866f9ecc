/**
 * Two that dial each other at the same moment (glare): the PBX makes one call of the two, and until it has said which,
 * nobody guesses.
 *
 * @module
 */
import type { Of, PbxMessage } from "../protocol/messages.ts";
import type { Call } from "./call.ts";
import type { CallMessage } from "./call_host.ts";

/** A call that rings, and what was said in it since, while it is not known what becomes of it. */
export interface Crossing {
  readonly invite: Of<PbxMessage, "invite">;
  readonly waiting: CallMessage[];
}

/** What crossings need of the phone. */
export interface CrossingsOwner {
  find(id: string): Call | undefined;
  /** Whether this phone is dialling that number at this moment. */
  isDialling(number: string): boolean;
  /** Lets a call ring that was no glare after all. */
  ring(crossing: Crossing): void;
  /** Gives up a call that is not here. */
  hangUp(id: string): void;
}

/** The calls that cross others. */
export class Crossings {
  readonly #owner: CrossingsOwner;
  /** Calls from a number that is being dialled: the PBX is about to join the two. */
  readonly #crossing = new Map<string, Crossing>();
  /** Calls that this page made and that were joined into one whose invite is still to come. */
  readonly #joining = new Map<string, Call>();

  constructor(owner: CrossingsOwner) {
    this.#owner = owner;
  }

  /** Takes an invite that is not for a call of this page. */
  invited(invite: Of<PbxMessage, "invite">): void {
    const crossing = { invite, waiting: [] };
    const joining = this.#joining.get(invite.call);
    if (joining) this.#join(joining, crossing);
    else if (this.#owner.isDialling(invite.from)) this.#crossing.set(invite.call, crossing);
    else this.#owner.ring(crossing);
  }

  /** The PBX has said that the call `id` goes on as `into`. */
  joined({ call: id, into }: Of<PbxMessage, "joined">): void {
    const [call, ringing] = [this.#owner.find(id), this.#owner.find(into)];
    const crossing = this.#crossing.get(into);
    if (!call) this.#giveUp(into, ringing);
    else if (ringing) call.takeOver(ringing);
    else if (crossing) this.#join(call, crossing);
    else this.#joining.set(into, call);
  }

  /** Keeps a message for a call that waits. */
  pass(message: CallMessage): void {
    if (message.type === "hangup") this.#crossing.delete(message.call);
    this.#crossing.get(message.call)?.waiting.push(message);
  }

  /** A parked call whose own crossing one moved on or ended was no glare after all: it rings. */
  release(): void {
    for (const [id, crossing] of this.#crossing) {
      if (this.#owner.isDialling(crossing.invite.from)) continue;
      this.#crossing.delete(id);
      this.#owner.ring(crossing);
    }
  }

  /** The PBX knows of none any more. */
  clear(): void {
    this.#crossing.clear();
    this.#joining.clear();
  }

  /** The call that was to be joined was given up here before: so is the one that it became. */
  #giveUp(id: string, ringing: Call | undefined): void {
    this.#crossing.delete(id);
    if (ringing) ringing.hangUp();
    else this.#owner.hangUp(id);
  }

  #join(call: Call, { invite, waiting }: Crossing): void {
    this.#crossing.delete(invite.call);
    this.#joining.delete(invite.call);
    call.join(invite.call, invite.offer);
    for (const message of waiting) call.receive(message);
  }
}
