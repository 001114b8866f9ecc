/**
 * Acting on a call without being a party to it: supervisors do so from their phones, programs over HTTP. Whoever asks
 * has shown before that they may.
 *
 * @module
 */
import { type CallEvent, isOver, type Role } from "../protocol/call_state.ts";
import type { Of, Order, PhoneMessage } from "../protocol/messages.ts";
import { isSame } from "./advance.ts";
import type { End, Moves } from "./moves.ts";
import type { CallRecord, Calls, Party, Registration } from "./ports.ts";
import { partyOf, type Referral } from "./referral.ts";

/** Why an order was not followed: a stable word, and a sentence for people. */
export interface OrderRefusal {
  readonly code:
    | "no-such-call"
    | "wrong-state"
    | "not-a-party"
    | "not-found"
    | "bad-request"
    | "no-media-engine";
  readonly message: string;
}

/** What some orders need: the number of the party that is meant, where it is to go, and which key it is to hear. */
export interface OrderDetails {
  readonly party?: string | undefined;
  readonly to?: string | undefined;
  readonly key?: string | undefined;
}

/** What orders are carried out with. */
export interface OrdersParts {
  readonly calls: Calls;
  readonly moves: Moves;
  readonly referral: Referral;
  readonly end: End;
}

/** How one order is carried out; `by` is the phone that gave it, if it was a phone. */
type Carry = (
  call: CallRecord,
  details: OrderDetails,
  by: Party | undefined,
) => Promise<OrderRefusal | undefined>;

const VERBS: Readonly<Record<Order, string>> = {
  hold: "hold",
  unhold: "take off hold",
  hangup: "hang up",
  transfer: "transfer",
  forward: "forward",
  dtmf: "press keys in",
  listen: "listen to",
  unlisten: "stop listening to",
};

/** Carries out orders. */
export class Orders {
  readonly #parts: OrdersParts;
  readonly #table: Readonly<Record<Order, Carry>> = {
    hold: (call) => this.#mark(call, "hold"),
    unhold: (call) => this.#mark(call, "unhold"),
    hangup: (call) => this.#hangUp(call),
    transfer: (call, details, by) => this.#transfer(call, details, by),
    forward: (call, details) => this.#forward(call, details),
    dtmf: (call, details) => this.#press(call, details),
    listen: () => Promise.resolve(NO_ENGINE),
    unlisten: () => Promise.resolve(NO_ENGINE),
  };

  constructor(parts: OrdersParts) {
    this.#parts = parts;
  }

  /** A phone gives an order; it is told what it may not do, or what cannot be done. */
  async giveBy(from: Registration, message: Of<PhoneMessage, "order">): Promise<void> {
    const { call, order, party, to, key } = message;
    const right = order === "listen" || order === "unlisten" ? "listen" : "modify";
    const refusal = from.rights.includes(right)
      ? await this.give(call, order, { party, to, key }, partyOf(from))
      : { code: "forbidden", message: `${cannot(order)}: this token has no right to ${right}` };
    if (refusal) this.#parts.moves.refuse(from, call, refusal);
  }

  /** Carries out an order, or answers with why it cannot be. */
  async give(id: string, order: Order, details: OrderDetails, by?: Party): Promise<OrderRefusal | undefined> {
    const call = await this.#parts.calls.read(id);
    if (!call || isOver(call.state)) {
      return { code: "no-such-call", message: `${cannot(order)}: there is no live call of this id` };
    }
    return await this.#table[order](call, details, by);
  }

  async #mark({ id }: CallRecord, type: "hold" | "unhold"): Promise<OrderRefusal | undefined> {
    const { moves } = this.#parts;
    const step = await moves.advance(id, { event: { type }, actor: () => "pbx" });
    if (!step) return { code: "wrong-state", message: `${cannot(type)}: it is not established` };
    if (isSame(step.before.state, step.after.state)) return undefined;
    for (const role of ["caller", "callee"] as const) {
      moves.deliver(step.after, role, { type, call: id, by: "pbx" });
    }
  }

  async #hangUp({ id }: CallRecord): Promise<OrderRefusal | undefined> {
    // Who is faster has ended it, which is what was wanted.
    await this.#parts.end([id], hungUp, "pbx");
    return undefined;
  }

  async #transfer(
    call: CallRecord,
    { party, to }: OrderDetails,
    by: Party | undefined,
  ): Promise<OrderRefusal | undefined> {
    if (party === undefined || to === undefined) {
      return missing("transfer", "the party that moves and a number");
    }
    const role = roleOfNumber(call, party);
    return role ? await this.#parts.referral.transfer(call, { role, to, by }) : notAParty("transfer", party);
  }

  async #forward(call: CallRecord, { to }: OrderDetails): Promise<OrderRefusal | undefined> {
    return to === undefined ? missing("forward", "a number") : await this.#parts.referral.forward(call, to);
  }

  #press(call: CallRecord, { party, key }: OrderDetails): Promise<OrderRefusal | undefined> {
    if (party === undefined || key === undefined) {
      return Promise.resolve(missing("dtmf", "the party that hears them and a key"));
    }
    const role = roleOfNumber(call, party);
    if (role) this.#parts.moves.deliver(call, role, { type: "dtmf", call: call.id, key });
    return Promise.resolve(role ? undefined : notAParty("dtmf", party));
  }
}

const hungUp = ({ state }: CallRecord): CallEvent => ({
  type: "hangup",
  reason: state.name === "established" ? "hangup" : "canceled",
});

const cannot = (order: Order): string => `Cannot ${VERBS[order]} the call`;

const NO_ENGINE: OrderRefusal = {
  code: "no-media-engine",
  message: "Cannot listen: no media engine is configured",
};

const missing = (order: Order, what: string): OrderRefusal => ({
  code: "bad-request",
  message: `${cannot(order)}: tell ${what}`,
});

const notAParty = (order: Order, number: string): OrderRefusal => ({
  code: "not-a-party",
  message: `${cannot(order)}: ${number} is no party to it`,
});

function roleOfNumber({ caller, callee }: CallRecord, number: string): Role | undefined {
  if (caller.number === number) return "caller";
  return callee.number === number ? "callee" : undefined;
}
