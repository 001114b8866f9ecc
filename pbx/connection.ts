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
import { newNumber } from "./dial_plan.ts";
import type { ExchangeParts } from "./exchange.ts";
import type { Agent, Party, Registration } from "./ports.ts";
import { GRACE_TIME } from "./sweeper.ts";
import { deviceTopic, evictTopic, numberTopic, presenceTopic } from "./topics.ts";

/** The other end, as the web adapter hands it in. */
export interface PhoneSocket {
  send(text: string): void;
  /** Closes with a code of RFC 6455 and a word on why. */
  close(code: number, reason: string): void;
}

/** Who the browser has proven to be, by its cookies: the agents whose numbers it may register. */
export interface Identity {
  readonly agents: ReadonlySet<string>;
}

/** How long a registration lasts unless it is refreshed, in milliseconds. */
export const LEASE = 60_000;

/** More than this is not kept for a phone whose socket was lost. */
const MOST_WAITING = 1000;

type Register = Of<PhoneMessage, "register">;
type Denial = Of<PbxMessage, "denied">["code"];

const DENIALS: Record<Denial, string> = {
  "unknown-agent": "Cannot register: there is no agent with this number",
  "wrong-key": "Cannot register: this browser is not signed in as this agent",
  "unknown-token": "Cannot register: there is no line or token of this name",
  replaced: "This phone was opened again elsewhere",
};

/** One phone's connection. Made by the exchange. */
export class Connection {
  readonly #parts: ExchangeParts;
  readonly #identity: Identity;
  readonly #socket: PhoneSocket;
  readonly #epoch: string = crypto.randomUUID();
  #registration: Registration | undefined;
  /** What the agent's key was when it registered; `undefined` for web clients. */
  #keyHash: string | undefined;
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

  constructor(parts: ExchangeParts, identity: Identity, socket: PhoneSocket) {
    this.#parts = parts;
    this.#identity = identity;
    this.#socket = socket;
    this.#handlers = this.#unregistered();
  }

  /** Takes a text frame of the phone. */
  receive(text: string): void {
    this.#queue = this.#queue.then(() => this.#handle(text)).catch((error) => this.#broken(error));
  }

  /** The socket is gone. `left` when the phone closed it on purpose; otherwise it has the grace time to come back. */
  closed(left: boolean): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#queue = this.#queue.then(() => left ? this.#leave() : this.#fade()).catch((error) =>
      this.#log(error)
    );
  }

  /** Resolves when everything said so far is done. */
  settled(): Promise<void> {
    return this.#queue;
  }

  /** Says that the phone is still there (heartbeat), unless its agent's link has been replaced or removed since. */
  async refresh(): Promise<void> {
    const registration = this.#registration;
    if (this.#fadesAt !== undefined && this.#fadesAt <= this.#parts.now()) this.#release();
    if (!this.#isOpen || !registration) return;
    if (this.#keyHash !== undefined) {
      const agent = await this.#parts.book.agent(registration.number);
      if (agent?.keyHash !== this.#keyHash) return await this.#expel(agent ? "wrong-key" : "unknown-agent");
    }
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
      return this.#refuse(error.message, error.field);
    }
    if (isCounted(message.type)) this.#delivery.arrived();
    await dispatch(this.#handlers, message);
  }

  /** Before it has registered a phone may do nothing else. */
  #unregistered(): Handlers<PhoneMessage, Promise<void>> {
    const tooEarly = ({ type }: PhoneMessage) => {
      this.#refuse(`Cannot take ${type}: register first`, "type");
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
      register: () => Promise.resolve(this.#refuse("Cannot register: this phone is registered", "type")),
      unregister: () => this.#leave(),
      ready: ({ ready }) => this.#ready(ready),
      ping: (message) => this.#pong(message),
      ...this.#parts.switchboard.handlers(registration),
    };
  }

  async #register(message: Register): Promise<void> {
    const agent = message.number === undefined ? undefined : await this.#parts.book.agent(message.number);
    const denial = await this.#denial(message, agent);
    if (denial) return this.#deny(denial);
    const line = agent?.line ?? message.token ?? "";
    const number = agent?.number ?? await this.#clientNumber(message);
    const registration = this.#record(message, number, line, agent);
    this.#keyHash = agent?.keyHash;
    const isResumed = await this.#takePlace(message, registration);
    await this.#welcome(registration, agent, isResumed);
  }

  async #denial({ number, token }: Register, agent: Agent | undefined): Promise<Denial | undefined> {
    if (number !== undefined) {
      if (!agent) return "unknown-agent";
      return this.#identity.agents.has(number) ? undefined : "wrong-key";
    }
    return token !== undefined && await this.#parts.book.hasLine(token) ? undefined : "unknown-token";
  }

  /** A web client that comes back within the grace time keeps its number; any other gets a new one. */
  async #clientNumber({ resume, device }: Register): Promise<string> {
    const { registrar, book } = this.#parts;
    const earlier = resume === undefined ? undefined : await registrar.byResume(resume);
    if (earlier?.device === device) return earlier.number;
    for (;;) {
      const number = newNumber();
      const isTaken = (await registrar.ofNumber(number)).length > 0 || await book.agent(number);
      if (!isTaken) return number;
    }
  }

  #record(message: Register, number: string, line: string, agent: Agent | undefined): Registration {
    // A password is between the phone and the PBX: it must not travel with the presence.
    const { Password: _stripped, ...properties } = message.properties ?? {};
    return {
      number,
      device: message.device,
      line,
      name: agent?.name,
      properties: message.properties && properties,
      ready: agent?.elect ? message.ready ?? true : false,
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
    const isResumed = this.#resume(message, registration);
    await registrar.put(registration);
    this.#registration = registration;
    this.#handlers = this.#registered(registration);
    bus.publish(evictTopic(registration), this.#epoch);
    return isResumed;
  }

  /** Takes up the line where an earlier connection of this device left it, if it is here: nothing is lost or doubled. */
  #resume({ resume, received }: Register, { number, device }: Party): boolean {
    const earlier = this.#parts.find((connection) => connection.#isLineOf(resume, number, device));
    if (!earlier || received === undefined) return false;
    earlier.#isDeaf = true;
    earlier.#release();
    earlier.#socket.close(1008, "replaced");
    this.#delivery = earlier.#delivery;
    this.#delivery.settle(received);
    // Both have heard what has come since this one listens too.
    this.#held = [];
    return true;
  }

  #isLineOf(resume: string | undefined, number: string, device: string): boolean {
    const own = this.#registration;
    return own !== undefined && own.resume === resume && own.number === number && own.device === device;
  }

  /** A newer connection of this device is there; it has taken up this line, or the phone was opened elsewhere. */
  #evicted(): void {
    if (this.#isOpen) this.#deny("replaced");
    else this.#release();
  }

  async #welcome(registration: Registration, agent: Agent | undefined, isResumed: boolean): Promise<void> {
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
      elect: agent?.elect ?? false,
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

  async #calls(party: Party): Promise<Of<PbxMessage, "registered">["calls"]> {
    const calls = await this.#parts.calls.ofNumber(party.number);
    return calls.flatMap(({ id, caller, callee, state }) => {
      const isOwn = [caller, callee].some(({ number, device }) =>
        number === party.number && device === party.device
      );
      if (!isOwn || state.name === "ended") return [];
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
    this.#handlers = this.#unregistered();
  }

  /** The socket was lost: nobody is to elect this phone, but it may come back and be the same. Until then we listen. */
  async #fade(): Promise<void> {
    const registration = this.#registration;
    if (!registration) return void this.#release();
    this.#fadesAt = this.#parts.now() + GRACE_TIME;
    const change = { ready: false, expires: this.#fadesAt };
    if (await this.#parts.registrar.update(registration, change, this.#epoch)) {
      await this.#parts.directory.changed(registration.line, registration.number);
    }
  }

  /** The agent's link is dead: the phone leaves the line, and is told why. */
  async #expel(code: Denial): Promise<void> {
    await this.#leave();
    this.#deny(code);
  }

  #release(): Registration | undefined {
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    const registration = this.#registration;
    this.#registration = undefined;
    if (!this.#isOpen) this.#parts.forget(this);
    return registration;
  }

  #deny(code: Denial): void {
    this.#held = undefined;
    this.#write({ type: "denied", code, message: DENIALS[code] });
    this.#parts.log("info", "denied", { code });
    this.#isDeaf = true;
    this.#release();
    this.#socket.close(1008, code);
  }

  /** The other programmer's mistake: said in words that name the field, then the socket is closed. */
  #refuse(message: string, field: string): void {
    this.#say({ type: "error", code: "protocol", message, ...(field && { field }) });
    this.#isDeaf = true;
    this.#parts.log("info", "protocol-error", { field });
    this.#socket.close(1002, "protocol error");
  }

  /** A bug of ours, or a store that is ill: this phone hears of it, and the others notice nothing. */
  #broken(error: unknown): void {
    this.#log(error);
    this.#say({ type: "error", code: "internal", message: "Cannot do this now" });
  }

  #log(error: unknown): void {
    const stack = error instanceof Error ? error.stack : String(error);
    this.#parts.log("error", "connection", { number: this.#registration?.number, error: stack });
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
    else if (this.#delivery.waiting > MOST_WAITING) this.#release();
  }

  #present(text: string): void {
    if (this.#held) this.#held.push(() => this.#present(text));
    else if (this.#isOpen) this.#socket.send(text);
  }
}
