/**
 * What robots do all day: they call one another, talk, hold, press keys, lose their network and hang up, each as the
 * dice fall. What was said in a call is answered there, so that a lost or a doubled message is seen.
 *
 * @module
 */
import type { Of, PbxMessage } from "../../protocol/messages.ts";
import { newId, type RobotIdentity, RobotPhone } from "./robot_phone.ts";

/** What became of all that a robot did. */
export interface Tally {
  /** Calls that it has dialled. */
  dialled: number;
  /** Those of them that were established. */
  established: number;
  /** Those that came to nothing, by the reason that was told. */
  readonly endings: Record<string, number>;
  /** Messages that were written, and answered by the other side. */
  answered: number;
  /** What must not be, in words. */
  readonly faults: string[];
}

/** A call as a robot knows it. */
interface Talk {
  readonly id: string;
  /** What was heard of it and not yet looked at. */
  readonly heard: CallMessage[];
  /** Ids of messages that were heard, to find doubles. */
  readonly known: Set<string>;
  wake: () => void;
  isOver: boolean;
}

type CallMessage = Extract<PbxMessage, { call: string }>;

/** How long the other side may take to answer what is written to it, in milliseconds. */
const ANSWER = 30_000;
/** How long a robot lets it ring, in milliseconds. */
const RING = 30_000;
/** The dice of a day: how often, out of 1. */
const ODDS = {
  reject: 0.12,
  ignore: 0.1,
  cancel: 0.12,
  lose: 0.08,
  hangUpAsCallee: 0.3,
  another: 0.7,
  anybody: 0.15,
} as const;
/** As long as a description of a call with sound and picture. */
const SDP = "v=0\r\n".padEnd(3000, "a=candidate:1 1 udp 2122260223 192.0.2.7 54321 typ host\r\n");

const pause = (least: number, most: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, least + Math.random() * (most - least)));
const dice = (odds: number): boolean => Math.random() < odds;

/** One robot's life, from `start` until `stop`. */
export class RobotLife {
  readonly phone: RobotPhone;
  readonly tally: Tally = { dialled: 0, established: 0, endings: {}, answered: 0, faults: [] };
  readonly #others: () => readonly RobotLife[];
  readonly #talks = new Map<string, Talk>();
  #isStopped = false;
  #living: Promise<void> = Promise.resolve();
  /** Whether it is at its phone: dialling, or called. */
  #isBusy = false;
  #isLost = false;

  constructor(port: number, identity: RobotIdentity, others: () => readonly RobotLife[]) {
    this.#others = others;
    this.phone = new RobotPhone(port, identity, {
      heard: (message) => this.#hear(message),
      complain: (what) => this.#isStopped || this.#fault(what),
    });
  }

  /** Begins to call others. */
  start(): void {
    this.#living = this.#live().catch((error) => this.#fault(String(error)));
  }

  /** Hangs up what it is in, and calls nobody any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#living;
    for (const talk of this.#talks.values()) this.#hangUp(talk);
  }

  async #live(): Promise<void> {
    while (!this.#isStopped) {
      await pause(200, 1200);
      if (this.#isBusy || this.#isStopped) continue;
      this.#isBusy = true;
      await this.#dial();
      this.#isBusy = false;
    }
  }

  async #dial(): Promise<void> {
    const to = this.#choose();
    if (to === undefined) return;
    const call = this.#open(newId());
    this.tally.dialled++;
    this.phone.say({ type: "invite", call: call.id, to, offer: SDP });
    const first = await this.#next(call, ["ringing", "accept", "joined", "hangup"], RING);
    const isGivenUp = first?.type === "ringing" && dice(ODDS.cancel);
    const last = first?.type === "ringing" && !isGivenUp
      ? await this.#next(call, ["accept", "joined", "hangup"], 3000)
      : first;
    if (!first) this.#fault(`nobody told what becomes of a call to ${to}`);
    // Two that dial one another are one call, by the other one's name.
    const talk = last?.type === "joined" ? this.#open(last.into) : call;
    if (last?.type === "joined") this.#close(call);
    if (last?.type === "accept" || last?.type === "joined") await this.#talk(talk);
    else if (last?.type !== "hangup") this.#hangUp(talk);
  }

  /** Mostly somebody who is free; now and then anybody, who may be busy. */
  #choose(): string | undefined {
    const others = this.#others().filter((robot) => robot !== this);
    const free = dice(ODDS.anybody) ? others : others.filter((robot) => !robot.#isBusy);
    return free[Math.floor(Math.random() * free.length)]?.phone.number;
  }

  async #talk(talk: Talk): Promise<void> {
    this.tally.established++;
    do {
      this.#negotiate(talk);
      await this.#write(talk);
      if (!talk.isOver) await this.#fiddle(talk);
    } while (!talk.isOver && !this.#isStopped && dice(ODDS.another));
    await pause(20, 200);
    this.#hangUp(talk);
  }

  async #fiddle({ id }: Talk): Promise<void> {
    if (dice(ODDS.lose)) await this.#lose();
    this.phone.say({ type: "hold", call: id });
    await pause(10, 100);
    this.phone.say({ type: "unhold", call: id });
    this.phone.say({ type: "dtmf", call: id, key: "5" });
    await pause(10, 100);
  }

  #negotiate({ id }: Talk): void {
    const candidate = "candidate:1 1 udp 2122260223 192.0.2.7 54321 typ host";
    this.phone.say({
      type: "candidate",
      call: id,
      candidates: [{ candidate, sdpMid: "0", sdpMLineIndex: 0 }],
    });
    this.phone.say({ type: "media", call: id, microphone: true, camera: dice(0.5) });
  }

  /** Says something that the other side answers with the same word. */
  async #write(talk: Talk): Promise<void> {
    const id = newId();
    this.phone.say({ type: "message", call: talk.id, id, text: "ask" });
    const isAnswer = (message: CallMessage) => message.type === "message" && message.text === id;
    const answer = await this.#until(
      talk,
      (message) => isAnswer(message) || message.type === "hangup",
      ANSWER,
    );
    if (answer?.type === "message") this.tally.answered++;
    else if (!answer && !talk.isOver) this.#fault(`no answer within ${ANSWER} ms in call ${talk.id}`);
  }

  async #lose(): Promise<void> {
    if (this.#isLost) return;
    this.#isLost = true;
    await this.phone.lose(100 + Math.random() * 1500).finally(() => this.#isLost = false);
  }

  #hear(message: PbxMessage): void {
    if (message.type === "invite") {
      return void this.#rung(message).catch((error) => this.#fault(String(error)));
    }
    if (message.type === "error") return this.#fault(`${message.code}: ${message.message}`);
    const talk = "call" in message && this.#talks.get(message.call);
    if (!talk) return;
    if (message.type === "message") this.#read(talk, message);
    if (message.type === "hangup") this.#ended(talk, message);
    talk.heard.push(message);
    talk.wake();
  }

  #read(talk: Talk, { id, text }: Of<PbxMessage, "message">): void {
    if (talk.known.has(id)) return this.#fault(`message ${id} came twice`);
    talk.known.add(id);
    if (text === "ask") this.phone.say({ type: "message", call: talk.id, id: newId(), text: id });
  }

  async #rung({ call, from }: Of<PbxMessage, "invite">): Promise<void> {
    if (this.#isBusy || this.#isStopped) return this.phone.say({ type: "reject", call, reason: "busy" });
    this.#isBusy = true;
    const talk = this.#open(call);
    try {
      this.phone.say({ type: "ringing", call });
      await pause(50, 400);
      if (dice(ODDS.reject)) return this.#decline(talk);
      if (dice(ODDS.ignore)) await this.#next(talk, ["hangup"], RING);
      if (talk.isOver) return;
      this.phone.say({ type: "accept", call, answer: SDP });
      await this.#listenIn(talk, from);
    } finally {
      this.#isBusy = false;
    }
  }

  #decline(talk: Talk): void {
    this.phone.say({ type: "reject", call: talk.id });
    this.#close(talk);
  }

  /** The other side leads the talk; now and then this one has enough of it, or loses its network. */
  async #listenIn(talk: Talk, from: string): Promise<void> {
    if (dice(ODDS.lose)) await this.#lose();
    if (dice(ODDS.hangUpAsCallee)) {
      await pause(100, 1000);
      return this.#hangUp(talk);
    }
    const end = await this.#next(talk, ["hangup"], 120_000);
    if (!end && !talk.isOver) this.#fault(`the call of ${from} never ended`);
    this.#hangUp(talk);
  }

  #hangUp(talk: Talk): void {
    if (!talk.isOver) this.phone.say({ type: "hangup", call: talk.id });
    this.#close(talk);
  }

  #ended(talk: Talk, { reason }: Of<PbxMessage, "hangup">): void {
    this.tally.endings[reason] = (this.tally.endings[reason] ?? 0) + 1;
    if (reason === "failed") this.#fault(`call ${talk.id} failed`);
    this.#close(talk);
  }

  #open(id: string): Talk {
    const talk: Talk = { id, heard: [], known: new Set(), wake: () => {}, isOver: false };
    this.#talks.set(id, talk);
    return talk;
  }

  #close(talk: Talk): void {
    talk.isOver = true;
    this.#talks.delete(talk.id);
  }

  #next(talk: Talk, types: readonly CallMessage["type"][], budget: number): Promise<CallMessage | undefined> {
    return this.#until(talk, ({ type }) => types.includes(type), budget);
  }

  /** The next message of the call that is hoped for, or nothing when the time is up. */
  async #until(
    talk: Talk,
    isHoped: (message: CallMessage) => boolean,
    budget: number,
  ): Promise<CallMessage | undefined> {
    const deadline = Date.now() + budget;
    for (;;) {
      for (let next = talk.heard.shift(); next; next = talk.heard.shift()) if (isHoped(next)) return next;
      const left = deadline - Date.now();
      if (left <= 0 || talk.isOver) return undefined;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        talk.wake = () => void (clearTimeout(timer), resolve());
      });
    }
  }

  #fault(what: string): void {
    this.tally.faults.push(`${new Date().toISOString()} ${this.phone.number}: ${what}`);
  }
}
