/**
 * The PBX's end of one phone's socket: it lets the phone register, hands what it says to the switchboard, one frame
 * after the other, and sends it what the bus brings.
 *
 * @module
 */
import { isCounted } from "../protocol/delivery.ts";
import {
  dispatchFrom,
  type HandlersFrom,
  MessageError,
  type Of,
  parsePhoneMessage,
  type PbxMessage,
  type PhoneMessage,
} from "../protocol/messages.ts";
import { type About, aboutOf, aboutOfText } from "./about.ts";
import { type Admission, admit, type Denial, isOvertaken, lost, REPLACED } from "./admission.ts";
import { Bucket, isTalk, TALK, tooMany } from "./bucket.ts";
import { historyAnswer } from "./call_history.ts";
import type { ExchangeParts } from "./exchange.ts";
import { Outbox } from "./outbox.ts";
import type { CallMessage } from "./moves.ts";
import type { Identity, Party, PhoneSocket, Registration, Words } from "./ports.ts";
import { type Register, registrationOf } from "./registration.ts";
import { PROBING } from "./rounds.ts";
import { GRACE_TIME, LEASE, RELOAD_TIME, SILENCE, TIME_TO_REGISTER } from "./times.ts";
import { deviceTopic, evictTopic, numberTopic, presenceTopic, SESSIONS_TOPIC } from "./topics.ts";
import { registeredText, seesAll, type Welcome } from "./welcome.ts";

/** One phone's connection. Made by the exchange. */
export class Connection {
  readonly #parts: ExchangeParts;
  readonly #identity: Identity;
  readonly #socket: PhoneSocket;
  readonly #epoch: string = crypto.randomUUID();
  #registration: Registration | undefined;
  /** As whom this phone was let in. */
  #admission: Admission | undefined;
  /** Who speaks, once it is registered; who was replaced meanwhile may still end what it was saying. */
  #speaker: Registration | undefined;
  #queue: Promise<void> = Promise.resolve();
  #subscriptions: (() => void)[] = [];
  readonly #outbox: Outbox;
  #isOpen = true;
  /** Whether we have closed the socket: what was said after that is not heard. What was said before it closed is. */
  #isDeaf = false;
  /** Whether this line began anew for a phone that had one, and that may not know: it has said nothing over it yet. */
  #isFresh = false;
  /** When the phone is given up unless it says something, where it was lost before it came back. */
  #mustSpeakBy = Infinity;
  /** When a phone whose socket was lost is given up, in milliseconds since the epoch. */
  #fadesAt: number | undefined;
  /** When something was last heard of a phone that answers probes, in milliseconds since the epoch. */
  #heardAt: number | undefined;
  /** Whether we are about to look whether a silent phone has said something after all. */
  #isInDoubt = false;
  readonly #talk: Bucket;
  /** How many frames have not been handled yet. */
  #waiting = 0;
  /** Stops the wait for somebody to register. */
  #cancelTimer: (() => void) | undefined;

  constructor(parts: ExchangeParts, identity: Identity, socket: PhoneSocket) {
    this.#parts = parts;
    this.#identity = identity;
    this.#socket = socket;
    this.#talk = new Bucket(parts.now, TALK);
    this.#outbox = new Outbox({
      send: (text) => this.#isOpen && this.#socket.send(text),
      overflowed: () => this.#drop(),
    });
    this.#cancelTimer = parts.after(TIME_TO_REGISTER, () => this.#socket.close(1008, "nobody registered"));
  }

  /** Takes a text frame of the phone. */
  receive(text: string): void {
    if (this.#heardAt !== undefined) this.#heardAt = this.#parts.now();
    [this.#isFresh, this.#mustSpeakBy] = [false, Infinity];
    this.#waiting++;
    this.#then(() => this.#handle(text).finally(() => this.#waiting--));
  }

  /** The phone sent what is no text message at all; it is told why, and the socket is closed with `code`. */
  refuse(code: number, why: string): void {
    this.#outbox.arrived();
    this.#outbox.say({ type: "error", code: "protocol", message: `Cannot read message: ${why}` });
    this.#isDeaf = true;
    this.#socket.close(code, why);
  }

  /** The socket is gone. `left` when the phone closed it on purpose; otherwise it has the grace time to come back. */
  closed(left: boolean): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#cancelTimer?.();
    this.#then(() => left ? this.#goAway() : this.#fade(GRACE_TIME));
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

  /** Says something of the PBX's own, if the phone is registered. */
  tell(message: (party: Party) => PbxMessage): void {
    if (this.#registration) this.#outbox.write(message(this.#registration));
  }

  /** What the phone has not heard because it is away; `undefined` when it is there. */
  get unheard(): Words | undefined {
    const away = this.#fadesAt === undefined ? undefined : this.#registration;
    return away && { number: away.number, device: away.device, texts: this.#outbox.unheard };
  }

  /** A phone whose page sleeps with its socket open is gone, as if the socket were lost, after the same time. */
  listen(): void {
    if (this.#isInDoubt || !this.#isSilent()) return;
    this.#isInDoubt = true;
    this.#then(() => this.#vanish());
  }

  /** Takes nothing in any more. What it has heard is done, and what comes later counts as not arrived. */
  stopListening(): void {
    this.#isDeaf = true;
  }

  /** Ends the connection from the PBX's side; what has arrived is told, so that nobody says it again. */
  close(code: number, reason: string): void {
    if (this.#registration) this.#outbox.write({ type: "pong", received: this.#outbox.received });
    this.stopListening();
    this.#socket.close(code, reason);
  }

  /** Does something once all that was said before is done; what fails is logged, and stops nothing that comes after. */
  #then(task: () => Promise<void>): void {
    this.#queue = this.#queue.then(task).catch((error) => this.#log(error));
  }

  async #handle(text: string): Promise<void> {
    if (this.#isDeaf) return;
    // The phone may be replaced while we are at it.
    const from = this.#registration;
    let message: PhoneMessage;
    try {
      message = parsePhoneMessage(text);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#outbox.arrived();
      return this.#protocolError(error.message, error.field, aboutOfText(text));
    }
    if (isCounted(message.type)) this.#outbox.arrived();
    try {
      await this.#dispatch(message);
    } catch (error) {
      await this.#failed(error, aboutOf(message), from);
    }
  }

  /** A store that is ill, or a bug of ours: the phone is told so in any case. */
  async #failed(error: unknown, about: About, from: Registration | undefined): Promise<void> {
    this.#log(error, about.call);
    try {
      if (about.call !== undefined) await this.#parts.switchboard.spoilt(about.call, from);
    } finally {
      this.#outbox.say({ type: "error", code: "internal", message: "Cannot do this now", ...about });
    }
  }

  async #dispatch(message: PhoneMessage): Promise<void> {
    const waiting = () => this.#isDeaf ? Infinity : this.#waiting;
    const isGranted = !isTalk(message) || await this.#talk.grant(this.#parts.wait, waiting);
    if (this.#speaker && !isGranted) return this.#outbox.say(tooMany(message));
    if (this.#speaker) return await this.#hear(this.#speaker, message);
    // Before it has registered a phone may do nothing else.
    if (message.type === "register") await this.#register(message);
    else if (message.type === "ping") this.#pong(message);
    else this.#protocolError(`Cannot take ${message.type}: register first`, "type", aboutOf(message));
  }

  #hear(speaker: Registration, message: PhoneMessage): Promise<void> {
    if ("call" in message) return this.#parts.switchboard.handle(speaker, message);
    return dispatchFrom(Connection.#handlers, this, message);
  }

  /** What is said of no call; one table for all connections. */
  static readonly #handlers: HandlersFrom<Connection, Exclude<PhoneMessage, CallMessage>> = {
    register: (it) => Promise.resolve(it.#protocolError("Cannot register: this phone is registered", "type")),
    unregister: (it) => it.#goAway(),
    ready: (it, { ready }) => it.#change({ ready }),
    ping: (it, message) => Promise.resolve(it.#pong(message)),
    links: (it, message) => it.#parts.links.hear(it.#registration, message, it.#outbox),
    linking: (it, message) => it.#parts.links.hear(it.#registration, message, it.#outbox),
    history: async (it, message) =>
      it.#outbox.say(await historyAnswer(it.#parts.book, it.#speaker?.rights ?? [], message)),
  };

  async #register(message: Register): Promise<void> {
    const admission = await admit(this.#parts, this.#identity, message);
    if ("code" in admission) return this.#deny(admission);
    this.#admission = admission;
    const registration = await registrationOf(this.#parts, message, admission, this.#epoch);
    if (await isOvertaken(this.#parts.registrar, registration)) return this.#deny(REPLACED);
    this.#cancelTimer = void this.#cancelTimer?.();
    if (message.resume === undefined) {
      this.#parts.openings.opened(registration.number);
      await this.#parts.switchboard.forgotten(registration, message.takesUp === true);
    }
    const isResumed = await this.#takePlace(message, registration);
    await this.#welcome(registration, { ...message, elect: admission.elect, isResumed });
  }

  async #takePlace(message: Register, registration: Registration): Promise<boolean> {
    const { bus, registrar, parked } = this.#parts;
    await parked.ready;
    this.#subscriptions = await Promise.all([
      bus.subscribe(numberTopic(registration.number), (text) => this.#outbox.send(text)),
      bus.subscribe(deviceTopic(registration), (text) => parked.has(registration) || this.#outbox.send(text)),
      bus.subscribe(presenceTopic(registration.line), (text) => this.#outbox.show(text)),
      bus.subscribe(evictTopic(registration), (epoch) => epoch !== this.#epoch && this.#evicted()),
    ]);
    for (const text of parked.take(registration)) this.#outbox.send(text);
    const isResumed = await this.#takeUp(message, registration);
    await registrar.put(registration);
    this.#registration = registration;
    this.#isFresh = !isResumed && message.resume !== undefined;
    this.#parts.lines.set(registration.resume, this);
    this.#speaker = registration;
    bus.publish(evictTopic(registration), this.#epoch);
    return isResumed;
  }

  /** Takes up the line where an earlier connection left it, if it is here: nothing is lost or doubled, and who answered, answers. */
  async #takeUp({ resume, received }: Register, party: Party): Promise<boolean> {
    const earlier = received === undefined ? undefined : this.#parts.lines.get(resume ?? "");
    if (!earlier || !earlier.#isLineOf(party)) return false;
    earlier.#isDeaf = true;
    // One line is handled one message after the other, also when it goes on over another socket.
    await earlier.#queue;
    if (!earlier.#isLineOf(party)) return false;
    this.#mustSpeakBy = earlier.#fadesAt ?? earlier.#mustSpeakBy;
    this.#heardAt = earlier.#heardAt && this.#parts.now();
    earlier.#release();
    earlier.#socket.close(1008, "replaced");
    // Whoever has never heard of the line that began here counts by an older one.
    this.#outbox.takeUp(earlier.#outbox, earlier.#isFresh ? 0 : received ?? 0);
    return !earlier.#isFresh;
  }

  #isLineOf({ number, device }: Party): boolean {
    return this.#registration?.number === number && this.#registration.device === device;
  }

  /** A newer connection of this device is there; it has taken up this line, or the phone was opened elsewhere. */
  #evicted(): void {
    this.#isOpen ? this.#deny(REPLACED) : this.#release();
  }

  async #welcome(registration: Registration, { elect, watch = false, isResumed }: Welcome): Promise<void> {
    const { number, line } = registration;
    await this.#parts.directory.changed(line, number);
    if (seesAll(registration, watch)) await this.#watch();
    const received = isResumed ? this.#outbox.received : undefined;
    this.#outbox.writeText(await registeredText(this.#parts, { registration, elect, watch, received }));
    this.#outbox.open();
    // The reply shows that it answers, so that its silence means something from now on.
    this.tell(() => PROBING);
    this.#parts.log("info", "registered", { number, line, phones: this.#parts.count() });
  }

  async #watch(): Promise<void> {
    const unsubscribe = await this.#parts.bus.subscribe(SESSIONS_TOPIC, (text) => this.#outbox.show(text));
    // It may have been replaced meanwhile.
    if (this.#registration) this.#subscriptions.push(unsubscribe);
    else unsubscribe();
  }

  async #change(change: Partial<Registration>): Promise<void> {
    const registration = this.#registration;
    if (!registration || !await this.#parts.registrar.update(registration, change, this.#epoch)) return;
    await this.#parts.directory.changed(registration.line, registration.number);
  }

  #pong({ received }: Of<PhoneMessage, "ping">): void {
    this.#heardAt = this.#parts.now();
    if (received !== undefined) this.#outbox.settle(received);
    this.#outbox.write({ type: "pong", received: this.#outbox.received });
  }

  /** The page goes: its phone leaves, unless the page is being opened again and is to have its calls back (a reload). */
  async #goAway(): Promise<void> {
    const { number } = this.#registration ?? {};
    if (number !== undefined && this.#parts.openings.isOpening(number)) await this.#fade(RELOAD_TIME);
    else await this.#leave();
  }

  /** The phone leaves the line: it is gone at once, and so are its calls. */
  async #leave(): Promise<void> {
    if (!await this.#takeOff(true)) return;
    // Whoever registers again over this socket is somebody new.
    this.#speaker = undefined;
    this.#outbox.renew();
  }

  /** Ends registration and calls of the phone, which has left or was lost; `false` when others have done so. */
  async #takeOff(left: boolean): Promise<boolean> {
    const { registrar, switchboard, directory } = this.#parts;
    const registration = this.#release();
    if (!registration || !(await registrar.remove(registration, this.#epoch))) return false;
    await switchboard.gone(registration, left);
    await directory.changed(registration.line, registration.number);
    return true;
  }

  #isSilent(): boolean {
    const isThere = this.#isOpen && this.#registration !== undefined && this.#heardAt !== undefined;
    return isThere && this.#parts.now() - (this.#heardAt ?? 0) >= SILENCE;
  }

  async #vanish(): Promise<void> {
    this.#isInDoubt = false;
    // What it has said is handled by now, and may have been a sign of life.
    if (!this.#isSilent()) return;
    this.#isDeaf = true;
    try {
      await this.#takeOff(false);
    } finally {
      this.#socket.close(1001, "silent");
    }
  }

  /** The socket was lost: nobody is to elect this phone, but it may come back and be the same. Until then we listen. */
  async #fade(patience: number): Promise<void> {
    if (!this.#registration) return void this.#release();
    // A page that has said goodbye closes its socket as well.
    if (this.#fadesAt !== undefined) return;
    this.#fadesAt = Math.min(this.#parts.now() + patience, this.#mustSpeakBy);
    await this.#change({ ready: false, away: true, expires: this.#fadesAt });
  }

  /** The key or token is dead: the phone leaves the line, and is told why. */
  async #expel(denial: Denial): Promise<void> {
    try {
      await this.#leave();
    } finally {
      this.#deny(denial);
    }
  }

  #release(): Registration | undefined {
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    const registration = this.#registration;
    this.#registration = undefined;
    const { lines, links } = this.#parts;
    if (registration) links.leave(registration);
    if (registration && lines.get(registration.resume) === this) lines.delete(registration.resume);
    if (!this.#isOpen) this.#parts.forget(this);
    return registration;
  }

  #deny({ code, message }: Denial): void {
    this.#outbox.forget();
    this.#outbox.write({ type: "denied", code, message });
    this.#parts.log("info", "denied", { code });
    this.#isDeaf = true;
    this.#release();
    this.#socket.close(1008, code);
  }

  /** The other programmer's mistake: said in words that name the field, then the socket is closed. */
  #protocolError(message: string, field: string, about: About = {}): void {
    this.#outbox.say({ type: "error", code: "protocol", message, ...(field && { field }), ...about });
    this.#isDeaf = true;
    this.#parts.log("info", "protocol-error", { field });
    this.#socket.close(1002, "protocol error");
  }

  /** A store that is ill, or a bug of ours: the others notice nothing. */
  #log(error: unknown, call?: string): void {
    const stack = error instanceof Error ? error.stack : String(error);
    this.#parts.log("error", "connection", { number: this.#registration?.number, call, error: stack });
  }

  /** The phone never says what has arrived, or was away for too much: it may come back to a new line. */
  #drop(): void {
    this.#release();
    this.#outbox.forget();
    if (this.#isOpen) this.#socket.close(1013, "acknowledges nothing");
  }
}
