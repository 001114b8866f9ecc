/**
 * How a call begins: who is meant by what was dialled, whether they may be called, and where it rings.
 *
 * @module
 */
import { type EndReason, INVITING, isOver } from "../protocol/call_state.ts";
import type { Of, PhoneMessage } from "../protocol/messages.ts";
import { RING_TIME, roleOf, type Step } from "./advance.ts";
import { defaultNumbers, route, type Rule } from "./dial_plan.ts";
import type { Directory } from "./directory.ts";
import type { End, Moves } from "./moves.ts";
import type { Book, CallRecord, Calls, Now, Party, Registrar, Registration } from "./ports.ts";
import { type Leave, partyOf, type Referral } from "./referral.ts";

/** How many live calls one device may have dialled. */
export const MOST_DIALLED = 16;

/** What dialling needs. */
export interface DiallingParts {
  readonly registrar: Registrar;
  readonly calls: Calls;
  readonly book: Book;
  readonly directory: Directory;
  readonly plan: readonly Rule[];
  readonly now: Now;
  readonly moves: Moves;
  readonly referral: Referral;
  readonly end: End;
  /** A call was accepted by `winner`. */
  readonly accepted: (step: Step, winner: Party, message: Of<PhoneMessage, "accept">) => Promise<void>;
}

const NO_RIGHT = { code: "forbidden", message: "Cannot call: this token has no right to it" };
const RESTARTING = { code: "restarting", message: "Cannot call: the server is about to restart" };

/** The lines of a description that tell where somebody is to be reached (RFC 8839, RFC 8840). */
const CANDIDATES = /^a=(?:candidate:|end-of-candidates).*\r?\n/gm;

type Invite = Of<PhoneMessage, "invite">;

/** Whom a call goes to: the devices that it rings at, and over which line. */
interface Destination {
  readonly number: string;
  readonly name: string | undefined;
  readonly rule: Rule;
  readonly devices: readonly Registration[];
}

/** Begins calls. */
export class Dialling {
  readonly #parts: DiallingParts;
  #isClosed = false;

  constructor(parts: DiallingParts) {
    this.#parts = parts;
  }

  /** Begins no calls any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** A phone dials. */
  async invite(from: Registration, message: Invite): Promise<void> {
    const { calls, moves, referral } = this.#parts;
    // Before anything else: what is said again must not be judged as if it were new.
    if (await calls.read(message.call)) return await this.#repeat(from, message.call);
    const leave = await referral.leave(from, message);
    if (leave === "void") {
      return moves.reply(from, { type: "hangup", call: message.call, reason: "canceled" });
    }
    if (this.#isClosed) return this.#forbid(from, message.call, RESTARTING);
    if (!leave && !from.rights.includes("calls")) return this.#forbid(from, message.call, NO_RIGHT);
    const reason = await this.#dial(from, message, leave);
    if (!reason) return;
    moves.reply(from, { type: "hangup", call: message.call, reason });
    await referral.failed(message.call, leave?.replaces, reason);
  }

  /** Answers with the reason why there is no call. */
  async #dial(from: Registration, message: Invite, leave?: Leave): Promise<EndReason | undefined> {
    const to = await this.#destination(from, message, leave);
    if (typeof to === "string") return to;
    const isElected = message.elected === true && !leave;
    const unready = isElected && !to.devices.some(({ ready }) => ready);
    if (to.number === from.number || unready || await this.#dialsTooMuch(from)) return "busy";
    const call = this.#record(from, message.call, isElected, to, leave);
    const created = await this.#parts.calls.create(call);
    if (created.outcome === "busy") return "busy";
    if (created.outcome === "duplicate") return void await this.#repeat(from, message.call);
    // Whoever takes the place of another call is not to be joined into a third one.
    if (created.outcome === "glare" && leave) return "busy";
    if (created.outcome === "glare") return void await this.#joinCrossing(from, message, created.reverse);
    await this.#ring(from, call, message.offer, leave);
  }

  async #destination(from: Registration, message: Invite, leave?: Leave): Promise<Destination | EndReason> {
    const { registrar, book, plan, moves } = this.#parts;
    const consulted = leave?.consulted;
    if (consulted === "gone") return "failed";
    const number = consulted?.party.number ?? message.to ?? await this.#longestWaiting(from);
    const rule = number === undefined ? undefined : route(plan, number);
    if (number === undefined || !rule) return "not-found";
    if (message.to === undefined) moves.reply(from, { type: "calling", call: message.call, number });
    const there = await registrar.ofNumber(number);
    const devices = consulted ? there.filter(({ device }) => device === consulted.party.device) : there;
    // The phone that was consulted is gone, and the others of its number know nothing of it.
    if (consulted && devices.length === 0) return "failed";
    const name = devices[0]?.name ?? (await book.agent(number))?.name;
    // Nobody's number leaves no trace; an agent's is a call that was missed.
    return devices.length === 0 && name === undefined ? "not-found" : { number, name, rule, devices };
  }

  /** Whoever has lost their socket may come back, but is not to be called by a rule. */
  async #longestWaiting({ line, number }: Registration): Promise<string | undefined> {
    for (const waiting of defaultNumbers(await this.#parts.directory.present(line), number)) {
      const devices = await this.#parts.registrar.ofNumber(waiting);
      if (devices.some(({ away }) => !away)) return waiting;
    }
    return undefined;
  }

  async #dialsTooMuch({ number, device }: Party): Promise<boolean> {
    const calls = await this.#parts.calls.ofNumber(number);
    return calls.filter(({ caller }) => caller.number === number && caller.device === device).length >=
      MOST_DIALLED;
  }

  /** Said again after a lost line: if the call is over by now, its caller has not heard so. */
  async #repeat(from: Registration, id: string): Promise<void> {
    const { calls, moves } = this.#parts;
    const call = await calls.read(id);
    const isOwn = call && roleOf(call, from) === "caller";
    if (!isOwn) moves.stranger(from, id);
    const reason = call?.state.name === "ended" ? call.state.reason : "failed";
    if (!isOwn || isOver(call.state)) moves.reply(from, { type: "hangup", call: id, reason });
  }

  #record(
    from: Registration,
    id: string,
    elected: boolean,
    { number, name, rule, devices }: Destination,
    leave?: Leave,
  ): CallRecord {
    const now = this.#parts.now();
    // Only an agent of the same line is trusted with the callee's address before the answer, and only one device can
    // take part in one negotiation.
    const [device, second] = devices;
    const early = from.name !== undefined && device?.line === from.line && !second;
    const consulted = typeof leave?.consulted === "object" ? leave.consulted : undefined;
    const isForOne = early || consulted;
    return {
      id,
      caller: partyOf(from),
      callee: isForOne && device ? partyOf(device) : { number },
      names: { caller: from.name, callee: name },
      rung: devices.map(({ device }) => device),
      line: rule.line,
      state: INVITING,
      early,
      elected,
      createdAt: now,
      changedAt: now,
      expiresAt: now + RING_TIME,
      version: 0,
      replaces: leave?.replaces,
      consulted: consulted?.call,
      forwards: leave?.forwards,
      transfers: leave?.transfers,
    };
  }

  async #ring(from: Registration, call: CallRecord, offer: string | undefined, leave?: Leave): Promise<void> {
    const { moves, referral, end } = this.#parts;
    moves.began(call);
    const stop = (reason: EndReason) => end([call.id], { type: "hangup", reason }, "pbx");
    // Since leave was given it may have been taken back.
    if (leave && !await referral.isWanted(call.id, leave.replaces)) return void await stop("canceled");
    // Several devices would all try to reach the caller, who would be connected to whoever comes first, not who has won.
    const told = call.callee.device === undefined ? offer?.replaceAll(CANDIDATES, "") : offer;
    const invitation = { offer: told, name: from.name, replaces: call.consulted };
    const isThere = await moves.line(call.line).invite(call, invitation);
    if (isThere) await moves.tellDirectory(call);
    else await stop("not-found");
  }

  /** Glare: the callee is calling the caller at this very moment, so this invite accepts that call. */
  async #joinCrossing(from: Registration, message: Invite, { id }: CallRecord): Promise<void> {
    const { moves, accepted } = this.#parts;
    const event = { type: "accept" } as const;
    const step = await moves.advance(id, { event, actor: () => "callee", device: from.device });
    if (!step) return await this.invite(from, message);
    moves.reply(from, { type: "joined", call: message.call, into: id });
    await accepted(step, from, { type: "accept", call: id });
  }

  /** The phone stays; only this call of its is over before it began. */
  #forbid(from: Party, call: string, why: { readonly code: string; readonly message: string }): void {
    this.#parts.moves.refuse(from, call, why);
    this.#parts.moves.reply(from, { type: "hangup", call, reason: "failed" });
  }
}
