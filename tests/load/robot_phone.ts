/**
 * A phone with no person and no media: it speaks the protocol over a real socket, and comes back when it was lost.
 *
 * @module
 */
import { Delivery, isCounted } from "../../protocol/delivery.ts";
import type { PbxMessage, PhoneMessage } from "../../protocol/messages.ts";
import { RawSocket } from "./raw_socket.ts";

/** Who a robot is: an agent by number and key, or a web client of a line. */
export type RobotIdentity = { readonly number: string; readonly key: string } | { readonly line: string };

/** What a robot tells its owner. */
export interface RobotOwner {
  readonly heard: (message: PbxMessage) => void;
  /** It was thrown out, or the PBX knows nothing of its earlier line. */
  readonly complain: (what: string) => void;
}

/** A word for a call, a device or a message. */
export const newId = (): string => crypto.randomUUID();

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** After so many messages a robot says that they have arrived, as phones do. */
const ACKNOWLEDGE = 32;

/** How long a robot waits to be registered, in milliseconds. */
const PATIENCE = 30_000;

/** One robot. */
export class RobotPhone {
  /** The number that the PBX gave or confirmed. */
  number = "";
  readonly device: string = newId();
  /** How many times its socket was lost. */
  losses = 0;
  readonly #port: number;
  readonly #identity: RobotIdentity;
  readonly #owner: RobotOwner;
  readonly #decoder = new TextDecoder();
  #delivery = new Delivery();
  #socket: RawSocket | undefined;
  #resume: string | undefined;
  #isOnLine = false;
  #registered = Promise.withResolvers<void>();

  constructor(port: number, identity: RobotIdentity, owner: RobotOwner) {
    this.#port = port;
    this.#identity = identity;
    this.#owner = owner;
  }

  /** Comes on line, or back; resolves once it is registered. */
  async connect(): Promise<void> {
    this.#registered = Promise.withResolvers();
    const socket: RawSocket = await RawSocket.open({ port: this.#port, path: "/socket" }, {
      heard: (data, start, end) => this.#hear(socket, this.#decoder.decode(data.subarray(start, end))),
      closed: (why) => this.#closed(socket, why),
    });
    this.#socket = socket;
    socket.send(JSON.stringify(this.#register()));
    const patience = setTimeout(
      () => this.#registered.reject(new Error("Cannot register: no answer")),
      PATIENCE,
    );
    await this.#registered.promise.finally(() => clearTimeout(patience));
  }

  /** Says something; while there is no socket it is kept, and said once it is back. */
  say(message: PhoneMessage): void {
    const text = JSON.stringify(message);
    if (isCounted(message.type)) this.#delivery.sent(text);
    if (this.#isOnLine) this.#socket?.send(text);
  }

  /** Loses its socket without a word, and comes back after so many milliseconds. */
  async lose(milliseconds: number): Promise<void> {
    this.losses++;
    this.#drop();
    await wait(milliseconds);
    await this.connect();
  }

  /** Leaves the line for good. */
  leave(): void {
    this.say({ type: "unregister" });
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(1000);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isOnLine = false;
    socket?.kill();
  }

  #register(): PhoneMessage {
    const identity = "line" in this.#identity
      ? { token: this.#identity.line }
      : { token: this.#identity.number, properties: { Password: this.#identity.key } };
    const back = this.#resume !== undefined && { resume: this.#resume, received: this.#delivery.received };
    return { type: "register", device: this.device, ...identity, ...back };
  }

  #hear(socket: RawSocket, text: string): void {
    // What a socket brought that was given up counts as not heard.
    if (socket !== this.#socket) return;
    const message: PbxMessage = JSON.parse(text);
    if (isCounted(message.type)) this.#count();
    if (message.type === "registered") this.#welcomed(message);
    else if (message.type === "probe") this.#ping();
    else if (message.type === "pong") this.#delivery.settle(message.received ?? 0);
    else if (message.type === "denied") this.#owner.complain(`denied: ${message.code}`);
    this.#owner.heard(message);
  }

  #count(): void {
    this.#delivery.arrived();
    if (this.#delivery.received % ACKNOWLEDGE === 0) this.#ping();
  }

  #welcomed({ number, resume, received }: Extract<PbxMessage, { type: "registered" }>): void {
    if (this.#resume !== undefined && received === undefined) this.#owner.complain("its line was forgotten");
    if (received === undefined) this.#delivery.restart();
    else this.#delivery.settle(received);
    this.number = number;
    this.#resume = resume;
    this.#isOnLine = true;
    for (const text of this.#delivery.rest()) this.#socket?.send(text);
    this.#registered.resolve();
  }

  #closed(socket: RawSocket, why: string): void {
    if (socket !== this.#socket) return;
    this.#isOnLine = false;
    this.#owner.complain(`its socket was closed: ${why}`);
    this.#registered.reject(new Error("Cannot register: the PBX closed the socket"));
  }

  #ping(): void {
    if (this.#isOnLine) {
      this.#socket?.send(JSON.stringify({ type: "ping", received: this.#delivery.received }));
    }
  }
}
