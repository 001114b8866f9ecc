/**
 * The phone's end of its line to the PBX: a socket that is made anew whenever it dies, and an account of what was said
 * over it, so that nothing is lost or doubled. What is said is not its business.
 *
 * @module
 */
import { Delivery, isCounted, mayComeTwice } from "../protocol/delivery.ts";
import {
  MessageError,
  type Of,
  parsePbxMessage,
  type PbxMessage,
  type PhoneMessage,
} from "../protocol/messages.ts";
import type { Browser, Socket } from "./browser.ts";

/** What a line hears and passes on; the rest is its own business. */
export type Heard = Exclude<PbxMessage, { type: "probe" | "restart" }>;

/** Whom a line serves. */
export interface LineOwner {
  /** The first thing to say over every new socket. */
  register(): PhoneMessage;
  hear(message: Heard): void;
  /** The socket is being made, or is gone until the next try. */
  moved(to: "connecting" | "offline"): void;
  /** Whether there are calls, which wait for the line. */
  isBusy(): boolean;
}

/** How a line is watched, in milliseconds. */
interface Pace {
  /** How often it is probed while nothing is heard. */
  readonly every: number;
  /** How long the answer may take at least. */
  readonly patience: number;
  /** How long a new socket and the registration over it may take: a slow network, a busy PBX. */
  readonly connecting: number;
  /** The longest pause before the next try, after one that nobody answered; after one that was refused it is longer. */
  readonly pause: number;
}

const CALM: Pace = { every: 15_000, patience: 4000, connecting: 15_000, pause: 5000 };

/** In a call the line is back within two seconds of the network: as long as it takes to notice, and one lost packet. */
const BUSY: Pace = { every: 400, patience: 800, connecting: 1500, pause: 250 };

/** How long a line may take to answer that is doubted for a reason, in milliseconds. */
const DOUBT = 300;

/** After so many tries in a call the network is given more time. */
const HASTY_TRIES = 20;

/** After so many messages the PBX is told that they have arrived, and need not remember them. */
const ACKNOWLEDGE = 32;

/**
 * So many messages are remembered after they have arrived: a PBX that is killed takes with it what it had not passed on,
 * and is told again.
 */
const MOST_ARRIVED = 96;

/** The wait before the n-th try to connect again, in milliseconds: doubling, at most `most`, with jitter. */
export function backoff(attempt: number, random: number, most: number): number {
  return Math.min(most, 250 * 2 ** attempt) * (0.5 + random / 2);
}

/** A line. Open it with {@linkcode Line.open}; it stays until it is closed. */
export class Line {
  readonly #browser: Browser;
  readonly #owner: LineOwner;
  #url: string | undefined;
  #socket: Socket | undefined;
  /** Whether the PBX has registered this phone over the present socket. */
  #isUp = false;
  #resume: string | undefined;
  #delivery = new Delivery();
  /** What has arrived at the PBX last and may be told again. */
  #arrived: string[] = [];
  #attempt = 0;
  /** How long the PBX has asked to stay away, in milliseconds. */
  #pause: number | undefined;
  /** How long an answer takes, as a rule, in milliseconds. */
  #roundTrip = 0;
  #askedAt: number | undefined;
  #cancelTimer: () => void = () => {};
  #stopListening: () => void = () => {};

  constructor(browser: Browser, owner: LineOwner) {
    this.#browser = browser;
    this.#owner = owner;
  }

  /** The words by which an earlier registration is taken up again, if there was one. */
  get earlier(): { readonly resume: string; readonly received: number } | undefined {
    return this.#resume === undefined
      ? undefined
      : { resume: this.#resume, received: this.#delivery.received };
  }

  /** Connects to a `ws:` or `wss:` URL, and again after every loss. */
  open(url: string): void {
    this.#url = url;
    this.#stopListening = this.#browser.onWake(() => this.#wake());
    this.#connect();
  }

  /** Ends the line, with a last word if there is somebody to hear it. */
  close(goodbye?: PhoneMessage): void {
    if (goodbye && this.#isUp) this.#socket?.send(JSON.stringify(goodbye));
    this.#url = undefined;
    this.#resume = undefined;
    this.#delivery = new Delivery();
    this.#arrived = [];
    this.#cancelTimer();
    this.#stopListening();
    this.#drop();
  }

  /** Says something, as soon as the line is up. */
  send(message: PhoneMessage): void {
    if (this.#url === undefined) return;
    const text = JSON.stringify(message);
    if (isCounted(message.type)) this.#delivery.sent(text);
    if (this.#isUp) this.#socket?.send(text);
  }

  /** Asks for a `pong`; unless something is heard in time, the line is made anew. */
  probe(patience = DOUBT): void {
    if (!this.#isUp) return;
    this.#askedAt ??= this.#browser.now();
    this.#ping();
    this.#expectAnswer(Math.max(patience, 4 * this.#roundTrip));
  }

  /** What was said and has not arrived; it is said again. */
  unsaid({ received }: Of<PbxMessage, "registered">): readonly PhoneMessage[] {
    // Whoever waits for an answer offers again.
    if (received === undefined) this.#delivery.restart(this.#arrived.splice(0));
    else this.#settle(received);
    return this.#delivery.rest().map((text) => JSON.parse(text));
  }

  /** The PBX has registered this phone: what waits goes out. */
  up({ resume }: Of<PbxMessage, "registered">): void {
    this.#attempt = 0;
    this.#resume = resume;
    this.#isUp = true;
    for (const text of this.#delivery.rest()) this.#socket?.send(text);
  }

  get #pace(): Pace {
    return this.#owner.isBusy() ? BUSY : CALM;
  }

  #connect(): void {
    if (this.#url === undefined) return;
    this.#cancelTimer();
    this.#drop();
    this.#owner.moved("connecting");
    const socket = this.#browser.openSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.#owner.register()));
    socket.onmessage = ({ data }) => this.#hear(data);
    // Who is refused takes no time to be; and browsers hold back whoever comes too often.
    socket.onclose = () => socket === this.#socket && this.#lost(Math.min(CALM.pause, this.#pace.connecting));
    const { connecting } = this.#attempt < HASTY_TRIES ? this.#pace : CALM;
    this.#expectAnswer(Math.max(connecting, 8 * this.#roundTrip));
  }

  #hear(text: string): void {
    this.#cancelTimer();
    const { every, patience } = this.#pace;
    this.#cancelTimer = this.#browser.after(every, () => this.probe(patience));
    try {
      const message = parsePbxMessage(text);
      if (isCounted(message.type)) this.#count();
      if (message.type === "pong") this.#settle(message.received);
      if (message.type === "restart") this.#pause = message.after;
      else if (message.type === "probe") this.#ping();
      else this.#owner.hear(message);
    } catch (error) {
      // A message of a later version has arrived all the same.
      if (error instanceof MessageError) this.#count();
      this.#browser.report(error);
    }
  }

  #settle(received = 0): void {
    const arrived = [...this.#arrived, ...this.#delivery.settle(received).filter(mayComeTwice)];
    this.#arrived = arrived.slice(-MOST_ARRIVED);
    if (this.#askedAt === undefined) return;
    // A quarter of it is new: one slow answer makes nobody patient for long.
    this.#roundTrip += (this.#browser.now() - this.#askedAt - this.#roundTrip) / 4;
    this.#askedAt = undefined;
  }

  #count(): void {
    // Before it is registered a phone only hears why it is not.
    if (!this.#isUp) return;
    this.#delivery.arrived();
    if (this.#delivery.received % ACKNOWLEDGE === 0) this.#ping();
  }

  #ping(): void {
    this.send({ type: "ping", received: this.#delivery.received });
  }

  #lost(most: number): void {
    this.#drop();
    this.#cancelTimer();
    const wait = this.#pause ?? backoff(this.#attempt, this.#browser.random(), most);
    this.#attempt++;
    this.#pause = undefined;
    this.#cancelTimer = this.#browser.after(wait, () => this.#connect());
    this.#owner.moved("offline");
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isUp = false;
    this.#askedAt = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** After sleep the socket may say it is open and be dead: its word is no evidence. A try under way may be as dead. */
  #wake(): void {
    if (this.#isUp) this.probe(this.#pace.patience);
    else if (this.#attempt > 0 || !this.#socket) this.#connect();
  }

  #expectAnswer(patience: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#browser.after(patience, () => this.#lost(this.#pace.pause));
  }
}
