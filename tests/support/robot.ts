/**
 * A phone with no phone in it: it says to the PBX just what a test tells it to, and keeps what it hears.
 *
 * @module
 */
import type { Connection } from "../../pbx/connection.ts";
import type { Of, PbxMessage, PhoneMessage } from "../../protocol/messages.ts";
import { settle } from "./clock.ts";
import type { Office } from "./office.ts";

/** How a robot registers; with no number as a web client of `Webphone1`. */
export interface RobotOptions {
  readonly number?: string;
  readonly device?: string;
  readonly token?: string;
  /** The origin of its page. */
  readonly origin?: string;
  readonly resume?: string;
  readonly received?: number;
  readonly properties?: Record<string, unknown>;
  readonly ready?: boolean;
  readonly watch?: boolean;
}

let count = 0;

/** A robot that is connected to an office. */
export class Robot {
  readonly heard: PbxMessage[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly device: string;
  /** The number that the PBX gave or confirmed. */
  number = "";
  readonly #connection: Connection;

  constructor(office: Office, options: RobotOptions = {}) {
    this.device = options.device ?? `device-${String(++count).padStart(8, "0")}`;
    const agents = new Set(options.number === undefined ? [] : [options.number]);
    this.#connection = office.exchange.connect({ agents, origin: options.origin }, {
      send: (text) => this.#hear(JSON.parse(text)),
      close: (code, reason) => {
        this.closed = { code, reason };
        // The PBX may close the socket before it answers.
        this.#connection?.closed(false);
      },
    });
    if (this.closed) this.#connection.closed(false);
  }

  /** Connects and registers. */
  static async register(office: Office, options: RobotOptions = {}): Promise<Robot> {
    const robot = new Robot(office, options);
    const { number, token = "Webphone1", resume, received, properties, ready, watch } = options;
    await robot.say({
      type: "register",
      device: robot.device,
      ...(number === undefined ? { token } : { number }),
      ...(resume !== undefined && { resume }),
      ...(received !== undefined && { received }),
      ...(properties && { properties }),
      ...(ready !== undefined && { ready }),
      ...(watch !== undefined && { watch }),
    });
    return robot;
  }

  /** Says something and waits until the PBX has done with it. */
  async say(message: PhoneMessage): Promise<void> {
    await this.saw(JSON.stringify(message));
  }

  /** Sends a text as it is. */
  async saw(text: string): Promise<void> {
    this.#connection.receive(text);
    await settle();
  }

  /** Says several things at once, with no wait between them. */
  blurt(...messages: PhoneMessage[]): void {
    for (const message of messages) this.#connection.receive(JSON.stringify(message));
  }

  /** Loses its socket (`left` when it closed it on purpose). */
  async lose(left = false): Promise<void> {
    this.#connection.closed(left);
    await settle();
  }

  /** What was heard of a type, oldest first. */
  all<T extends PbxMessage["type"]>(type: T): Of<PbxMessage, T>[] {
    return this.heard.filter((message): message is Of<PbxMessage, T> => message.type === type);
  }

  /** The last message of a type. */
  last<T extends PbxMessage["type"]>(type: T): Of<PbxMessage, T> | undefined {
    return this.all(type).at(-1);
  }

  /** What was heard of one call, oldest first: types, with what tells one from another of its kind. */
  of(call: string): string[] {
    return this.heard.flatMap((message) => {
      if (!("call" in message) || message.call !== call) return [];
      const { type } = message;
      if (type === "hangup") return [`hangup ${message.reason}`];
      if (type === "error") return [`error ${message.code}`];
      if (type === "refer") return [`refer ${message.to}`];
      return [type];
    });
  }

  /** How somebody stands, as far as this robot was told. */
  statusOf(number: string): string | undefined {
    const snapshot = this.last("registered")?.presence ?? [];
    const changes = this.all("presence").flatMap(({ changes }) => changes);
    return [...snapshot, ...changes].findLast((entry) => entry.number === number)?.status;
  }

  #hear(message: PbxMessage): void {
    this.heard.push(message);
    if (message.type === "registered") this.number = message.number;
  }
}

/** A name for a call. */
export const callId = (name: string): string => `call-${name}`.padEnd(12, "-");

/** Two agents on line, the first one dialling the second one, who has two devices unless the call is to be early. */
export async function dialled(office: Office, { early = false } = {}) {
  const caller = await Robot.register(office, { number: "1001" });
  const callee = await Robot.register(office, { number: "1002" });
  const second = early ? undefined : await Robot.register(office, { number: "1002" });
  await caller.say({ type: "invite", call: callId("one"), to: "1002", offer: "the offer" });
  return { caller, callee, second };
}

/** Puts `caller` through to `callee`, and lets both forget how that went. */
export async function connected(caller: Robot, callee: Robot, call: string = callId("one")): Promise<void> {
  await caller.say({ type: "invite", call, to: callee.number, offer: "the offer" });
  await callee.say({ type: "accept", call });
  caller.heard.length = callee.heard.length = 0;
}

/** Agents on line, by the last digit of their numbers. */
export async function agents(office: Office, ...numbers: readonly string[]): Promise<Robot[]> {
  const robots = [];
  for (const number of numbers) robots.push(await Robot.register(office, { number }));
  return robots;
}
