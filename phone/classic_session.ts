/**
 * `Session`: a call of others, as the PBX tells of it. The page keeps one object for each call, and that is kept up to
 * date.
 *
 * @module
 */
import type { Order, Session } from "../protocol/messages.ts";
import { type ClassicHost, classicState } from "./classic_call.ts";
import { type Events, events } from "./classic_events.ts";
import { refuse, SOME, spell, textOf } from "./classic_manners.ts";
import type * as classic from "./webphone_types.ts";

/** What each method without arguments asks for. */
const ORDERS = {
  hold: "hold",
  unhold: "unhold",
  unHold: "unhold",
  hangup: "hangup",
  hangUp: "hangup",
  close: "hangup",
  closeWithHangup: "hangup",
  startListen: "listen",
  stopListen: "unlisten",
} as const satisfies Record<string, Order>;

type Plain = Record<keyof typeof ORDERS, () => void>;

/** One call of the PBX. Its fields and plain methods are made from tables. */
export interface ClassicSession extends Omit<classic.Session, "blindTransfer" | "forward" | "sendDtmf"> {}

/** One call of the PBX (rows 85 to 97). Made by {@linkcode followSessions}, never by hand. */
export class ClassicSession implements classic.Session {
  readonly #host: ClassicHost;
  readonly #on: Events<classic.Session, "onSessionStateChanged">;
  #record: Session;
  /** The last state that the page was told of, or knows from the beginning. */
  #told: classic.CallState | undefined;

  constructor(host: ClassicHost, record: Session, told: classic.CallState | undefined) {
    this.#host = host;
    this.#record = record;
    this.#told = told;
    this.#on = events(this as classic.Session, host.page.report, { onSessionStateChanged: {} });
    for (const [method, order] of Object.entries(ORDERS)) {
      this[method as keyof Plain] = () => this.#order(method, order);
    }
  }

  /** What the PBX said of it last. For {@linkcode followSessions} and the helper only. */
  get record(): Session {
    return this.#record;
  }

  blindTransfer(transferor: string | number, phoneNumber: string | number): void {
    const method = "blindTransfer";
    const party = this.#party(transferor, method, "transferor");
    this.#order(method, "transfer", {
      party,
      to: textOf(phoneNumber, method, "phoneNumber", "number", SOME),
    });
  }

  forward(phoneNumber: string | number): void {
    this.#order("forward", "forward", { to: textOf(phoneNumber, "forward", "phoneNumber", "number", SOME) });
  }

  sendDtmf(key: string | number, phoneNumber: string | number): void {
    const method = "sendDtmf";
    const pressed = textOf(key, method, "key", "key", /^[\d*#]$/);
    this.#order(method, "dtmf", { key: pressed, party: this.#party(phoneNumber, method, "phoneNumber") });
  }

  /** The PBX says this of it now. For {@linkcode followSessions} only. */
  follow(record: Session): void {
    // It has its fields, and they have not changed.
    if (this.id && record === this.#record) return;
    this.#record = record;
    const { call, caller, callee, createdAt, acceptedAt, changedAt, state } = record;
    const word = classicState(state);
    const since = (start = Infinity) =>
      written(Math.max(0, (state.name === "ended" ? changedAt : this.#host.now()) - start)).slice(11);
    spell(
      this,
      {
        id: call,
        state: word ?? "RINGING",
        sessionState: word ?? "RINGING",
        masterSessionId: call,
        sessionId: call,
        startTime: written(createdAt),
        get talkDuration() {
          return since(acceptedAt);
        },
        get stateDuration() {
          return since(changedAt);
        },
        caller: caller.number,
        source: caller.number,
        callerDisplayName: caller.name ?? "",
        callerCallLegId: `${call}-caller`,
        sourceType: typeOf(caller),
        callee: callee.number,
        destination: callee.number,
        dialedNumber: callee.number,
        calleeDisplayName: callee.name ?? "",
        calleeCallLegId: `${call}-callee`,
        destinationType: typeOf(callee),
        direction: "Internal",
      } satisfies classic.SessionFields,
    );
    if (!word || word === this.#told) return;
    this.#told = word;
    this.#on.onSessionStateChanged.emit(this, word);
  }

  #party(value: unknown, method: string, argument: string): string {
    const { caller, callee } = this.#record;
    return [caller, callee].find(({ number }) => number === String(value))?.number ??
      refuse(method, argument, "party");
  }

  #order(method: string, order: Order, details?: { party?: string; to?: string; key?: string }): void {
    this.#host.allow(order.endsWith("listen") ? "listen" : "modify", method);
    this.#host.phone.order(this.#record.call, order, details);
  }
}

/** Agents have a name; all others are clients of a line. */
const typeOf = ({ name }: Session["caller"]) => name === undefined ? "OutsideLine" : "Extension";

/** A time as `YYYY-MM-DD hh:mm:ss` in UTC. */
const written = (time: number) => new Date(time).toISOString().slice(0, 19).replace("T", " ");

/** The live calls of the PBX by their ids. */
export type Sessions = Map<string, ClassicSession>;

/**
 * Takes over into `live` what the phone knows (rows 35, 36, 99). `on` tells of those that are new, unless they are the
 * first, which were there before access was granted; and of those that are over.
 */
export function followSessions(
  live: Sessions,
  records: readonly Session[],
  host: ClassicHost,
  on: SessionEvents,
  isFirst: boolean,
): void {
  for (const record of records) {
    if (live.has(record.call) || record.state.name === "ended") continue;
    const session = new ClassicSession(host, record, isFirst ? classicState(record.state) : undefined);
    live.set(record.call, session);
    if (!isFirst) on.onSessionCreated.emit(session);
  }
  const now = new Map(records.map((record) => [record.call, record]));
  for (const [call, session] of live) {
    session.follow(now.get(call) ?? lost(session.record, host.now()));
    if (session.record.state.name !== "ended") continue;
    live.delete(call);
    on.onSessionClosed.emit(session);
  }
}

type SessionEvents = Events<classic.OzWebClient, "onSessionCreated" | "onSessionClosed">;

/** A call that nobody tells of any more: it is over since now. */
const lost = (record: Session, changedAt: number): Session => ({
  ...record,
  changedAt,
  state: { name: "ended", reason: "failed" },
});
