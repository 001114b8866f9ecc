/**
 * Connects calls. Every step is "move it from this state to that one, if it is still there"; who is first wins, on one
 * node or on ten. What the other party must hear of a step is passed on, and what does not fit is dropped.
 *
 * @module
 */
import { type CallEvent, type EndReason, isOver, otherOf, type Role } from "../protocol/call_state.ts";
import {
  dispatchFrom,
  type HandlersFrom,
  type Of,
  type Order,
  type PhoneMessage,
} from "../protocol/messages.ts";
import { type Move, ownRoleOf, roleOf, type Step } from "./advance.ts";
import { type Rule, trimmed } from "./dial_plan.ts";
import { Dialling } from "./dialling.ts";
import { type CallMessage, type End, Moves, type MovesParts } from "./moves.ts";
import { type OrderDetails, type OrderRefusal, Orders } from "./orders.ts";
import type { CallRecord, Negotiation, Party, Registration } from "./ports.ts";
import { endsTransferred, Referral } from "./referral.ts";

export { RING_TIME } from "./advance.ts";
export { MOST_DIALLED } from "./dialling.ts";

/** What the switchboard works with. */
export interface SwitchboardParts extends MovesParts {
  readonly plan: readonly Rule[];
}

/** The heart of the PBX. */
export class Switchboard {
  readonly #parts: SwitchboardParts;
  readonly #moves: Moves;
  readonly #dialling: Dialling;
  readonly #referral: Referral;
  readonly #orders: Orders;
  /** One table for all phones: ten thousand of them would else have a closure each for every type. */
  readonly #handlers: HandlersFrom<Registration, CallMessage> = {
    invite: (from, message) => this.#dialling.invite(from, message),
    ringing: (from, message) => this.#ringing(from, message),
    accept: (from, message) => this.#accept(from, message),
    reject: (from, { call, reason }) => this.#endBy(from, call, { type: "reject", reason }),
    hangup: (from, { call }) => this.#endBy(from, call, { type: "hangup" }),
    hold: (from, message) => this.#mark(from, message),
    unhold: (from, message) => this.#mark(from, message),
    transfer: (from, message) => this.#referral.transferBy(from, trimmed(message)),
    forward: (from, message) => this.#referral.forwardBy(from, trimmed(message)),
    order: (from, message) => this.#orders.giveBy(from, message),
    message: (from, message) => this.#write(from, message),
    dtmf: (from, message) => this.#passOn(from, message),
    offer: (from, message) => this.#negotiate(from, message),
    answer: (from, message) => this.#negotiate(from, message),
    candidate: (from, message) => this.#negotiate(from, message),
    media: (from, message) => this.#negotiate(from, message),
  };

  constructor(parts: SwitchboardParts) {
    this.#parts = parts;
    const end: End = (ids, event, by) => this.#end(ids, event, by);
    const moves = new Moves(parts);
    const referral = new Referral({ ...parts, moves, end });
    this.#moves = moves;
    this.#referral = referral;
    this.#orders = new Orders({ ...parts, moves, referral, end });
    this.#dialling = new Dialling({
      ...parts,
      moves,
      referral,
      end,
      accepted: (step, winner, message) => this.#accepted(step, winner, message),
    });
  }

  /** Does what a message of a call asks for. `from` is who sent it: proven by its registration, never by the message. */
  handle(from: Registration, message: CallMessage): Promise<void> {
    return dispatchFrom(this.#handlers, from, message);
  }

  /** Acts on a live call on behalf of somebody who is no party to it and may do so; answers with why not. */
  async order(call: string, order: Order, details: OrderDetails = {}): Promise<OrderRefusal | undefined> {
    return await this.#orders.give(call, order, trimmed(details));
  }

  /** Ends a call for a reason of the PBX's own: nobody answered, a phone was lost. */
  async hangUp(call: CallRecord, reason: EndReason): Promise<void> {
    await this.#end([call.id], { type: "hangup", reason }, "pbx");
  }

  /** Time is up for a call that nobody has accepted, or for a phone that was to dial in the place of one that was. */
  async tooLate(call: CallRecord): Promise<void> {
    if (call.state.name === "established") await this.#referral.overdue(call.id);
    else await this.hangUp(call, "no-answer");
  }

  /**
   * A step of this phone failed for a reason of our own: rather than two that do not agree, its call ends. Nobody's step
   * ends no call.
   */
  async spoilt(id: string, from: Party | undefined): Promise<void> {
    if (!from) return;
    const call = await this.#parts.calls.read(id);
    const isLive = call && !isOver(call.state);
    if (isLive && roleOf(call, from)) await this.hangUp(call, "failed");
    else if (!isLive) this.#moves.reply(from, { type: "hangup", call: id, reason: "failed" });
  }

  /** A device is gone: for good (`left`, as if it had hung up) or lost. Its calls end. */
  async gone(party: Party, left: boolean): Promise<void> {
    const others = await this.#parts.registrar.ofNumber(party.number);
    for (const call of await this.#parts.calls.ofNumber(party.number)) {
      const role = roleOf(call, party);
      const ringsElsewhere = role === "callee" && call.callee.device === undefined && others.length > 0;
      if (!role || ringsElsewhere) continue;
      if (left) await this.#endBy(party, call.id, { type: "hangup" });
      else await this.#end([call.id], dropped, "pbx");
    }
  }

  /** A page of this device was opened anew: what its earlier life was in the middle of is over, but what it takes up. */
  async forgotten(party: Party, takesUp: boolean): Promise<void> {
    for (const call of await this.#parts.calls.ofNumber(party.number)) {
      const role = ownRoleOf(call, party);
      // Its own invites went with the page that has made the offer.
      const isTakenUp = takesUp && (role === "callee" || call.state.name === "established");
      if (role && !isTakenUp) await this.#endBy(party, call.id, { type: "hangup" });
    }
  }

  /** Takes no new calls any more: the server is about to stop. */
  close(): void {
    this.#dialling.close();
  }

  async #ringing(from: Registration, { call: id, answer }: Of<PhoneMessage, "ringing">): Promise<void> {
    const step = await this.#moves.advanceBy(from, id, { type: "ringing" });
    if (!step) return;
    const early = step.after.early && { answer };
    this.#moves.deliver(step.after, "caller", { type: "ringing", call: id, ...early });
  }

  async #accept(from: Registration, message: Of<PhoneMessage, "accept">): Promise<void> {
    const step = await this.#moves.advanceBy(from, message.call, { type: "accept" });
    if (step) await this.#accepted(step, from, message);
  }

  async #accepted({ after }: Step, winner: Party, accept: Of<PhoneMessage, "accept">): Promise<void> {
    this.#moves.deliver(after, "caller", accept);
    // At once: whoever is still in a call that this one takes the place of may say something there.
    const replaced = this.#moves.afterwards(after, () => this.#referral.accepted(after));
    await Promise.all([replaced, this.#moves.stopOthers(after, winner, "elsewhere")]);
    await this.#moves.tellDirectory(after);
  }

  async #mark(from: Registration, message: Of<PhoneMessage, "hold" | "unhold">): Promise<void> {
    const step = await this.#moves.advanceBy(from, message.call, { type: message.type });
    const role = step && roleOf(step.after, from);
    if (role) this.#moves.deliver(step.after, otherOf(role), message);
  }

  async #write(from: Registration, message: Of<PhoneMessage, "message">): Promise<void> {
    if (from.rights.includes("messages")) return await this.#passOn(from, message);
    const why = "Cannot write a message: this token has no right to messages";
    this.#moves.refuse(from, message.call, { code: "forbidden", message: why });
  }

  async #passOn(from: Registration, message: Of<PhoneMessage, "message" | "dtmf">): Promise<void> {
    const call = await this.#parts.calls.read(message.call);
    if (!call || isOver(call.state)) return this.#moves.drop(from, message);
    const role = roleOf(call, from);
    if (role) this.#moves.deliver(call, otherOf(role), message);
    // A device that was slower than another one of its number is late, and no stranger.
    else if (call.callee.number === from.number) this.#moves.drop(from, message);
    else this.#moves.stranger(from, message.call);
  }

  async #negotiate(from: Registration, message: Negotiation): Promise<void> {
    const call = await this.#parts.calls.read(message.call);
    if (!call || isOver(call.state)) return this.#moves.drop(from, message);
    const role = roleOf(call, from);
    if (!role) return this.#moves.stranger(from, message.call);
    // Nothing that tells the callee's address passes before it has accepted a caller who is not trusted with it.
    if (role === "callee" && !call.early && call.state.name !== "established") {
      return this.#moves.drop(from, message);
    }
    await this.#parts.media.negotiate(call, role, message, this.#moves.line(call.line));
  }

  async #endBy(from: Party, id: string, event: CallEvent): Promise<void> {
    if (event.type === "hangup" && await this.#referral.withdraw(id, from)) return;
    await this.#end([id], event, from);
  }

  async #end(ids: readonly string[], event: Move["event"], by: Party | "pbx"): Promise<void> {
    const endings = await Promise.allSettled(ids.map((id) => this.#stop(id, event, by)));
    for (const ending of endings) {
      if (ending.status === "fulfilled" && ending.value) await this.#wrapUp(ending.value, by);
    }
    for (const ending of endings) if (ending.status === "rejected") throw ending.reason;
  }

  /** Ends a call, if it is there to be ended, and tells its parties. */
  async #stop(id: string, event: Move["event"], by: Party | "pbx"): Promise<Ending | undefined> {
    const now = this.#parts.now();
    const happens = (call: CallRecord) =>
      meant(typeof event === "function" ? event(call) : event, call, by, now);
    const step = by === "pbx"
      ? await this.#moves.advance(id, { event: happens, actor: () => "pbx" })
      : await this.#moves.advanceBy(by, id, happens);
    if (!step || step.after.state.name !== "ended") return undefined;
    const { before, after } = step;
    const { reason } = step.after.state;
    const role = by === "pbx" ? undefined : roleOf(before, by);
    const message = { type: "hangup", call: id, reason } as const;
    if (role !== "caller") this.#moves.deliver(after, "caller", message);
    if (role !== "callee") this.#moves.deliver(after, "callee", message);
    return { before, after, reason, role };
  }

  /** What takes longer: first who waits for it, then the book. */
  async #wrapUp({ before, after, reason, role }: Ending, by: Party | "pbx"): Promise<void> {
    const rangElsewhere = role === "callee" && by !== "pbx" && before.callee.device === undefined;
    if (rangElsewhere) await this.#moves.stopOthers(after, by, reason);
    const isNew = before.state.name !== "established";
    const failed = () => this.#referral.failed(after.id, before.replaces, reason);
    if (isNew) await this.#moves.afterwards(after, failed);
    await this.#moves.close(after, role);
  }
}

/** A call that was ended: why, and by which of its parties, if it was one. */
interface Ending extends Step {
  readonly reason: EndReason;
  readonly role: Role | undefined;
}

/** The PBX gives up a call that nobody accepts for these reasons: one that was accepted meanwhile goes on. */
const UNANSWERED: readonly (EndReason | undefined)[] = ["canceled", "no-answer", "not-found"];

/** What an end comes to by the very record that is moved. */
function meant(
  event: CallEvent | undefined,
  call: CallRecord,
  by: Party | "pbx",
  now: number,
): CallEvent | undefined {
  if (by === "pbx") {
    const isAnswered = call.state.name === "established";
    return isAnswered && event && "reason" in event && UNANSWERED.includes(event.reason) ? undefined : event;
  }
  // Who leaves a call whose other party is on its way elsewhere does not end it for that one, but hands it over.
  return endsTransferred(call, roleOf(call, by), now) ? { type: "hangup", reason: "transferred" } : event;
}

/** What the loss of a phone comes to. */
const dropped = ({ state }: CallRecord): CallEvent => ({
  type: "hangup",
  reason: state.name === "established" ? "failed" : "no-answer",
});
