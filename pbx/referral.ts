/**
 * Sending a party of a call elsewhere: transfer (blind or attended) and forward. The PBX asks the phone that is to move
 * (`refer`), that dials a call of its own in the place of the first one (`invite` with `replaces`), and once this is
 * accepted the PBX ends the first. As long as it is not, nothing is lost: the first call goes on.
 *
 * @module
 */
import {
  type CallState,
  ENDINGS,
  type EndReason,
  isOver,
  otherOf,
  type Role,
} from "../protocol/call_state.ts";
import type { Of, PhoneMessage } from "../protocol/messages.ts";
import { alter, RING_TIME, roleOf } from "./advance.ts";
import { route, type Rule } from "./dial_plan.ts";
import type { End, Moves } from "./moves.ts";
import type { OrderRefusal } from "./orders.ts";
import type { Book, CallRecord, Calls, Now, Party, Refer, Registrar, Registration } from "./ports.ts";

/** How often one call may be forwarded: phones that forward to one another must not do so for ever (RFC 3261, 16.3). */
export const MOST_FORWARDS = 8;

/** How often one call may be sent on by transfer, for the same reason. */
export const MOST_TRANSFERS = 8;

/** What sending elsewhere needs. */
export interface ReferralParts {
  readonly calls: Calls;
  readonly registrar: Registrar;
  readonly book: Book;
  readonly plan: readonly Rule[];
  readonly now: Now;
  readonly moves: Moves;
  readonly end: End;
}

/** Leave to dial a call in the place of another one, given by whoever sent this phone elsewhere. */
export interface Leave {
  /** The call whose place the new one takes. */
  readonly replaces: string;
  readonly forwards: number;
  readonly transfers: number;
  /** In an attended transfer: whom alone to ring, and which of its calls the new one takes the place of. */
  readonly consulted?: { readonly party: Party; readonly call: string } | "gone" | undefined;
}

/** A transfer or forward that was asked for. */
type Wish = Omit<Refer, "dialled" | "until">;

/** Why a phone's own wish is refused; a stranger is told so in the words for all strangers. */
type Refusal = OrderRefusal | ReturnType<typeof forbidden> | "stranger" | undefined;

const forbidden = (verb: string) => ({
  code: "forbidden",
  message: `Cannot ${verb} the call: this token has no right to calls`,
});
const wrongState = (verb: string, why: string): OrderRefusal => ({
  code: "wrong-state",
  message: `Cannot ${verb} the call: ${why}`,
});
const NOT_ESTABLISHED = wrongState("transfer", "it is not established");
const NOT_RINGING = wrongState("forward", "it does not ring any more");
const FORWARDED_TOO_OFTEN = wrongState("forward", "it was forwarded too often");
const TRANSFERRED_TOO_OFTEN = wrongState("transfer", "it was transferred too often");
const TO_OR_WITH: OrderRefusal = {
  code: "bad-request",
  message: "Cannot transfer the call: tell either a number or another call",
};

const rings = ({ name }: CallState): boolean => name === "inviting" || name === "ringing";
const isUp = ({ state }: CallRecord): boolean => state.name === "established";

/** Sends parties elsewhere. */
export class Referral {
  readonly #parts: ReferralParts;

  constructor(parts: ReferralParts) {
    this.#parts = parts;
  }

  /** A party of a call sends the other one to a number, or to the other party of another call of its own. */
  async transferBy(from: Registration, message: Of<PhoneMessage, "transfer">): Promise<void> {
    this.#answer(from, message.call, await this.#transferBy(from, message));
  }

  /** A device of the callee sends the caller of a call that rings here to another number. */
  async forwardBy(from: Registration, { call: id, to }: Of<PhoneMessage, "forward">): Promise<void> {
    this.#answer(from, id, await this.#forwardBy(from, id, to));
  }

  /** Asks the phone of one party to dial another number in the place of an established call; a newer wish counts. */
  async transfer({ id, ...call }: CallRecord, wish: Wish): Promise<OrderRefusal | undefined> {
    const transfers = Math.max(wish.transfers ?? 0, call.transfers ?? 0) + 1;
    if (transfers > MOST_TRANSFERS) return TRANSFERRED_TOO_OFTEN;
    if (!await this.#leads(wish.to, call[wish.role].number)) return nowhere("transfer", wish.to);
    const refer = { ...wish, transfers, until: this.#parts.now() + RING_TIME };
    // Whoever presses twice wants it once.
    if (call.refer && isSame(call.refer, wish) && isGood(call.refer, this.#parts.now())) return undefined;
    const step = await alter(this.#parts.calls, id, (call) => isUp(call) ? marked(call, refer) : undefined);
    if (!step) return NOT_ESTABLISHED;
    const earlier = step.before.refer;
    if (wish.with !== undefined) await alter(this.#parts.calls, wish.with, () => ({ promised: id }));
    if (earlier && !isBySame(earlier, wish)) {
      this.#tellFailed(id, earlier, "somebody else has sent it elsewhere");
    }
    await this.#cancel(earlier?.dialled);
    this.#parts.moves.deliver(step.after, wish.role, { type: "refer", call: id, to: wish.to });
  }

  /** Ends a call that rings, and asks its caller's phone to dial another number. `by` is the callee, if it was. */
  async forward(call: CallRecord, to: string, by?: Party): Promise<OrderRefusal | undefined> {
    if (!rings(call.state)) return NOT_RINGING;
    if ((call.forwards ?? 0) >= MOST_FORWARDS) return FORWARDED_TOO_OFTEN;
    if (!await this.#leads(to, call.caller.number)) return nowhere("forward", to);
    const { moves, now } = this.#parts;
    const forwards = (call.forwards ?? 0) + 1;
    const step = await moves.advance(call.id, {
      event: { type: "hangup", reason: "transferred" },
      actor: (call) => rings(call.state) && (!by || roleOf(call, by) === "callee") ? "pbx" : undefined,
      change: {
        refer: { role: "caller", to, by, forwards, transfers: call.transfers, until: now() + RING_TIME },
      },
    });
    if (!step) return NOT_RINGING;
    moves.deliver(step.after, "callee", { type: "hangup", call: call.id, reason: "transferred" });
    const change = { to, forwards, dialled: undefined, with: undefined };
    const first = await this.#sendOn(step.after, { ...change, until: now() + RING_TIME });
    moves.deliver(step.after, "caller", { type: "refer", call: first ?? call.id, to });
    await moves.close(step.after, by && "callee");
  }

  /**
   * Whether this invite follows what its phone was asked to do. Leave is given once, and for that number only; it is
   * `void` when the phone's own call goes on and was not, or is no longer, to be replaced like this.
   */
  async leave(
    from: Party,
    { call: id, to, replaces }: Of<PhoneMessage, "invite">,
  ): Promise<Leave | "void" | undefined> {
    if (replaces === undefined) return undefined;
    const now = this.#parts.now();
    const step = await alter(this.#parts.calls, replaces, (call) => {
      const { refer } = call;
      if (!refer || !isGood(refer, now) || !follows(call, refer, from, id, to)) return undefined;
      return marked(call, { ...refer, dialled: id, until: now + RING_TIME });
    });
    const refer = step?.after.refer;
    if (!refer) return typeof await this.#own(from, replaces) === "object" ? "void" : undefined;
    const { forwards = 0, transfers = 0 } = refer;
    return {
      replaces,
      forwards,
      transfers,
      consulted: refer.with === undefined ? undefined : await this.#consulted(refer),
    };
  }

  /** Whether the call that was dialled in the place of `replaces` is still wanted there. */
  async isWanted(id: string, replaces: string): Promise<boolean> {
    const call = await this.#parts.calls.read(replaces);
    return call !== undefined && isOpen(call) && call.refer?.dialled === id;
  }

  /** A call was accepted: those whose place it takes are over. */
  async accepted({ replaces, consulted }: CallRecord): Promise<void> {
    const ids = [replaces, consulted].filter((id) => id !== undefined);
    await this.#parts.end(ids, { type: "hangup", reason: "transferred" }, "pbx");
  }

  /**
   * Lets `by` withdraw from a call whose other party it has just put through: it goes on for that party until it has become the
   * new one, or until that has failed. `false` when there is no such promise.
   */
  async withdraw(id: string, by: Party): Promise<boolean> {
    const { calls, now } = this.#parts;
    const { promised } = await calls.read(id) ?? {};
    const first = promised === undefined ? undefined : await calls.read(promised);
    const refer = first && isOpen(first) ? first.refer : undefined;
    if (refer?.with !== id || !isGood(refer, now()) || !isBySame(refer, { by })) return false;
    return await alter(calls, id, (call) => isUp(call) ? { expiresAt: refer.until } : undefined) !==
      undefined;
  }

  /** Time is up for a phone that was asked to dial in the place of this call. */
  async overdue(id: string): Promise<void> {
    const { calls, now } = this.#parts;
    const isDue = ({ until = 0 }: Refer) => until <= now();
    const { refer } = await calls.read(id) ?? {};
    // Without a mark of its own it only waited for whom it was promised to.
    if (!refer) return await this.#abandon(id);
    if (!isDue(refer)) return;
    const { dialled } = refer;
    const next = dialled === undefined ? undefined : await calls.read(dialled);
    // What should have happened then has failed for a reason of our own.
    if (next?.state.name === "established") return await this.accepted(next);
    if (next?.state.name === "ended") return await this.failed(next.id, id, next.state.reason);
    const why = "the other phone did not call";
    if (!next) await this.#takeBack(id, (refer) => refer.dialled === dialled && isDue(refer), why);
  }

  /** A call that was to take the place of another one came to nothing: that one goes on, and who asked hears why. */
  async failed(id: string, replaces: string | undefined, reason: EndReason): Promise<void> {
    if (replaces === undefined) return;
    const { refer } = await this.#parts.calls.read(replaces) ?? {};
    await this.#takeBack(replaces, ({ dialled }) => dialled === id, ENDINGS[reason]);
    const second = refer?.dialled === id && refer.with !== undefined
      ? await this.#parts.calls.read(refer.with)
      : undefined;
    if (second && isUp(second) && !second.refer && second.expiresAt !== undefined) {
      await this.#abandon(second.id);
    }
  }

  /** Whoever put the two through has left long ago, and the other one does not come. */
  async #abandon(id: string): Promise<void> {
    await this.#parts.end([id], { type: "hangup", reason: "hangup" }, "pbx");
  }

  async #takeBack(id: string, isMeant: (refer: Refer) => boolean, why: string): Promise<void> {
    const step = await alter(
      this.#parts.calls,
      id,
      (call) => isUp(call) && call.refer && isMeant(call.refer) ? UNMARKED : undefined,
    );
    if (step?.before.refer) this.#tellFailed(id, step.before.refer, why);
  }

  #tellFailed(call: string, { by }: Refer, why: string): void {
    const message = `Cannot transfer the call: ${why}`;
    if (by) this.#parts.moves.refuse(by, call, { code: "transfer-failed", message });
  }

  #answer(to: Party, call: string, refusal: Refusal): void {
    if (refusal === "stranger") this.#parts.moves.stranger(to, call);
    else if (refusal) this.#parts.moves.refuse(to, call, refusal);
  }

  async #transferBy(
    from: Registration,
    { call: id, to, with: other }: Of<PhoneMessage, "transfer">,
  ): Promise<Refusal> {
    if (!from.rights.includes("calls")) return forbidden("transfer");
    if ((to === undefined) === (other === undefined)) return TO_OR_WITH;
    const own = await this.#own(from, id);
    if (own === "stranger") return own;
    if (!own || !isUp(own.call)) return NOT_ESTABLISHED;
    const role = otherOf(own.role);
    if (to !== undefined) return await this.transfer(own.call, { role, to, by: partyOf(from) });
    const second = other === id ? undefined : await this.#own(from, other ?? "");
    if (second === "stranger") return second;
    if (!second || !isUp(second.call)) return NOT_ESTABLISHED;
    const { number } = second.call[otherOf(second.role)];
    // The new call goes on from both: the longer chain counts.
    const { transfers } = second.call;
    return await this.transfer(own.call, { role, to: number, by: partyOf(from), with: other, transfers });
  }

  async #forwardBy(from: Registration, id: string, to: string): Promise<Refusal> {
    if (!from.rights.includes("calls")) return forbidden("forward");
    const own = await this.#own(from, id);
    if (own === "stranger") return own;
    return own?.role === "callee" ? await this.forward(own.call, to, partyOf(from)) : NOT_RINGING;
  }

  /** A live call and which end of it this phone is. One that is over, or now another device's, is nobody's. */
  async #own(
    from: Party,
    id: string,
  ): Promise<{ readonly call: CallRecord; readonly role: Role } | "stranger" | undefined> {
    const call = await this.#parts.calls.read(id);
    if (!call || isOver(call.state)) return undefined;
    const role = roleOf(call, from);
    if (role) return { call, role };
    return call.callee.number === from.number ? undefined : "stranger";
  }

  /** Whether somebody can be reached by this number, other than the one who is to dial it. */
  async #leads(to: string, dialling: string): Promise<boolean> {
    const { plan, registrar, book } = this.#parts;
    if (to === dialling || !route(plan, to)) return false;
    return (await registrar.ofNumber(to)).length > 0 || await book.agent(to) !== undefined;
  }

  /** A newer wish has come: what was dialled for the older one is given up, unless it was accepted just now. */
  async #cancel(id: string | undefined): Promise<void> {
    if (id !== undefined) await this.#parts.end([id], { type: "hangup", reason: "canceled" }, "pbx");
  }

  /**
   * Whoever was being sent elsewhere is forwarded there: what was asked of the call that goes on meanwhile, and whose id
   * this answers, is changed.
   */
  async #sendOn({ id, replaces }: CallRecord, change: Partial<Refer>): Promise<string | undefined> {
    if (replaces === undefined) return undefined;
    const { calls } = this.#parts;
    const step = await alter(calls, replaces, (call) => {
      const { refer } = call;
      return isUp(call) && refer?.dialled === id ? marked(call, { ...refer, ...change }) : undefined;
    });
    // Leave to dial is given once.
    if (step) await alter(calls, id, () => ({ refer: undefined }));
    return step && replaces;
  }

  async #consulted({ by, with: id = "" }: Refer): Promise<Leave["consulted"]> {
    const call = await this.#parts.calls.read(id);
    const role = call && by && roleOf(call, by);
    if (!role || !isUp(call)) return "gone";
    const { number, device } = call[otherOf(role)];
    return device === undefined ? "gone" : { party: { number, device }, call: id };
  }
}

/** No more of a registration than a call's record may keep. */
export const partyOf = ({ number, device }: Party): Party => ({ number, device });

/** A call that goes on, or has just ended because one of its parties is sent elsewhere. */
const isOpen = ({ state }: CallRecord): boolean =>
  state.name === "ended" ? state.reason === "transferred" : state.name === "established";

/** What a call is marked with whose party is asked to dial; one that goes on is looked at again when that is too late. */
const marked = (call: CallRecord, refer: Refer): Partial<CallRecord> =>
  isUp(call) ? { refer, expiresAt: refer.until } : { refer };

const UNMARKED: Partial<CallRecord> = { refer: undefined, expiresAt: undefined };

/** Whether a phone may still dial what it was asked to, or has. */
const isGood = ({ dialled, until = 0 }: Refer, now: number): boolean => dialled !== undefined || now < until;

const isSame = (refer: Refer, wish: Wish): boolean =>
  isBySame(refer, wish) && refer.role === wish.role && refer.to === wish.to && refer.with === wish.with;

const isBySame = ({ by }: Refer, other: Pick<Wish, "by">): boolean =>
  by?.number === other.by?.number && by?.device === other.by?.device;

function follows(call: CallRecord, refer: Refer, from: Party, id: string, to?: string): boolean {
  const isFirst = refer.dialled === undefined || refer.dialled === id;
  return isOpen(call) && isFirst && refer.to === to && roleOf(call, from) === refer.role;
}

const nowhere = (verb: string, to: string): OrderRefusal => ({
  code: "not-found",
  message: `Cannot ${verb} the call: nobody can be reached by ${to}`,
});

/** Whether whoever hangs up has just sent the other one elsewhere, who is not hung up on but on their way. */
export const endsTransferred = (call: CallRecord, by: Role | undefined, now: number): boolean => {
  const { refer } = call;
  return refer !== undefined && isGood(refer, now) && isUp(call) && by !== undefined && by !== refer.role;
};
