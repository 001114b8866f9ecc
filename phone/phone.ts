/**
 * The telephone: it keeps the line to the PBX, knows who is there, and makes and takes calls. What it knows are
 * signals to read; what it does are verbs. Islands and the `/WebphoneAPI` script are two faces of this one class.
 *
 * @module
 */
import { batch, type ReadonlySignal, signal } from "@preact/signals-core";
import { isOver } from "../protocol/call_state.ts";
import {
  dispatch,
  type Handlers,
  type IceServer,
  MAX_DIALLED,
  type Of,
  parsePbxMessage,
  type PbxMessage,
  type PhoneMessage,
} from "../protocol/messages.ts";
import { applyPresence, type Presence } from "../protocol/presence.ts";
import type { Browser, Socket } from "./browser.ts";
import { Call, type CallMessage } from "./call.ts";
import { Camera, type Wants } from "./camera.ts";

/** Whether and as whom the phone is on the line. */
export type PhoneState =
  | { readonly name: "offline" }
  | { readonly name: "connecting" }
  | {
    readonly name: "registered";
    readonly number: string;
    readonly line: string;
    /** The agent's name; web clients have none. */
    readonly displayName: string | undefined;
    /** Whether this agent's phones find one another and accept by themselves. */
    readonly elect: boolean;
  }
  | { readonly name: "denied"; readonly code: Of<PbxMessage, "denied">["code"]; readonly message: string };

/** Where and as whom to register: an agent by `number` (the browser's cookie proves it), all others by `token`. */
export interface Registration {
  /** The PBX's socket, `ws:` or `wss:`. */
  readonly url: string;
  /** This device's own lasting word, 8 to 64 letters and digits. */
  readonly device: string;
  readonly number?: string;
  readonly token?: string;
  /** Attributes for others to see. */
  readonly properties?: Record<string, unknown>;
}

/** How to call. */
export interface CallOptions {
  /** What to send; what the phone was made with unless told otherwise. */
  readonly wants?: Wants;
  /** Whether the election chose the number. */
  readonly elected?: boolean;
}

/** How often the line is probed while nothing is heard, and how long the answer may take, in milliseconds. */
const PROBE = { every: 15_000, patience: 4_000 };

/** The wait before the n-th try to connect again, in milliseconds: doubling, at most 5 s, with jitter. */
export function backoff(attempt: number, random: number): number {
  return Math.min(5000, 250 * 2 ** attempt) * (0.5 + random / 2);
}

const BOTH: Wants = { microphone: true, camera: true };

/** A phone. One per page; open it with {@linkcode Phone.connect}. */
export class Phone {
  /** Microphone and camera, shared by all calls. */
  readonly camera: Camera;
  readonly #browser: Browser;
  readonly #wants: Wants;
  readonly #state = signal<PhoneState>({ name: "offline" });
  readonly #presence = signal<readonly Presence[]>([]);
  readonly #calls = signal<readonly Call[]>([]);
  readonly #ready = signal(false);
  #registration: Registration | undefined;
  #socket: Socket | undefined;
  #resume: string | undefined;
  #iceServers: readonly IceServer[] = [];
  /** What could not be sent while the line was away. */
  #outbox: PhoneMessage[] = [];
  /** Calls from a number that is being dialled: the PBX is about to join the two. */
  readonly #crossing = new Map<string, Of<PbxMessage, "invite">>();
  /** Calls that this page made and that were joined into one whose invite is still to come. */
  readonly #joining = new Map<string, Call>();
  #attempt = 0;
  #cancelTimer: () => void = () => {};
  #stopListening: () => void = () => {};

  /** `wants` is what its calls send, in and out, unless told otherwise. */
  constructor(browser: Browser, wants: Wants = BOTH) {
    this.#browser = browser;
    this.#wants = wants;
    this.camera = new Camera(browser);
  }

  /** Whether and as whom the phone is on the line. */
  get state(): ReadonlySignal<PhoneState> {
    return this.#state;
  }

  /** Everybody on the line, this phone included; agents also while they are away. */
  get presence(): ReadonlySignal<readonly Presence[]> {
    return this.#presence;
  }

  /** The calls that are not over, oldest first. */
  get calls(): ReadonlySignal<readonly Call[]> {
    return this.#calls;
  }

  /** Whether this phone takes part in the election and accepts by itself. */
  get ready(): ReadonlySignal<boolean> {
    return this.#ready;
  }

  /** Goes on the line and stays there: after a loss the phone comes back by itself until {@linkcode disconnect}. */
  connect(registration: Registration): void {
    this.disconnect();
    this.#registration = registration;
    this.#stopListening = this.#browser.onWake(() => this.#wake());
    this.#open();
  }

  /** Leaves the line; live calls end. */
  disconnect(): void {
    this.#registration = undefined;
    this.#cancelTimer();
    this.#stopListening();
    for (const call of this.#calls.peek()) call.hangUp();
    if (this.#state.peek().name === "registered") this.#socket?.send(JSON.stringify({ type: "unregister" }));
    this.#drop();
    this.#resume = undefined;
    this.#outbox = [];
    this.#leave({ name: "offline" });
  }

  /** Says whether this phone is ready for calls of the election. */
  setReady(ready: boolean): void {
    if (this.#ready.peek() === ready) return;
    this.#send({ type: "ready", ready });
    this.#ready.value = ready;
  }

  /** Dials a number, or with none whomever the PBX's default rule chooses. Dialling goes on after this returns. */
  call(dialled?: string, { wants = this.#wants, elected = false }: CallOptions = {}): Call {
    const number = dialled?.trim().slice(0, MAX_DIALLED) || undefined;
    const call = this.#add({ id: this.#browser.newId(), number, outgoing: true, elected, wants });
    call.dial(number);
    return call;
  }

  #open(): void {
    const registration = this.#registration;
    if (!registration) return;
    this.#cancelTimer();
    this.#drop();
    this.#state.value = { name: "connecting" };
    const socket = this.#browser.openSocket(registration.url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.#register(registration)));
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = () => socket === this.#socket && this.#lost();
    this.#expectAnswer();
  }

  #register({ device, number, token, properties }: Registration): PhoneMessage {
    return {
      type: "register",
      device,
      ...(number !== undefined && { number }),
      ...(token !== undefined && { token }),
      ...(properties && { properties }),
      // A first registration takes what the agent's record says; a later one what was last pressed here.
      ...(this.#resume !== undefined && { resume: this.#resume, ready: this.#ready.peek() }),
    };
  }

  #hear(text: string): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#browser.after(PROBE.every, () => this.#probe());
    try {
      dispatch(this.#handlers, parsePbxMessage(text));
    } catch (error) {
      this.#browser.report(error);
    }
  }

  readonly #handlers: Handlers<PbxMessage> = {
    registered: (message) => this.#registered(message),
    denied: ({ code, message }) => this.#denied({ name: "denied", code, message }),
    presence: ({ changes }) => {
      this.#presence.value = applyPresence(this.#presence.peek(), changes);
    },
    invite: (message) => this.#invited(message),
    joined: ({ call, into }) => this.#joined(call, into),
    error: (message) => this.#browser.report(new Error(`Cannot go on: ${message.message} (${message.code})`)),
    pong: () => {},
    calling: (message) => this.#pass(message),
    ringing: (message) => this.#pass(message),
    accept: (message) => this.#pass(message),
    hangup: (message) => this.#pass(message),
    hold: (message) => this.#pass(message),
    unhold: (message) => this.#pass(message),
    offer: (message) => this.#pass(message),
    answer: (message) => this.#pass(message),
    candidate: (message) => this.#pass(message),
    media: (message) => this.#pass(message),
  };

  #registered(message: Of<PbxMessage, "registered">): void {
    const { number, line, name, elect, ready, resume, iceServers, presence, calls } = message;
    this.#attempt = 0;
    this.#resume = resume;
    this.#iceServers = iceServers;
    const unsent = new Set(
      this.#outbox.filter(({ type }) => type === "invite").map((m) => "call" in m && m.call),
    );
    const live = new Set(calls.map(({ call }) => call));
    for (const call of this.#calls.peek()) if (!live.has(call.id) && !unsent.has(call.id)) call.end("failed");
    batch(() => {
      this.#presence.value = presence;
      this.#ready.value = ready;
      this.#state.value = { name: "registered", number, line, displayName: name, elect };
    });
    this.#browser.mark("registered");
    for (const waiting of this.#outbox.splice(0)) this.#send(waiting);
    const known = new Set(this.#calls.peek().map(({ id }) => id));
    // Calls of an earlier life of this page, which has forgotten them.
    for (const { call } of calls) if (!known.has(call)) this.#send({ type: "hangup", call });
  }

  #denied(state: PhoneState): void {
    this.#registration = undefined;
    this.#cancelTimer();
    this.#drop();
    this.#leave(state);
  }

  #invited(message: Of<PbxMessage, "invite">): void {
    const joining = this.#joining.get(message.call);
    if (joining) return this.#join(joining, message);
    const crossed = this.#calls.peek().some((call) =>
      call.outgoing && call.number.peek() === message.from && call.state.peek().name === "inviting"
    );
    if (crossed) this.#crossing.set(message.call, message);
    else this.#ring(message);
  }

  #ring({ call: id, from, offer, early, elected }: Of<PbxMessage, "invite">): void {
    if (this.#calls.peek().some((call) => call.id === id)) return;
    this.#add({ id, number: from, outgoing: false, elected, wants: this.#wants }).ring(offer, early);
  }

  #joined(id: string, into: string): void {
    const call = this.#calls.peek().find((call) => call.id === id);
    if (!call) return;
    const ringing = this.#calls.peek().find((call) => call.id === into);
    const invite = this.#crossing.get(into);
    if (ringing) call.takeOver(ringing);
    else if (invite) this.#join(call, invite);
    else this.#joining.set(into, call);
  }

  #join(call: Call, invite: Of<PbxMessage, "invite">): void {
    this.#crossing.delete(invite.call);
    this.#joining.delete(invite.call);
    call.join(invite.call, invite.offer);
  }

  #pass(message: CallMessage): void {
    if (message.type === "hangup") this.#crossing.delete(message.call);
    this.#calls.peek().find((call) => call.id === message.call)?.receive(message);
    this.#releaseCrossing();
  }

  /** A parked call whose own crossing one moved on or ended was no glare after all: it rings. */
  #releaseCrossing(): void {
    for (const [id, invite] of this.#crossing) {
      const crossed = this.#calls.peek().some((call) =>
        call.outgoing && call.number.peek() === invite.from && call.state.peek().name === "inviting"
      );
      if (crossed) continue;
      this.#crossing.delete(id);
      this.#ring(invite);
    }
  }

  #add(start: ConstructorParameters<typeof Call>[1]): Call {
    const call = new Call(
      {
        browser: this.#browser,
        camera: this.camera,
        send: (message) => this.#send(message),
        iceServers: () => this.#iceServers,
      },
      start,
    );
    this.#calls.value = [...this.#calls.peek(), call];
    const stop = call.state.subscribe((state) => {
      if (!isOver(state)) return;
      queueMicrotask(() => stop());
      this.#calls.value = this.#calls.peek().filter((other) => other !== call);
    });
    return call;
  }

  #send(message: PhoneMessage): void {
    if (this.#state.peek().name === "registered") this.#socket?.send(JSON.stringify(message));
    else if (this.#registration) this.#outbox.push(message);
  }

  #lost(): void {
    this.#drop();
    if (!this.#registration) return;
    this.#state.value = { name: "offline" };
    this.#cancelTimer();
    this.#cancelTimer = this.#browser.after(
      backoff(this.#attempt++, this.#browser.random()),
      () => this.#open(),
    );
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #leave(state: PhoneState): void {
    batch(() => {
      for (const call of this.#calls.peek()) call.end("failed");
      this.#presence.value = [];
      this.#state.value = state;
    });
  }

  /** After sleep the socket may say it is open and be dead: its word is no evidence. */
  #wake(): void {
    if (this.#state.peek().name === "registered") this.#probe();
    else if (this.#registration) this.#open();
  }

  #probe(): void {
    this.#send({ type: "ping" });
    this.#expectAnswer();
  }

  #expectAnswer(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#browser.after(PROBE.patience, () => this.#lost());
  }
}
