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
  type Of,
  type Order,
  type PbxMessage,
  type Person,
  type PhoneMessage,
  type Session,
} from "../protocol/messages.ts";
import { applyPresence, type Presence } from "../protocol/presence.ts";
import type { Browser } from "./browser.ts";
import { Call } from "./call.ts";
import type { CallMessage, CallStart, LiveCall } from "./call_host.ts";
import { BOTH, Camera, NEITHER, type Wants } from "./camera.ts";
import { type Crossing, Crossings } from "./crossings.ts";
import { type Heard, Line } from "./line.ts";

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
    /** What this phone may do: words of `protocol/rights.ts`. */
    readonly rights: readonly string[];
    /** Those with a number of their own, as far as this phone may know and has asked for (`watch`). */
    readonly people: readonly Person[];
    /** The lines, likewise. */
    readonly lines: readonly string[];
    /** How much the server's clock is ahead of this one, in milliseconds. */
    readonly ahead: number;
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
  /** Whether it takes part in the election when it comes on the line first; as the agent's record says unless told. */
  readonly ready?: boolean;
  /** Whether to be told of people, lines and, with the right to it, of all calls. */
  readonly watch?: boolean;
  /** Whether to go on with the calls of an earlier page of this device; they send nothing until they are told to. */
  readonly takesUp?: boolean;
}

/** What the PBX would not do: a stable word, and a sentence for people. */
export class PhoneError extends Error {
  /** `call` is the call that it was about, if it was about one. */
  constructor(readonly code: string, message: string, readonly call?: string) {
    super(message);
  }
}

const notConnected = () => new PhoneError("not-connected", "The phone is not on the line");

/** A page of the history. */
export type History = Pick<Of<PbxMessage, "history">, "total" | "calls">;

/** How to call. */
export interface CallOptions {
  /** What to send; what the phone was made with unless told otherwise. */
  readonly wants?: Wants;
  /** Whether the election chose the number. */
  readonly elected?: boolean;
}

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
  readonly #sessions = signal<readonly Session[]>([]);
  /** How new what is known of each of these calls is, for nodes may speak out of turn. */
  #versions = new Map<string, number>();
  readonly #refused = signal<PhoneError>();
  /** Questions that were not answered yet. */
  readonly #asked = new Map<string, PromiseWithResolvers<History>>();
  readonly #line: Line;
  #registration: Registration | undefined;
  #count = 0;
  #iceServers: readonly IceServer[] = [];
  readonly #crossings: Crossings;
  /** Whether and as whom the phone is on the line. */
  readonly state: ReadonlySignal<PhoneState> = this.#state;
  /** Everybody on the line, this phone included; agents also while they are away. */
  readonly presence: ReadonlySignal<readonly Presence[]> = this.#presence;
  /** The calls that are not over, oldest first. */
  readonly calls: ReadonlySignal<readonly Call[]> = this.#calls;
  /** Whether this phone takes part in the election and accepts by itself. */
  readonly ready: ReadonlySignal<boolean> = this.#ready;

  /** All live calls of the PBX, for those who `watch` and have the right; what has just ended stays for one change. */
  readonly sessions: ReadonlySignal<readonly Session[]> = this.#sessions;
  /** What the PBX would not do, the newest. */
  readonly refused: ReadonlySignal<PhoneError | undefined> = this.#refused;

  /** `wants` is what its calls send, in and out, unless told otherwise. */
  constructor(browser: Browser, wants: Wants = BOTH) {
    this.#browser = browser;
    this.#wants = wants;
    this.camera = new Camera(browser);
    this.#crossings = new Crossings({
      find: (id) => this.#find(id),
      isDialling: (number) => this.#isDialling(number),
      ring: (crossing) => this.#ring(crossing),
      hangUp: (call) => this.#line.send({ type: "hangup", call }),
    });
    this.#line = new Line(browser, {
      register: () => this.#register(),
      hear: this.hear,
      moved: (name) => {
        this.#state.value = { name };
        this.#noteLine("lost");
      },
      isBusy: () => this.#calls.peek().length > 0,
    });
  }

  /** Goes on the line and stays there: after a loss the phone comes back by itself until {@linkcode disconnect}. */
  connect(registration: Registration): void {
    this.disconnect();
    this.#registration = registration;
    this.#line.open(registration.url);
  }

  /** Leaves the line; live calls end. */
  disconnect(): void {
    for (const call of this.#calls.peek()) call.hangUp();
    this.leave();
  }

  /** The page goes. Its calls end, unless it is loaded again at once and takes them up. */
  leave(): void {
    this.#registration = undefined;
    this.#line.close({ type: "unregister" });
    this.#leave({ name: "offline" });
  }

  /** The STUN and TURN servers that the PBX has given this phone. */
  get iceServers(): readonly IceServer[] {
    return this.#iceServers;
  }

  /** Says whether this phone is ready for calls of the election. */
  setReady(ready: boolean): void {
    if (this.#ready.peek() === ready) return;
    this.#line.send({ type: "ready", ready });
    this.#ready.value = ready;
  }

  /** Dials a number, or with none whomever the PBX's default rule chooses. Dialling goes on after this returns. */
  call(to = "", { wants = this.#wants, elected = false }: CallOptions = {}): Call {
    const number = to.trim() || undefined;
    const call = this.#add({ id: this.#browser.newId(), number, outgoing: true, elected, wants });
    call.dial(number);
    return call;
  }

  /** Acts on a call of others; what the PBX will not do comes as {@linkcode Phone.refused}. */
  order(
    call: string,
    order: Order,
    details?: { readonly party?: string; readonly to?: string; readonly key?: string },
  ): void {
    if (!this.#registration) this.#refused.value = notConnected();
    this.#line.send({ type: "order", call, order, ...details });
  }

  /** Asks for calls of the history, by the filter of `GetCallHistory`. Rejects with a {@linkcode PhoneError}. */
  history(filter?: Record<string, unknown>): Promise<History> {
    if (!this.#registration) return Promise.reject(notConnected());
    const ask = this.#browser.newId();
    const answer = Promise.withResolvers<History>();
    this.#asked.set(ask, answer);
    this.#line.send({ type: "history", ask, filter });
    return answer.promise;
  }

  /** Takes a message, from the line or from whoever has heard it sooner (links). */
  readonly hear = (message: Heard): void => dispatch(this.#handlers, message);

  #register(): PhoneMessage {
    const { url: _url, device = "", ...registration } = this.#registration ?? { url: "" };
    const earlier = this.#line.earlier;
    // A later registration says what was last pressed here.
    return {
      type: "register",
      device,
      ...registration,
      ...(earlier && { ready: this.#ready.peek(), ...earlier }),
    };
  }

  readonly #pass = (message: CallMessage): void => {
    this.#crossings.pass(message);
    this.#find(message.call)?.receive(message);
    this.#crossings.release();
  };

  readonly #handlers: Handlers<Heard> = {
    registered: (message) => this.#registered(message),
    denied: ({ code, message }) => this.#denied({ name: "denied", code, message }),
    presence: ({ changes }) => {
      this.#presence.value = applyPresence(this.#presence.peek(), changes);
    },
    invite: (message) => this.#invited(message),
    joined: (message) => this.#crossings.joined(message),
    sessions: ({ changes }) => {
      const isNews = ({ call, version }: Session) => version > (this.#versions.get(call) ?? -1);
      const news = changes.filter(isNews);
      for (const { call, version } of news) this.#versions.set(call, version);
      const others = this.#sessions.peek().filter(({ call, state }) =>
        state.name !== "ended" && !news.some((session) => session.call === call)
      );
      this.#sessions.value = [...others, ...news];
    },
    error: ({ code, message, call, ask = "" }) => {
      const error = new PhoneError(code, message, call);
      this.#answer(ask)?.reject(error);
      this.#refused.value = error;
    },
    history: ({ ask, total, calls }) => this.#answer(ask)?.resolve({ total, calls }),
    pong: () => this.#noteLine("up"),
    ice: ({ iceServers }) => void (this.#iceServers = iceServers),
    calling: this.#pass,
    ringing: this.#pass,
    accept: this.#pass,
    hangup: this.#pass,
    hold: this.#pass,
    unhold: this.#pass,
    offer: this.#pass,
    answer: this.#pass,
    candidate: this.#pass,
    media: this.#pass,
    refer: this.#pass,
    message: this.#pass,
    dtmf: this.#pass,
  };

  #answer(ask: string): PromiseWithResolvers<History> | undefined {
    const answer = this.#asked.get(ask);
    this.#asked.delete(ask);
    return answer;
  }

  #registered(message: Of<PbxMessage, "registered">): void {
    const { number, line, name: displayName, elect, ready, iceServers, presence, calls, rights } = message;
    const { people = [], lines = [], sessions = [] } = message;
    const ahead = message.now - this.#browser.now();
    this.#iceServers = iceServers;
    const invited = this.#line.unsaid(message).map((said) => said.type === "invite" && said.call);
    const live = calls.map(({ call }) => call);
    const isNew = message.received === undefined;
    // Over a line that was taken up again every end is still told, and with its reason.
    if (isNew) {
      for (const call of this.#calls.peek()) call.recover(calls);
      this.#keep((call) =>
        live.some((id) => call.is(id)) ||
        (call.state.peek().name === "inviting" && invited.includes(call.id))
      );
    }
    this.#line.up(message);
    batch(() => {
      this.#presence.value = presence;
      this.#ready.value = ready;
      this.#versions = new Map(sessions.map(({ call, version }) => [call, version]));
      this.#sessions.value = sessions;
      this.#state.value = {
        name: "registered",
        number,
        line,
        displayName,
        elect,
        rights,
        people,
        lines,
        ahead,
      };
    });
    this.#browser.mark("registered");
    this.#noteLine("up");
    if (isNew && this.#registration?.takesUp) { for (const live of calls) this.#takeUp(live, ahead); }
  }

  #takeUp(live: LiveCall, ahead: number): void {
    const { call: id, number, role, acceptedAt } = live;
    if (!role || this.#find(id)) return;
    const call = this.#add({
      id,
      number,
      outgoing: role === "caller",
      elected: false,
      wants: NEITHER,
      acceptedAt: acceptedAt && acceptedAt - ahead,
    });
    call.resume(live);
  }

  #noteLine(sign: "lost" | "up"): void {
    for (const call of this.#calls.peek()) call.noteLine(sign);
  }

  #find(id: string): Call | undefined {
    return this.#calls.peek().find((call) => call.is(id));
  }

  /** The PBX does not know of any other calls any more. */
  #keep(isLive: (call: Call) => boolean): void {
    this.#crossings.clear();
    for (const call of this.#calls.peek()) if (!isLive(call)) call.end("failed");
  }

  #denied(state: PhoneState): void {
    this.#registration = undefined;
    this.#line.close();
    this.#leave(state);
  }

  #invited(message: Of<PbxMessage, "invite">): void {
    const replaced = message.replaces === undefined ? undefined : this.#find(message.replaces);
    if (replaced) replaced.succeed(message);
    else this.#crossings.invited(message);
  }

  #ring({ invite: { call: id, from, offer, early, elected }, waiting }: Crossing): void {
    if (this.#find(id)) return;
    const call = this.#add({ id, number: from, outgoing: false, elected, wants: this.#wants });
    call.ring(offer, early);
    for (const message of waiting) call.receive(message);
  }

  #isDialling(number: string): boolean {
    return this.#calls.peek().some((call) =>
      call.outgoing && call.number.peek() === number && call.state.peek().name === "inviting"
    );
  }

  #add(start: CallStart): Call {
    const call = new Call(
      {
        browser: this.#browser,
        camera: this.camera,
        send: (message) => this.#line.send(message),
        iceServers: () => this.#iceServers,
        count: () => this.#count = Math.max(this.#count + 1, this.#browser.now()),
        probe: () => this.#line.probe(),
      },
      start,
    );
    this.#calls.value = [...this.#calls.peek(), call];
    const stop = call.state.subscribe((state) => {
      if (!isOver(state)) return;
      queueMicrotask(() => stop());
      this.#calls.value = this.#calls.peek().filter((other) => other !== call);
      this.#crossings.release();
    });
    return call;
  }

  #leave(state: PhoneState): void {
    for (const ask of this.#asked.keys()) this.#answer(ask)?.reject(notConnected());
    batch(() => {
      this.#keep(() => false);
      this.#presence.value = [];
      this.#sessions.value = [];
      this.#state.value = state;
    });
  }
}
