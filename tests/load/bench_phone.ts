/**
 * A phone of the bench: registered like any other, and then as cheap as can be, for what it costs itself must not be
 * seen in what is measured.
 *
 * @module
 */
import { isCounted } from "../../protocol/delivery.ts";
import type { PbxMessage, PhoneMessage } from "../../protocol/messages.ts";
import { RawSocket, textFrame } from "./raw_socket.ts";

/** After so many messages the PBX is told that they have arrived, as a real phone does. */
const ACKNOWLEDGE = 32;

/** `{"type":"` comes first in every message, and the letter after it tells what need not be read. */
const LETTER = 9;
const letterOf = (type: PbxMessage["type"]): number => type.charCodeAt(0);
const [PROBE, CANDIDATE, OFFER, MESSAGE] = (["probe", "candidate", "offer", "message"] as const).map(
  letterOf,
);
const PING = textFrame(JSON.stringify({ type: "ping" }));

/** One phone. */
export class BenchPhone {
  /** The number that the PBX gave. */
  number = "";
  /** Called for each message of a call that is passed on. */
  arrived: () => void = () => {};
  readonly #socket: RawSocket;
  readonly #decoder = new TextDecoder();
  readonly #heard: PbxMessage[] = [];
  #count = 0;
  #wake: () => void = () => {};

  private constructor(socket: RawSocket) {
    this.#socket = socket;
  }

  /** Registers a web client of `line`. */
  static async register(port: number, line: string, name: string): Promise<BenchPhone> {
    const socket: RawSocket = await RawSocket.open({ port, path: "/socket" }, {
      heard: (data, start, end) => phone.#hear(data, start, end),
    });
    const phone = new BenchPhone(socket);
    phone.say({ type: "register", device: `device-${name}`, token: line });
    const { number } = await phone.next("registered");
    phone.number = number;
    return phone;
  }

  /** Says something. */
  say(message: PhoneMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Says what was made before. */
  write(frame: Uint8Array<ArrayBuffer>): void {
    this.#socket.write(frame);
  }

  /** Waits until a message of this type has come. Throws when it does not. */
  async next<T extends PbxMessage["type"]>(type: T): Promise<Extract<PbxMessage, { type: T }>> {
    const isIt = (message: PbxMessage): message is Extract<PbxMessage, { type: T }> => message.type === type;
    for (;;) {
      const index = this.#heard.findIndex(isIt);
      const message = this.#heard.splice(0, index + 1).findLast(isIt);
      if (message) return message;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Ends the connection without a word. */
  kill(): void {
    this.#socket.kill();
  }

  #hear(data: Uint8Array, start: number, end: number): void {
    const letter = data[start + LETTER];
    if (letter === CANDIDATE || letter === OFFER || letter === MESSAGE) {
      this.#counted();
      return this.arrived();
    }
    // A pong and presence need no more than a look, and a probe wants an answer.
    if (letter === PROBE && data[start + LETTER + 2] !== "o".charCodeAt(0)) return;
    const message: PbxMessage = JSON.parse(this.#decoder.decode(data.subarray(start, end)));
    if (message.type === "probe") return this.write(PING);
    if (isCounted(message.type)) this.#counted();
    this.#heard.push(message);
    this.#wake();
  }

  #counted(): void {
    this.#count++;
    if (this.#count % ACKNOWLEDGE === 0) this.say({ type: "ping", received: this.#count });
  }
}

/** Puts one phone through to another one. */
export async function connect(caller: BenchPhone, callee: BenchPhone, call: string): Promise<void> {
  caller.say({ type: "invite", call, to: callee.number, offer: "v=0" });
  await callee.next("invite");
  callee.say({ type: "accept", call, answer: "v=0" });
  await caller.next("accept");
}
