/**
 * The PBX's end of one phone's socket: it lets the phone register, hands what it says to the switchboard, one frame
 * after the other, and sends it what the bus brings.
 *
 * @module
 */
import { Delivery, isCounted } from "../protocol/delivery.ts";
import {
  dispatch,
  type Handlers,
  MessageError,
  type Of,
  parsePhoneMessage,
  type PbxMessage,
  type PhoneMessage,
} from "../protocol/messages.ts";
import { type Admission, admit, type Denial, lost, withoutPassword } from "./admission.ts";
import { roleOf } from "./advance.ts";
import type { ExchangeParts } from "./exchange.ts";
import type { Identity, Party, PhoneSocket, Registration } from "./ports.ts";
import { GRACE_TIME } from "./sweeper.ts";
import { deviceTopic, evictTopic, numberTopic, presenceTopic } from "./topics.ts";

/** How long a registration lasts unless it is refreshed, in milliseconds. */
export const LEASE = 60_000;

/** How long a socket may be open without anybody registering over it, in milliseconds. */
export const TIME_TO_REGISTER = 15_000;

/** More than this is not remembered for a phone that does not say what has arrived: messages, and characters in all. */
const MOST_WAITING = 1000;
const MOST_WAITING_TEXT = 4_000_000;

type Register = Of<PhoneMessage, "register">;

const REPLACED: Denial = { code: "replaced", message: "This phone was opened again elsewhere" };

/** One phone's connection. Made by the exchange. */
export class Connection {
  readonly #parts: ExchangeParts;
  readonly #identity: Identity;
  readonly #socket: PhoneSocket;
  readonly #epoch: string = crypto.randomUUID();
  #registration: Registration | undefined;
  /** As whom this phone was let in. */
  #admission: Admission | undefined;
  #handlers: Handlers<PhoneMessage, Promise<void>>;
  #queue: Promise<void> = Promise.resolve();
  #subscriptions: (() => void)[] = [];
  /** What the bus brings before the phone has heard `registered`. */
  #held: (() => void)[] | undefined = [];
  /** What was said to the phone and is not known to have arrived there. */
  #delivery = new Delivery();
  #isOpen = true;
  /** Whether we have closed the socket: what was said after that is not heard. What was said before it closed is. */
  #isDeaf = false;
  /** When a phone whose socket was lost is given up, in milliseconds since the epoch. */
  #fadesAt: number | undefined;
  readonly #cancelTimer: () => void;

  constructor(parts: ExchangeParts, identity: Identity, socket: PhoneSocket) {
    this.#parts = parts;
    this.#identity = identity;
    this.#socket = socket;
    this.#handlers = this.#unregistered();
    this.#cancelTimer = parts.after(TIME_TO_REGISTER, () => this.#socket.close(1008, "nobody registered"));
  }

  /** Takes a text frame of the phone. */
  receive(text: string): void {
    this.#queue = this.#queue.then(() => this.#handle(text)).catch((error) => this.#log(error));
  }

  /** The phone sent what is no text message at all; it is told why, and the socket is closed with `code`. */
  refuse(code: number, why: string): void {
    this.#delivery.arrived();
    this.#say({ type: "error", code: "protocol", message: `Cannot read message: ${why}` });
    this.#isDeaf = true;
    this.#socket.close(code, why);
  }

  /** The socket is gone. `left` when the phone closed it on purpose; otherwise it has the grace time to come back. */
  closed(left: boolean): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#cancelTimer();
    this.#queue = this.#queue.then(() => left ? this.#leave() : this.#fade()).catch((error) =>
      this.#log(error)
    );
  }

  /** Resolves when everything said so far is done. */
  settled(): Promise<void> {
    return this.#queue;
  }

  /** Says that the phone is still there (heartbeat), unless the key or token that it came with is no more. */
  async refresh(): Promise<void> {
    const registration = this.#registration;
    if (this.#fadesAt !== undefined && this.#fadesAt <= this.#parts.now()) this.#release();
    if (!this.#isOpen || !registration) return;
    const denial = this.#admission && await lost(this.#parts, this.#admission);
    if (denial) return await this.#expel(denial);
    await this.#parts.registrar.update(registration, { expires: this.#parts.now() + LEASE }, this.#epoch);
  }

  /** Ends the connection from the PBX's side. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  async #handle(text: string): Promise<void> {
    if (this.#isDeaf) return;
    let message: PhoneMessage;
    try {
      message = parsePhoneMessage(text);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#delivery.arrived();
      return this.#protocolError(error.message, error.field);
    }
    if (isCounted(message.type)) this.#delivery.arrived();
    try {
      await dispatch(this.#handlers, message);
    } catch (error) {
      this.#log(error, "call" in message ? message.call : undefined);
      if ("call" in message) await this.#parts.switchboard.spoilt(message.call, this.#registration);
      this.#say({ type: "error", code: "internal", message: "Cannot do this now" });
    }
  }

  /** Before it has registered a phone may do nothing else. */
  #unregistered(): Handlers<PhoneMessage, Promise<void>> {
    const tooEarly = ({ type }: PhoneMessage) => {
      this.#protocolError(`Cannot take ${type}: register first`, "type");
      return Promise.resolve();
    };
    return {
      register: (message) => this.#register(message),
      unregister: tooEarly,
      ready: tooEarly,
      ping: (message) => this.#pong(message),
      invite: tooEarly,
      ringing: tooEarly,
      accept: tooEarly,
      reject: tooEarly,
      hangup: tooEarly,
      hold: tooEarly,
      unhold: tooEarly,
      offer: tooEarly,
      answer: tooEarly,
      candidate: tooEarly,
      media: tooEarly,
    };
  }

  #registered(registration: Registration): Handlers<PhoneMessage, Promise<void>> {
    return {
      register: () =>
        Promise.resolve(this.#protocolError("Cannot register: this phone is registered", "type")),
      unregister: () => this.#leave(),
      ready: ({ ready }) => this.#ready(ready),
      ping: (message) => this.#pong(message),
      ...this.#parts.switchboard.handlers(registration),
    };
  }

  async #register(message: Register): Promise<void> {
    const admission = await admit(this.#parts, this.#identity, message);
    if ("code" in admission) return this.#deny(admission);
    this.#admission = admission;
    const registration = this.#record(message, admission);
    this.#cancelTimer();
    if (message.resume === undefined) await this.#parts.switchboard.forgotten(registration);
    const isResumed = await this.#takePlace(message, registration);
    await this.#welcome(registration, admission, isResumed);
  }

  #record(message: Register, { number, line, name, elect, rights }: Admission): Registration {
    return {
      number,
      device: message.device,
      line,
      name,
      rights,
      properties: withoutPassword(message.properties),
      ready: elect && (message.ready ?? true),
      since: this.#parts.now(),
      resume: crypto.randomUUID(),
      epoch: this.#epoch,
      expires: this.#parts.now() + LEASE,
    };
  }

  async #takePlace(message: Register, registration: Registration): Promise<boolean> {
    const { bus, registrar } = this.#parts;
    this.#subscriptions = await Promise.all([
      bus.subscribe(numberTopic(registration.number), (text) => this.#send(text)),
      bus.subscribe(deviceTopic(registration), (text) => this.#send(text)),
      bus.subscribe(presenceTopic(registration.line), (text) => this.#present(text)),
      bus.subscribe(evictTopic(registration), (epoch) => epoch !== this.#epoch && this.#evicted()),
    ]);
    const isResumed = await this.#takeUp(message, registration);
    await registrar.put(registration);
    this.#registration = registration;
    this.#parts.lines.set(registration.resume, this);
    this.#handlers = this.#registered(registration);
    bus.publish(evictTopic(registration), this.#epoch);
    return isResumed;
  }

  /** Takes up the line where an earlier connection of this device left it, if it is here: nothing is lost or doubled. */
  async #takeUp({ resume, received }: Register, party: Party): Promise<boolean> {
    const earlier = resume === undefined || received === undefined
      ? undefined
      : this.#parts.lines.get(resume);
    if (!earlier || !earlier.#isLineOf(party)) return false;
    earlier.#isDeaf = true;
    // One line is handled one message after the other, also when it goes on over another socket.
    await earlier.#queue;
    if (!earlier.#isLineOf(party)) return false;
    earlier.#release();
    earlier.#socket.close(1008, "replaced");
    this.#delivery = earlier.#delivery;
    this.#delivery.settle(received ?? 0);
    // Both have heard what has come since this one listens too.
    this.#held = [];
    return true;
  }

  #isLineOf({ number, device }: Party): boolean {
    return this.#registration?.number === number && this.#registration.device === device;
  }

  /** A newer connection of this device is there; it has taken up this line, or the phone was opened elsewhere. */
  #evicted(): void {
    if (this.#isOpen) this.#deny(REPLACED);
    else this.#release();
  }

  async #welcome(registration: Registration, { elect }: Admission, isResumed: boolean): Promise<void> {
    const { directory, iceServers } = this.#parts;
    const { number, line, name, ready, resume } = registration;
    await directory.changed(line, number);
    const calls = await this.#calls(registration);
    const presence = [...await directory.present(line)];
    this.#write({
      type: "registered",
      number,
      line,
      ...(name !== undefined && { name }),
      elect,
      ready,
      resume,
      ...(isResumed && { received: this.#delivery.received }),
      iceServers: [...iceServers(registration)],
      presence,
      calls,
    });
    for (const text of this.#delivery.rest()) this.#socket.send(text);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) send();
    this.#parts.log("info", "registered", { number, line, phones: this.#parts.count() });
  }

  /** The live calls that concern this phone: its own, and those that ring at its number. */
  async #calls(party: Party): Promise<Of<PbxMessage, "registered">["calls"]> {
    const calls = await this.#parts.calls.ofNumber(party.number);
    return calls.flatMap((call) => {
      const { id, state } = call;
      if (!roleOf(call, party) || state.name === "ended") return [];
      const held = state.name === "established" && { heldBy: [...state.heldBy] };
      return [{ call: id, state: { name: state.name, ...held } }];
    });
  }

  async #ready(ready: boolean): Promise<void> {
    const registration = this.#registration;
    if (!registration) return;
    await this.#parts.registrar.update(registration, { ready }, this.#epoch);
    await this.#parts.directory.changed(registration.line, registration.number);
  }

  #pong({ received }: Of<PhoneMessage, "ping">): Promise<void> {
    if (received !== undefined) this.#delivery.settle(received);
    this.#write({ type: "pong", received: this.#delivery.received });
    return Promise.resolve();
  }

  /** The phone leaves the line: it is gone at once, and so are its calls. */
  async #leave(): Promise<void> {
    const registration = this.#release();
    if (!registration || !(await this.#parts.registrar.remove(registration, this.#epoch))) return;
    await this.#parts.switchboard.gone(registration, true);
    await this.#parts.directory.changed(registration.line, registration.number);
    // Whoever registers again over this socket is somebody new.
    this.#handlers = this.#unregistered();
    this.#delivery = new Delivery();
    this.#held = [];
  }

  /** The socket was lost: nobody is to elect this phone, but it may come back and be the same. Until then we listen. */
  async #fade(): Promise<void> {
    const registration = this.#registration;
    if (!registration) return void this.#release();
    this.#fadesAt = this.#parts.now() + GRACE_TIME;
    const change = { ready: false, away: true, expires: this.#fadesAt };
    if (await this.#parts.registrar.update(registration, change, this.#epoch)) {
      await this.#parts.directory.changed(registration.line, registration.number);
    }
  }

  /** The key or token is dead: the phone leaves the line, and is told why. */
  async #expel(denial: Denial): Promise<void> {
    await this.#leave();
    this.#deny(denial);
  }

  #release(): Registration | undefined {
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    const registration = this.#registration;
    this.#registration = undefined;
    if (registration) this.#parts.lines.delete(registration.resume);
    if (!this.#isOpen) this.#parts.forget(this);
    return registration;
  }

  #deny({ code, message }: Denial): void {
    this.#held = undefined;
    this.#write({ type: "denied", code, message });
    this.#parts.log("info", "denied", { code });
    this.#isDeaf = true;
    this.#release();
    this.#socket.close(1008, code);
  }

  /** The other programmer's mistake: said in words that name the field, then the socket is closed. */
  #protocolError(message: string, field: string): void {
    this.#say({ type: "error", code: "protocol", message, ...(field && { field }) });
    this.#isDeaf = true;
    this.#parts.log("info", "protocol-error", { field });
    this.#socket.close(1002, "protocol error");
  }

  /** A store that is ill, or a bug of ours: the others notice nothing. */
  #log(error: unknown, call?: string): void {
    const stack = error instanceof Error ? error.stack : String(error);
    this.#parts.log("error", "connection", { number: this.#registration?.number, call, error: stack });
  }

  /** Sends a message that need not arrive over the next line. */
  #write(message: PbxMessage): void {
    if (this.#isOpen) this.#socket.send(JSON.stringify(message));
  }

  /** Sends a message that is counted, as all are once the phone is registered. */
  #say(message: PbxMessage): void {
    if (this.#held) this.#write(message);
    else this.#send(JSON.stringify(message));
  }

  #send(text: string): void {
    if (this.#held) return void this.#held.push(() => this.#send(text));
    this.#delivery.sent(text);
    if (this.#isOpen) this.#socket.send(text);
    if (this.#delivery.waiting % 32 === 0 && this.#remembersTooMuch()) this.#drop();
  }

  #remembersTooMuch(): boolean {
    const rest = this.#delivery.rest();
    return rest.length >= MOST_WAITING ||
      rest.reduce((sum, text) => sum + text.length, 0) > MOST_WAITING_TEXT;
  }

  /** The phone never says what has arrived, or was away for too much: it may come back to a new line. */
  #drop(): void {
    this.#release();
    this.#delivery = new Delivery();
    if (this.#isOpen) this.#socket.close(1013, "acknowledges nothing");
  }

  #present(text: string): void {
    if (this.#held) this.#held.push(() => this.#present(text));
    else if (this.#isOpen) this.#socket.send(text);
  }
}
