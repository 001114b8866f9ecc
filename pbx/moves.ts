/**
 * What every step of a call has in common: it is made for exactly one asker, and then all who must know hear of it, the
 * other party, the log, the lines of both, those who watch, and in the end the history.
 *
 * @module
 */
import { type CallState, type EndReason, isOver, otherOf, type Role } from "../protocol/call_state.ts";
import type { PbxMessage, PhoneMessage } from "../protocol/messages.ts";
import { advance, isSame, type Move, roleOf, type Step } from "./advance.ts";
import type { Directory } from "./directory.ts";
import type { Book, Bus, CallRecord, Calls, Line, Log, Media, Now, Party, Registrar } from "./ports.ts";
import { tellSessions } from "./sessions.ts";

/** What steps are made with. */
export interface MovesParts {
  readonly bus: Bus;
  readonly registrar: Registrar;
  readonly calls: Calls;
  readonly book: Book;
  readonly media: Media;
  readonly directory: Directory;
  readonly lines: Readonly<Record<string, Line>>;
  readonly now: Now;
  readonly log: Log;
}

/** The messages of calls. */
export type CallMessage = Extract<PhoneMessage, { call: string }>;

/** Makes steps, and tells of them. */
export class Moves {
  readonly #parts: MovesParts;

  constructor(parts: MovesParts) {
    this.#parts = parts;
  }

  /** A call was created. */
  began(call: CallRecord): void {
    const { id, caller, callee } = call;
    this.#parts.log("info", "call", { call: id, from: caller.number, to: callee.number, step: "inviting" });
    tellSessions(this.#parts.bus, call);
  }

  /** Makes a step, if it fits. */
  async advance(id: string, move: Move): Promise<Step | undefined> {
    const { calls, bus, log, now } = this.#parts;
    const step = await advance(calls, id, move, now());
    if (!step) return void log("debug", "late", { call: id });
    const { before, after } = step;
    if (isSame(before.state, after.state)) return step;
    tellSessions(bus, after);
    if (nameOf(before.state) === nameOf(after.state)) return step;
    log("info", "call", {
      call: id,
      from: after.caller.number,
      to: after.callee.number,
      step: `${nameOf(before.state)}→${nameOf(after.state)}`,
      ms: Math.round(now() - after.createdAt),
    });
    return step;
  }

  /** Makes a step on behalf of a phone, if it is a party to the call. */
  async advanceBy(from: Party, id: string, event: Move["event"]): Promise<Step | undefined> {
    const step = await this.advance(id, { event, actor: (call) => roleOf(call, from), device: from.device });
    if (!step) await this.#refuseStranger(from, id);
    return step;
  }

  /** A step by `by` is told to the other party. */
  passOn(call: CallRecord, by: Role, message: PbxMessage): void {
    this.deliver(call, otherOf(by), message);
  }

  /** Tells a party something; as long as a call rings, all devices of the callee hear it. */
  deliver(call: CallRecord, to: Role, message: PbxMessage): void {
    const text = JSON.stringify(message);
    if (to === "caller") this.line("webphone").deliver(call.caller, text);
    else this.line(call.line).deliver(call.callee, text);
  }

  /** Tells one phone something in answer to what it said. */
  reply(to: Party, message: PbxMessage): void {
    this.line("webphone").deliver(to, JSON.stringify(message));
  }

  /** Tells a phone that what it wanted of a call is not to be had, and why. */
  refuse(
    to: Party,
    call: string,
    { code, message }: { readonly code: string; readonly message: string },
  ): void {
    this.reply(to, { type: "error", code, message, call });
  }

  /** A phone acts on a call that it is not a party to. */
  stranger(from: Party, call: string): void {
    const message = "Cannot act on this call: you are not a party to it";
    this.refuse(from, call, { code: "not-a-party", message });
  }

  /** A message that comes too late is no mistake. */
  drop(from: Party, { type, call }: CallMessage): void {
    this.#parts.log("debug", "late", { call, event: type, by: from.number });
  }

  /** The callee's other devices ring no more. */
  async stopOthers(call: CallRecord, winner: Party, reason: EndReason): Promise<void> {
    const text = JSON.stringify({ type: "hangup", call: call.id, reason });
    await this.afterwards(call, async () => {
      for (const { number, device } of await this.#parts.registrar.ofNumber(winner.number)) {
        if (device !== winner.device) this.line("webphone").deliver({ number, device }, text);
      }
    });
  }

  /** Writes a call that is over into the history, and frees what it used. An ill book is logged. */
  async close(call: CallRecord, endedBy: Role | undefined): Promise<void> {
    const { id, caller, callee, createdAt, acceptedAt, state } = call;
    const reason = state.name === "ended" ? state.reason : "failed";
    const endedAt = this.#parts.now();
    const parties = { caller: caller.number, callee: callee.number };
    const entry = { id, ...parties, createdAt, acceptedAt, endedAt, reason, endedBy };
    // First what must not be lost.
    await this.afterwards(call, () => this.#parts.book.addHistory(entry));
    await this.afterwards(call, () => this.#parts.media.close(call));
    await this.tellDirectory(call);
  }

  /** Both numbers may be busy now, or free. */
  async tellDirectory(call: CallRecord): Promise<void> {
    const { registrar, directory } = this.#parts;
    for (const number of new Set([call.caller.number, call.callee.number])) {
      await this.afterwards(call, async () => {
        const lines = new Set((await registrar.ofNumber(number)).map(({ line }) => line));
        for (const line of lines) await directory.changed(line, number);
      });
    }
  }

  /** What follows from a step that is made and told: that it fails undoes nothing, and stops nothing else. */
  async afterwards(call: CallRecord, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#parts.log("error", "after-step", { call: call.id, error: String(error) });
    }
  }

  /** A kind of line, by its word in the dial plan. Throws when nobody opened it. */
  line(name: string): Line {
    const line = this.#parts.lines[name];
    if (!line) throw new Error(`Cannot use line ${name}: the dial plan names it, but nobody opened it`);
    return line;
  }

  async #refuseStranger(from: Party, id: string): Promise<void> {
    const call = await this.#parts.calls.read(id);
    // A device that was slower than another one of its number is late, and no stranger.
    const isOwn = call && (roleOf(call, from) || call.callee.number === from.number);
    if (call && !isOver(call.state) && !isOwn) this.stranger(from, id);
  }
}

const nameOf = (state: CallState): string => state.name === "ended" ? `ended ${state.reason}` : state.name;

/** Ends calls on behalf of a party, or of the PBX; all who must know are told before anything is done that takes time. */
export type End = (ids: readonly string[], event: Move["event"], by: Party | "pbx") => Promise<void>;
