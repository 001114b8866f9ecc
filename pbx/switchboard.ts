/**
 * Connects calls. Every step is "move it from this state to that one, if it is still there"; who is first wins, on one
 * node or on ten. What the other party must hear of a step is passed on, and what does not fit is dropped.
 *
 * @module
 */
import {
  type CallEvent,
  type CallState,
  type EndReason,
  INVITING,
  isOver,
  otherOf,
  type Role,
} from "../protocol/call_state.ts";
import type { Handlers, Of, PbxMessage, PhoneMessage } from "../protocol/messages.ts";
import { type Actor, advance, roleOf, type Step } from "./advance.ts";
import { defaultNumbers, route, type Rule } from "./dial_plan.ts";
import type { Directory } from "./directory.ts";
import type {
  Book,
  CallRecord,
  Calls,
  Line,
  Log,
  Media,
  Negotiation,
  Now,
  Party,
  Registrar,
  Registration,
} from "./ports.ts";

/** How long a call may ring before it ends with `no-answer`, in milliseconds. */
export const RING_TIME = 45_000;

/** How many live calls one device may have dialled. */
export const MOST_DIALLED = 16;

/** What the switchboard works with. */
export interface SwitchboardParts {
  readonly registrar: Registrar;
  readonly calls: Calls;
  readonly book: Book;
  readonly media: Media;
  readonly directory: Directory;
  readonly lines: Readonly<Record<string, Line>>;
  readonly plan: readonly Rule[];
  readonly now: Now;
  readonly log: Log;
}

/** The messages of calls. */
export type CallMessage = Extract<PhoneMessage, { call: string }>;

type Other = CallRecord["callee"];

/** The heart of the PBX. */
export class Switchboard {
  readonly #parts: SwitchboardParts;
  /** Tells one phone something in answer to what it said. */
  readonly #reply: (to: Party, message: PbxMessage) => void;

  constructor(parts: SwitchboardParts) {
    this.#parts = parts;
    this.#reply = (to, message) => this.#line("webphone").deliver(to, JSON.stringify(message));
  }

  /** What to do with each message of a call. `from` is who sent it: proven by its registration, never by the message. */
  handlers(from: Registration): Handlers<CallMessage, Promise<void>> {
    return {
      invite: (message) => this.#invite(from, message),
      ringing: (message) => this.#ringing(from, message),
      accept: (message) => this.#accept(from, message),
      reject: ({ call, reason }) => this.#end(call, { type: "reject", reason }, from),
      hangup: ({ call }) => this.#end(call, { type: "hangup" }, from),
      hold: (message) => this.#mark(from, message),
      unhold: (message) => this.#mark(from, message),
      offer: (message) => this.#negotiate(from, message),
      answer: (message) => this.#negotiate(from, message),
      candidate: (message) => this.#negotiate(from, message),
      media: (message) => this.#negotiate(from, message),
    };
  }

  /** Ends a call for a reason of the PBX's own: nobody answered, a phone was lost. */
  async hangUp(call: CallRecord, reason: EndReason): Promise<void> {
    await this.#end(call.id, { type: "hangup", reason }, "pbx");
  }

  /** A step of this call failed for a reason of our own: rather than two phones that do not agree, it ends. */
  async spoilt(id: string, from?: Party): Promise<void> {
    const call = await this.#parts.calls.read(id);
    if (call && !isOver(call.state)) await this.hangUp(call, "failed");
    else if (from) this.#reply(from, { type: "hangup", call: id, reason: "failed" });
  }

  /** A device is gone: for good (`left`, as if it had hung up) or lost. Its calls end. */
  async gone(party: Party, left: boolean): Promise<void> {
    const others = await this.#parts.registrar.ofNumber(party.number);
    for (const call of await this.#parts.calls.ofNumber(party.number)) {
      const role = roleOf(call, party);
      const ringsElsewhere = role === "callee" && call.callee.device === undefined && others.length > 0;
      if (!role || ringsElsewhere) continue;
      if (left) await this.#end(call.id, { type: "hangup" }, party);
      else await this.hangUp(call, call.state.name === "established" ? "failed" : "no-answer");
    }
  }

  /** A page of this device was opened anew: what its earlier life was in the middle of is over. */
  async forgotten(party: Party): Promise<void> {
    for (const { id, caller, callee } of await this.#parts.calls.ofNumber(party.number)) {
      const isOwn = [caller, callee].some(({ number, device }) =>
        number === party.number && device === party.device
      );
      if (isOwn) await this.#end(id, { type: "hangup" }, party);
    }
  }

  async #invite(from: Registration, message: Of<PhoneMessage, "invite">): Promise<void> {
    if (!from.rights.includes("calls")) return this.#forbid(from, message.call);
    // Before anything else: what is said again must not be judged as if it were new.
    if (await this.#parts.calls.read(message.call)) return await this.#repeat(from, message.call);
    const number = message.to ?? await this.#longestWaiting(from);
    const refuse = (reason: EndReason) => this.#reply(from, { type: "hangup", call: message.call, reason });
    const rule = number === undefined ? undefined : route(this.#parts.plan, number);
    if (number === undefined || !rule) return refuse("not-found");
    if (message.to === undefined) this.#reply(from, { type: "calling", call: message.call, number });
    const devices = await this.#parts.registrar.ofNumber(number);
    // Nobody's number leaves no trace; an agent's is a call that was missed.
    if (devices.length === 0 && !await this.#parts.book.agent(number)) return refuse("not-found");
    const unready = message.elected && !devices.some(({ ready }) => ready);
    if (number === from.number || unready || await this.#dialsTooMuch(from)) return refuse("busy");
    const call = this.#record(from, message, number, rule, devices);
    const created = await this.#parts.calls.create(call);
    if (created.outcome === "busy") return refuse("busy");
    if (created.outcome === "glare") return await this.#joinCrossing(from, message, created.reverse);
    if (created.outcome === "duplicate") return await this.#repeat(from, message.call);
    await this.#ring(from, call, message.offer);
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
    const call = await this.#parts.calls.read(id);
    const isOwn = call && roleOf(call, from) === "caller";
    if (!isOwn) this.#stranger(from, id);
    const reason = call?.state.name === "ended" ? call.state.reason : "failed";
    if (!isOwn || isOver(call.state)) this.#reply(from, { type: "hangup", call: id, reason });
  }

  #record(
    from: Registration,
    { call: id, elected = false }: Of<PhoneMessage, "invite">,
    number: string,
    { line }: Rule,
    devices: readonly Registration[],
  ): CallRecord {
    const now = this.#parts.now();
    // Only an agent of the same line is trusted with the callee's address before the answer, and only one device can
    // take part in one negotiation.
    const [device, second] = devices;
    const early = from.name !== undefined && device?.line === from.line && !second;
    return {
      id,
      caller: { number: from.number, device: from.device },
      callee: early ? { number, device: device.device } : { number },
      rung: devices.map(({ device }) => device),
      line,
      state: INVITING,
      early,
      elected,
      createdAt: now,
      expiresAt: now + RING_TIME,
      version: 0,
    };
  }

  async #ring(from: Registration, call: CallRecord, offer: string | undefined): Promise<void> {
    const { id, caller, callee } = call;
    this.#parts.log("info", "call", { call: id, from: caller.number, to: callee.number, step: "inviting" });
    const isThere = await this.#line(call.line).invite(call, { offer, name: from.name });
    if (isThere) await this.#tellDirectory(call);
    else await this.hangUp(call, "not-found");
  }

  /** Glare: the callee is calling the caller at this very moment, so this invite accepts that call. */
  async #joinCrossing(
    from: Registration,
    message: Of<PhoneMessage, "invite">,
    { id }: CallRecord,
  ): Promise<void> {
    const step = await this.#advance(id, { type: "accept" }, () => "callee", from.device);
    if (!step) return await this.#invite(from, message);
    this.#reply(from, { type: "joined", call: message.call, into: id });
    await this.#accepted(step, from, JSON.stringify({ type: "accept", call: id }));
  }

  async #ringing(from: Registration, { call: id, answer }: Of<PhoneMessage, "ringing">): Promise<void> {
    const step = await this.#step(from, id, { type: "ringing" });
    if (!step) return;
    const early = step.after.early && { answer };
    this.#deliver(step.after, "caller", JSON.stringify({ type: "ringing", call: id, ...early }));
  }

  async #accept(from: Registration, message: Of<PhoneMessage, "accept">): Promise<void> {
    const step = await this.#step(from, message.call, { type: "accept" });
    if (step) await this.#accepted(step, from, JSON.stringify(message));
  }

  async #accepted({ after }: Step, winner: Party, accept: string): Promise<void> {
    this.#deliver(after, "caller", accept);
    await this.#stopOthers(after, winner, "elsewhere");
    await this.#tellDirectory(after);
  }

  /** The callee's other devices ring no more. */
  async #stopOthers(call: CallRecord, winner: Party, reason: EndReason): Promise<void> {
    const text = JSON.stringify({ type: "hangup", call: call.id, reason });
    for (const { number, device } of await this.#parts.registrar.ofNumber(winner.number)) {
      if (device !== winner.device) this.#line("webphone").deliver({ number, device }, text);
    }
  }

  async #mark(from: Registration, message: Of<PhoneMessage, "hold" | "unhold">): Promise<void> {
    const step = await this.#step(from, message.call, { type: message.type });
    const role = step && roleOf(step.after, from);
    if (role) this.#deliver(step.after, otherOf(role), JSON.stringify(message));
  }

  async #negotiate(from: Registration, message: Negotiation): Promise<void> {
    const call = await this.#parts.calls.read(message.call);
    if (!call || isOver(call.state)) return this.#drop(from, message);
    const role = roleOf(call, from);
    if (!role) return this.#stranger(from, message.call);
    // Nothing that tells the callee's address passes before it has accepted a caller who is not trusted with it.
    if (role === "callee" && !call.early && call.state.name !== "established") {
      return this.#drop(from, message);
    }
    await this.#parts.media.negotiate(call, role, message, this.#line(call.line));
  }

  /** Moves a call on behalf of a phone, if it is a party to it. */
  async #step(from: Party, id: string, event: CallEvent): Promise<Step | undefined> {
    const step = await this.#advance(id, event, (call) => roleOf(call, from), from.device);
    if (!step) await this.#refuseStranger(from, id);
    return step;
  }

  async #refuseStranger(from: Party, id: string): Promise<void> {
    const call = await this.#parts.calls.read(id);
    // A device that was slower than another one of its number is late, and no stranger.
    const isOwn = call && (roleOf(call, from) || call.callee.number === from.number);
    if (call && !isOver(call.state) && !isOwn) this.#stranger(from, id);
  }

  async #end(id: string, event: CallEvent, by: Party | "pbx"): Promise<void> {
    const step = by === "pbx" ? await this.#advance(id, event, () => "pbx") : await this.#step(by, id, event);
    if (!step || step.after.state.name !== "ended") return;
    const { before, after } = step;
    const role = by === "pbx" ? undefined : roleOf(before, by);
    const text = JSON.stringify({ type: "hangup", call: id, reason: step.after.state.reason });
    if (role !== "caller") this.#deliver(after, "caller", text);
    if (role !== "callee") this.#deliver(after, "callee", text);
    const rangElsewhere = role === "callee" && by !== "pbx" && before.callee.device === undefined;
    if (rangElsewhere) await this.#stopOthers(after, by, step.after.state.reason);
    await this.#close(after, step.after.state.reason, role);
  }

  async #close(call: CallRecord, reason: EndReason, endedBy: Role | undefined): Promise<void> {
    const { id, caller, callee, createdAt, acceptedAt } = call;
    const endedAt = this.#parts.now();
    const parties = { caller: caller.number, callee: callee.number };
    // First what must not be lost.
    await this.#parts.book.addHistory({ id, ...parties, createdAt, acceptedAt, endedAt, reason, endedBy });
    await this.#parts.media.close(call);
    await this.#tellDirectory(call);
  }

  async #advance(id: string, event: CallEvent, actor: Actor, device?: string): Promise<Step | undefined> {
    const now = this.#parts.now();
    const step = await advance(this.#parts.calls, id, event, actor, now, device);
    if (!step) return void this.#parts.log("debug", "late", { call: id, event: event.type });
    const { before, after } = step;
    if (nameOf(before.state) === nameOf(after.state)) return step;
    this.#parts.log("info", "call", {
      call: id,
      from: after.caller.number,
      to: after.callee.number,
      step: `${nameOf(before.state)}→${nameOf(after.state)}`,
      ms: Math.round(now - after.createdAt),
    });
    return step;
  }

  async #tellDirectory({ caller, callee }: CallRecord): Promise<void> {
    const { registrar, directory } = this.#parts;
    for (const number of new Set([caller.number, callee.number])) {
      const lines = new Set((await registrar.ofNumber(number)).map(({ line }) => line));
      for (const line of lines) await directory.changed(line, number);
    }
  }

  /** The phone stays; only this call of its is over before it began. */
  #forbid(from: Party, call: string): void {
    const message = "Cannot call: this token has no right to it";
    this.#reply(from, { type: "error", code: "forbidden", message, call });
    this.#reply(from, { type: "hangup", call, reason: "failed" });
  }

  #stranger(from: Party, call: string): void {
    const message = "Cannot act on this call: you are not a party to it";
    this.#reply(from, { type: "error", code: "not-a-party", message, call });
  }

  #drop(from: Party, { type, call }: CallMessage): void {
    this.#parts.log("debug", "late", { call, event: type, by: from.number });
  }

  #deliver(call: CallRecord, to: Role, text: string): void {
    const other: Other = to === "caller" ? call.caller : call.callee;
    this.#line(to === "caller" ? "webphone" : call.line).deliver(other, text);
  }

  #line(name: string): Line {
    const line = this.#parts.lines[name];
    if (!line) throw new Error(`Cannot use line ${name}: the dial plan names it, but nobody opened it`);
    return line;
  }
}

const nameOf = (state: CallState): string => state.name === "ended" ? `ended ${state.reason}` : state.name;
