/**
 * One call, as the phone sees it: signals to read, verbs to call. Its states are those of
 * `protocol/call_state.ts`; its media is another machine ({@linkcode Call.connection}), and nobody multiplies the two.
 *
 * @module
 */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals-core";
import {
  type CallState,
  type EndReason,
  INVITING,
  isHeld,
  isOver,
  next,
  otherOf,
  type Role,
} from "../protocol/call_state.ts";
import {
  dispatch,
  type Handlers,
  type IceServer,
  type PbxMessage,
  type PhoneMessage,
} from "../protocol/messages.ts";
import type { Browser } from "./browser.ts";
import type { Camera, Wants } from "./camera.ts";
import { Negotiation, type PictureLimits } from "./negotiation.ts";
import { Sending } from "./sending.ts";

/** What a call needs of the phone that it belongs to. */
export interface CallHost {
  readonly browser: Browser;
  readonly camera: Camera;
  send(message: PhoneMessage): void;
  iceServers(): readonly IceServer[];
}

/** How a call begins. */
export interface CallStart {
  readonly id: string;
  /** The other side; unknown at first when the PBX chooses it (a call with no number). */
  readonly number: string | undefined;
  readonly outgoing: boolean;
  readonly elected: boolean;
  /** What to send of one's own once the call is established. */
  readonly wants: Wants;
}

/** The messages of a call that the PBX passes on or sends. */
export type CallMessage = Exclude<Extract<PbxMessage, { call: string }>, { type: "invite" | "joined" }>;

/** A call that rings in or out, is established, or is over. Made by `Phone`, never by hand. */
export class Call {
  /** Whether this phone dialled. */
  readonly outgoing: boolean;
  /** Whether it came about by election, not by a person's hand. */
  readonly elected: boolean;
  readonly #host: CallHost;
  #id: string;
  #role: Role;
  #offer: string | undefined;
  #queue: Promise<void> = Promise.resolve();
  readonly #number = signal<string>();
  readonly #state = signal<CallState>(INVITING);
  readonly #receiving = signal<Wants>({ microphone: true, camera: true });
  readonly #negotiation = signal<Negotiation>();
  readonly #sending: Sending;
  /** The other side's number, `undefined` until the PBX has chosen one. */
  readonly number: ReadonlySignal<string | undefined> = this.#number;
  /** Where the call stands. */
  readonly state: ReadonlySignal<CallState> = this.#state;
  /** What the other side says it sends. */
  readonly receiving: ReadonlySignal<Wants> = this.#receiving;

  constructor(host: CallHost, start: CallStart) {
    this.#host = host;
    this.#id = start.id;
    this.outgoing = start.outgoing;
    this.elected = start.elected;
    this.#role = start.outgoing ? "caller" : "callee";
    this.#number.value = start.number;
    this.#sending = new Sending({
      camera: host.camera,
      outgoing: start.outgoing,
      state: this.#state,
      negotiation: this.#negotiation,
      tell: (sends) => host.send({ type: "media", call: this.#id, ...sends }),
      fail: (error) => this.#fail(error),
    }, start.wants);
  }

  /** The call's name on the wire; it changes once, when two crossing calls become one. */
  get id(): string {
    return this.#id;
  }

  /** Which end of the call this phone is. */
  get role(): Role {
    return this.#role;
  }

  /** What this phone wants to send; what it lacks is missing all the same. */
  get sending(): ReadonlySignal<Wants> {
    return this.#sending.wants;
  }

  /** The other side's sound and picture. It may be there while it rings; show it once the call is established. */
  readonly remote: ReadonlySignal<MediaStream | undefined> = computed(() =>
    this.#negotiation.value?.remote.value
  );

  /** How the media connection stands, in the browser's own words. */
  readonly connection: ReadonlySignal<RTCPeerConnectionState> = computed(() =>
    this.#negotiation.value?.connection.value ?? "new"
  );

  /** Whether this side holds the call. */
  readonly isHeldHere: ReadonlySignal<boolean> = computed(() => isHeld(this.#state.value, this.#role));

  /** Takes the call. Harmless when it is not ringing here any more. */
  accept(): void {
    if (!this.outgoing) this.#host.browser.mark("accept");
    this.#do(async () => {
      if (this.outgoing || !next(this.#state.peek(), { type: "accept" }, "callee")) return;
      const answer = this.#negotiation.peek() ? undefined : await this.#answer();
      if (isOver(this.#state.peek())) return;
      this.#host.send({ type: "accept", call: this.#id, answer });
      this.#move({ type: "accept" }, "callee");
    });
  }

  /** Refuses the call, as a person would (`rejected`) or because this phone is taken (`busy`). */
  reject(reason: "rejected" | "busy" = "rejected"): void {
    if (this.outgoing || !next(this.#state.peek(), { type: "reject" }, "callee")) return;
    this.#host.send({ type: "reject", call: this.#id, reason });
    this.#move({ type: "reject", reason }, "callee");
  }

  /** Ends the call in any state; harmless when it is over. */
  hangUp(): void {
    if (isOver(this.#state.peek())) return;
    this.#host.send({ type: "hangup", call: this.#id });
    this.#move({ type: "hangup" }, this.#role);
  }

  /** Holds the call from this side: nothing is sent or heard until {@linkcode unhold}. */
  hold(): void {
    this.#mark("hold");
  }

  /** Takes one's own hold back; the other side's stays. */
  unhold(): void {
    this.#mark("unhold");
  }

  /** Sends or stops sending microphone or camera; a camera that nobody needs goes dark. */
  want(change: Partial<Wants>): void {
    this.#sending.want(change);
  }

  /** Sends this picture in place of the page's camera; `undefined` gives the camera back. The track stays the giver's. */
  sendPicture(track: MediaStreamTrack | undefined, limits?: PictureLimits): void {
    this.#sending.sendPicture(track, limits);
  }

  /** Dials: the offer travels with the invite. For `Phone` only. */
  dial(to: string | undefined): void {
    this.#do(async () => {
      const offer = await this.#negotiate().offer();
      if (isOver(this.#state.peek())) return;
      this.#host.send({ type: "invite", call: this.#id, to, offer, elected: this.elected || undefined });
      this.#host.browser.mark("invite");
    });
  }

  /** Rings here. With `early` the answer goes out at once and the media connects while it rings. For `Phone` only. */
  ring(offer: string | undefined, early: boolean): void {
    this.#offer = offer;
    this.#host.browser.mark("invite");
    this.#do(async () => {
      const answer = early ? await this.#answer() : undefined;
      if (isOver(this.#state.peek())) return;
      this.#host.send({ type: "ringing", call: this.#id, answer });
      this.#move({ type: "ringing" }, "callee");
    });
  }

  /** Becomes the callee of the call that crossed this one (glare), which is thereby accepted. For `Phone` only. */
  join(into: string, offer: string | undefined): void {
    this.#become(into, offer, undefined);
  }

  /** Becomes `ringing`, which was dialled back instead of accepted; what is negotiated stays. For `Phone` only. */
  takeOver(ringing: Call): void {
    // Before it rings its answer was not sent: it is void, and a new one will do.
    const negotiated = ringing.#state.peek().name === "ringing" ? ringing.#negotiation.peek() : undefined;
    if (negotiated) ringing.#negotiation.value = undefined;
    ringing.end("elsewhere");
    this.#become(ringing.#id, ringing.#offer, negotiated);
  }

  /** Takes a message of this call from the PBX. For `Phone` only. */
  receive(message: CallMessage): void {
    // The end of a call waits for nothing.
    if (message.type === "hangup") return this.end(message.reason);
    this.#do(() => dispatch(this.#handlers, message));
  }

  /** The PBX was restarted and knows the call as `name`: an accept that was lost with it is made up for. For `Phone` only. */
  recover(name: string): void {
    if (name === "established") this.#move({ type: "accept" }, "callee");
  }

  /** The PBX, or the loss of it, has ended the call. For `Phone` only. */
  end(reason: EndReason): void {
    this.#move({ type: "hangup", reason }, "pbx");
  }

  readonly #handlers: Handlers<CallMessage, Promise<void> | void> = {
    calling: ({ number }) => void (this.#number.value = number),
    ringing: (message) => this.#answered(message),
    accept: (message) => {
      this.#host.browser.mark("accept");
      return this.#answered(message);
    },
    hangup: ({ reason }) => this.end(reason),
    hold: (message) => this.#move(message, otherOf(this.#role)),
    unhold: (message) => this.#move(message, otherOf(this.#role)),
    offer: ({ sdp }) => this.#takeOffer(sdp),
    answer: ({ sdp }) => this.#takeAnswer(sdp),
    candidate: ({ candidates }) => this.#negotiation.peek()?.add(candidates),
    media: ({ microphone, camera }) => void (this.#receiving.value = { microphone, camera }),
  };

  #answered(message: Extract<CallMessage, { type: "ringing" | "accept" }>): Promise<void> {
    this.#move(message, "callee");
    return this.#takeAnswer(message.answer);
  }

  async #takeAnswer(answer: string | undefined): Promise<void> {
    if (answer !== undefined) await this.#negotiation.peek()?.accept(answer);
  }

  async #takeOffer(offer: string): Promise<void> {
    const sdp = await this.#negotiation.peek()?.answer(offer);
    if (sdp !== undefined) this.#host.send({ type: "answer", call: this.#id, sdp });
  }

  #become(id: string, offer: string | undefined, negotiated: Negotiation | undefined): void {
    this.#id = id;
    this.#role = "callee";
    this.#offer = offer;
    this.#do(async () => {
      this.#negotiation.peek()?.close();
      if (negotiated) this.#negotiation.value = negotiated;
      const answer = negotiated ? undefined : await this.#answer();
      if (answer !== undefined) this.#host.send({ type: "answer", call: this.#id, sdp: answer });
      this.#move({ type: "accept" }, "callee");
    });
  }

  #mark(type: "hold" | "unhold"): void {
    if (!next(this.#state.peek(), { type }, this.#role)) return;
    this.#host.send({ type, call: this.#id });
    this.#move({ type }, this.#role);
  }

  #negotiate(): Negotiation {
    const { browser } = this.#host;
    const negotiation = new Negotiation(browser, this.#host.iceServers(), this.#role === "caller", {
      candidates: (candidates) => this.#host.send({ type: "candidate", call: this.#id, candidates }),
      offer: (sdp) => this.#host.send({ type: "offer", call: this.#id, sdp }),
    });
    this.#negotiation.value = negotiation;
    return negotiation;
  }

  async #answer(): Promise<string | undefined> {
    return this.#offer === undefined ? undefined : await this.#negotiate().answer(this.#offer);
  }

  #move(event: Parameters<typeof next>[1], by: Role | "pbx"): void {
    const after = next(this.#state.peek(), event, by);
    if (!after) return;
    batch(() => {
      this.#state.value = after;
      if (isOver(after)) this.#finish();
    });
    this.#host.browser.mark(after.name);
  }

  #finish(): void {
    this.#negotiation.peek()?.close();
    this.#sending.stop();
  }

  /** The steps of one call run one after the other: a candidate must not overtake its offer. */
  #do(step: () => Promise<void> | void): void {
    this.#queue = this.#queue.then(() => isOver(this.#state.peek()) ? undefined : step()).catch((error) => {
      this.#fail(error);
    });
  }

  #fail(error: unknown): void {
    if (isOver(this.#state.peek())) return;
    this.#host.browser.report(error);
    this.#host.send({ type: "hangup", call: this.#id });
    this.end("failed");
  }
}
