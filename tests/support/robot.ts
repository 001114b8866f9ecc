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
  readonly properties?: Record<string, unknown>;
  readonly ready?: boolean;
}

let count = 0;

/** A robot that is connected to an office. */
export class Robot {
  readonly heard: PbxMessage[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly device: string;
  readonly #connection: Connection;

  constructor(office: Office, options: RobotOptions = {}) {
    this.device = options.device ?? `device-${String(++count).padStart(8, "0")}`;
    const agents = new Set(options.number === undefined ? [] : [options.number]);
    this.#connection = office.exchange.connect({ agents, origin: options.origin }, {
      send: (text) => this.heard.push(JSON.parse(text)),
      close: (code, reason) => {
        this.closed = { code, reason };
        this.#connection.closed(false);
      },
    });
  }

  /** Connects and registers. */
  static async register(office: Office, options: RobotOptions = {}): Promise<Robot> {
    const robot = new Robot(office, options);
    const { number, token = "Webphone1", resume, properties, ready } = options;
    await robot.say({
      type: "register",
      device: robot.device,
      ...(number === undefined ? { token } : { number }),
      ...(resume !== undefined && { resume }),
      ...(properties && { properties }),
      ...(ready !== undefined && { ready }),
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

  /** How somebody stands, as far as this robot was told. */
  statusOf(number: string): string | undefined {
    const snapshot = this.last("registered")?.presence ?? [];
    const changes = this.all("presence").flatMap(({ changes }) => changes);
    return [...snapshot, ...changes].findLast((entry) => entry.number === number)?.status;
  }

  /** The number that the PBX gave or confirmed. */
  get number(): string {
    return this.last("registered")?.number ?? "";
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
