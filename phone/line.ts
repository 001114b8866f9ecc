/**
 * The phone's end of its line to the PBX: a socket that is made anew whenever it dies, and an account of what was said
 * over it, so that nothing is lost or doubled. What is said is not its business.
 *
 * @module
 */
import { Delivery, isCounted } from "../protocol/delivery.ts";
import {
  MessageError,
  type Of,
  parsePbxMessage,
  type PbxMessage,
  type PhoneMessage,
} from "../protocol/messages.ts";
import type { Browser, Socket } from "./browser.ts";

/** Whom a line serves. */
export interface LineOwner {
  /** The first thing to say over every new socket. */
  register(): PhoneMessage;
  hear(message: PbxMessage): void;
  /** The socket is being made, or is gone until the next try. */
  moved(to: "connecting" | "offline"): void;
}

/** How often the line is probed while nothing is heard, and how long the answer may take, in milliseconds. */
const PROBE = { every: 15_000, patience: 4_000 };

/** How long a new socket and the registration over it may take, in milliseconds: a slow network, a busy PBX. */
const CONNECTING = 15_000;

/** After so many messages the PBX is told that they have arrived, and need not remember them. */
const ACKNOWLEDGE = 32;

/** The wait before the n-th try to connect again, in milliseconds: doubling, at most 5 s, with jitter. */
export function backoff(attempt: number, random: number): number {
  return Math.min(5000, 250 * 2 ** attempt) * (0.5 + random / 2);
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
  #attempt = 0;
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

  /** What was said and has not arrived; it is said again. */
  unsaid({ received }: Of<PbxMessage, "registered">): readonly PhoneMessage[] {
    if (received === undefined) this.#delivery.restart();
    else this.#delivery.settle(received);
    return this.#delivery.rest().map((text) => JSON.parse(text));
  }

  /** The PBX has registered this phone: what waits goes out. */
  up({ resume }: Of<PbxMessage, "registered">): void {
    this.#attempt = 0;
    this.#resume = resume;
    this.#isUp = true;
    for (const text of this.#delivery.rest()) this.#socket?.send(text);
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
    socket.onclose = () => socket === this.#socket && this.#lost();
    this.#expectAnswer(CONNECTING);
  }

  #hear(text: string): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#browser.after(PROBE.every, () => this.#probe());
    try {
      const message = parsePbxMessage(text);
      if (isCounted(message.type)) this.#count();
      if (message.type === "pong") this.#delivery.settle(message.received ?? 0);
      if (message.type === "probe") this.#ping();
      this.#owner.hear(message);
    } catch (error) {
      // A message of a later version has arrived all the same.
      if (error instanceof MessageError) this.#count();
      this.#browser.report(error);
    }
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

  #lost(): void {
    this.#drop();
    this.#cancelTimer();
    this.#cancelTimer = this.#browser.after(
      backoff(this.#attempt++, this.#browser.random()),
      () => this.#connect(),
    );
    this.#owner.moved("offline");
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isUp = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** After sleep the socket may say it is open and be dead: its word is no evidence. */
  #wake(): void {
    if (this.#isUp) this.#probe();
    else if (!this.#socket) this.#connect();
  }

  #probe(): void {
    this.#ping();
    this.#expectAnswer(PROBE.patience);
  }

  #expectAnswer(patience: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#browser.after(patience, () => this.#lost());
  }
}
