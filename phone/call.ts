/**
 * One call, as the phone sees it: signals to read, verbs to call. Its states are those of
 * `protocol/call_state.ts`; its media is another machine ({@linkcode Call.connection}), and nobody multiplies the two.
 *
 * @module
 */
import { batch, type ReadonlySignal, signal } from "@preact/signals-core";
import {
  type CallState,
  type EndReason,
  INVITING,
  isOver,
  next,
  otherOf,
  revived,
  type Role,
} from "../protocol/call_state.ts";
import { Newest } from "../protocol/delivery.ts";
import { dispatch, type Handlers, type Of, type PbxMessage } from "../protocol/messages.ts";
import type { CallHost, CallMessage, CallStart, LiveCall, OwnStep } from "./call_host.ts";
import { CallMedia } from "./call_media.ts";
import type { Wants } from "./camera.ts";
import { Chat, type ChatMessage, type Written } from "./chat.ts";
import { ESTABLISHED, Leg, TALK } from "./leg.ts";
import type { Negotiation, PictureLimits } from "./negotiation.ts";
import type { Quality } from "./quality.ts";
import type { Recovering } from "./recovery.ts";
import { Steps } from "./steps.ts";

/** A call that rings in or out, is established, or is over. Made by `Phone`, never by hand. */
export class Call {
  /** Whether it came about by election, not by a person's hand. */
  readonly elected: boolean;
  /** When it was accepted on an earlier page of this device, in milliseconds since the epoch; `undefined` for a new call. */
  readonly acceptedAt: number | undefined;
  readonly #host: CallHost;
  #id: string;
  #role: Role;
  #outgoing: boolean;
  #offer: string | undefined;
  #leg: Leg | undefined;
  readonly #number = signal<string>();
  readonly #state = signal<CallState>(INVITING);
  readonly #chat = new Chat((message) => this.#say(message));
  readonly #steps = new Steps(() => isOver(this.#state.peek()), (error) => this.#fail(error));
  readonly #heard = new Newest();
  readonly #media: CallMedia;
  /** The other side's number, `undefined` until the PBX has chosen one. */
  readonly number: ReadonlySignal<string | undefined> = this.#number;
  /** Where the call stands. */
  readonly state: ReadonlySignal<CallState> = this.#state;
  /** What was written on both sides, oldest first. */
  readonly messages: ReadonlySignal<readonly Written[]> = this.#chat.messages;
  /** The keys that the other side has pressed so far. */
  readonly digits: ReadonlySignal<string> = this.#chat.digits;

  constructor(host: CallHost, start: CallStart) {
    this.#host = host;
    this.#id = start.id;
    this.#outgoing = start.outgoing;
    this.elected = start.elected;
    this.acceptedAt = start.acceptedAt;
    this.#role = start.outgoing ? "caller" : "callee";
    this.#number.value = start.number;
    this.#media = new CallMedia(host, this, this.#steps, start);
  }

  /** The call's name on the wire; it changes when two crossing calls become one, and when it is transferred. */
  get id(): string {
    return this.#id;
  }

  /** Whether this phone dialled, or was made to by a transfer. */
  get outgoing(): boolean {
    return this.#outgoing;
  }

  /** Which end of the call this phone is. */
  get role(): Role {
    return this.#role;
  }

  /** What this phone wants to send; what it lacks is missing all the same. */
  get sending(): ReadonlySignal<Wants> {
    return this.#media.sending.wants;
  }

  /** What the other side says it sends. */
  get receiving(): ReadonlySignal<Wants> {
    return this.#media.receiving;
  }

  /** The other side's sound and picture. It may be there while it rings; show it once the call is established. */
  get remote(): ReadonlySignal<MediaStream | undefined> {
    return this.#media.remote;
  }

  /** How the media connection stands, in the browser's own words. */
  get connection(): ReadonlySignal<RTCPeerConnectionState> {
    return this.#media.connection;
  }

  /** Whether media is as it should be, or how far it has come back. */
  get recovering(): ReadonlySignal<Recovering> {
    return this.#media.recovery.state;
  }

  /** Takes the call. Harmless when it is not ringing here any more. */
  accept(): void {
    if (!this.#outgoing) this.#host.browser.mark("accept");
    this.#steps.do(async () => {
      if (this.#outgoing || !next(this.#state.peek(), { type: "accept" }, "callee")) return;
      const answer = this.#media.negotiation ? undefined : await this.#media.first(this.#offer);
      if (isOver(this.#state.peek())) return;
      this.#host.send({ type: "accept", call: this.#id, answer });
      this.#move({ type: "accept" }, "callee");
      // There was no offer, or it went with an earlier page.
      if (!this.#media.negotiation) await this.#media.begin();
    });
  }

  /** Refuses the call, as a person would (`rejected`) or because this phone is taken (`busy`). */
  reject(reason: "rejected" | "busy" = "rejected"): void {
    if (!this.#outgoing) this.#step({ type: "reject", reason });
  }

  /** Ends the call in any state; harmless when it is over. */
  hangUp(): void {
    this.#step({ type: "hangup" });
  }

  /** Holds the call from this side: nothing is sent or heard until {@linkcode unhold}. */
  hold(): void {
    this.#step({ type: "hold" });
  }

  /** Takes one's own hold back; the other side's stays. */
  unhold(): void {
    this.#step({ type: "unhold" });
  }

  /** Sends the other party to a number, or to that of another call of this phone; once they talk, this call is over. */
  transfer(to: string | Call): void {
    const target = typeof to === "string" ? { to } : { with: to.#id };
    this.#host.send({ type: "transfer", call: this.#id, ...target });
  }

  /** Sends the caller of a call that rings here to another number. */
  forward(to: string): void {
    this.#host.send({ type: "forward", call: this.#id, to });
  }

  /** Writes to the other side, in any state but the last; any text of at most `MAX_WRITTEN` UTF-16 units. */
  write(text: string): void {
    this.#chat.write(text);
  }

  /** Presses keys: `0` to `9`, `*` and `#`. */
  press(keys: string): void {
    this.#chat.press(keys);
  }

  /** All that the browser counts of this call (W3C webrtc-stats); `undefined` before there is anything. */
  stats(): Promise<RTCStatsReport | undefined> {
    return this.#media.stats();
  }

  /** How well the other side was heard and seen since the last asking; `undefined` where that cannot be told. */
  quality(): Promise<Quality | undefined> {
    return this.#media.quality();
  }

  /** Sends or stops sending microphone or camera; a camera that nobody needs goes dark. */
  want(change: Partial<Wants>): void {
    this.#media.sending.want(change);
  }

  /** Sends this picture in place of the page's camera; `undefined` gives the camera back. The track stays the giver's. */
  sendPicture(track: MediaStreamTrack | undefined, limits?: PictureLimits): void {
    this.#media.sending.sendPicture(track, limits);
  }

  /** Dials. For `Phone` only. */
  dial(to: string | undefined): void {
    const leg = new Leg(this.#host, this.#id, to, "caller");
    this.#media.take(leg.negotiation);
    this.#steps.do(() => leg.dial({ elected: this.elected || undefined }, this.#wants(leg)));
  }

  /** Rings here. With `early` the answer goes out at once and the media connects while it rings. For `Phone` only. */
  ring(offer: string | undefined, early: boolean): void {
    this.#offer = offer;
    this.#host.browser.mark("invite");
    this.#steps.do(async () => {
      const answer = early ? await this.#media.first(this.#offer) : undefined;
      if (isOver(this.#state.peek())) return;
      this.#host.send({ type: "ringing", call: this.#id, answer });
      this.#move({ type: "ringing" }, "callee");
    });
  }

  /** Goes on with a call of an earlier page of this device. For `Phone` only. */
  resume({ state: { name, heldBy = [] } }: LiveCall): void {
    if (name !== "established") return this.ring(undefined, false);
    this.#enter({ name, heldBy });
    this.#steps.do(() => this.#media.begin());
  }

  /** The line is lost, or has answered. For `Phone` only. */
  noteLine(sign: "lost" | "up"): void {
    this.#media.recovery.note(sign);
  }

  /** Goes on as a call from somebody else, to whom the other party of this one was transferred. For `Phone` only. */
  succeed({ call, from, offer }: Of<PbxMessage, "invite">): void {
    this.#steps.do(() => {
      const leg = this.#beside(new Leg(this.#host, call, from, "callee"));
      return leg.accept(offer, this.#wants(leg));
    }, () => this.#host.send({ type: "hangup", call }));
  }

  /** Whether messages that name `id` are for this call. For `Phone` only. */
  is(id: string): boolean {
    return id === this.#id || id === this.#leg?.id;
  }

  /** Becomes `ringing`, which was dialled back instead of accepted; what is negotiated stays. For `Phone` only. */
  takeOver(ringing: Call): void {
    for (const written of ringing.messages.peek()) this.#chat.read(written);
    // Before it rings its answer was not sent: it is void, and a new one will do.
    const negotiated = ringing.#state.peek().name === "ringing" ? ringing.#media.giveAway() : undefined;
    ringing.end("elsewhere");
    this.join(ringing.#id, ringing.#offer, negotiated);
  }

  /** Becomes the callee of the call that crossed this one (glare), which is thereby accepted. For `Phone` only. */
  join(id: string, offer: string | undefined, negotiated?: Negotiation): void {
    this.#id = id;
    this.#role = "callee";
    this.#offer = offer;
    // What was written to the call that this one was, nobody has read.
    this.#chat.repeat();
    this.#steps.do(async () => {
      if (negotiated) this.#media.take(negotiated);
      const answer = negotiated ? undefined : await this.#media.first(offer);
      if (isOver(this.#state.peek())) return;
      if (answer !== undefined) this.#host.send({ type: "answer", call: id, sdp: answer });
      this.#renew(ESTABLISHED);
    });
  }

  /** Takes a message of this call from the PBX. For `Phone` only. */
  receive(message: CallMessage): void {
    // The end of a call waits for nothing, but where it is an end for the other side only.
    if (message.type === "hangup" && message.reason !== "transferred") return this.#ended(message);
    this.#steps.do(() => {
      // While it waited the call may have become another one.
      if (!this.is(message.call) || !this.#heard.isNews(message)) return;
      const leg = this.#leg;
      // Only somebody who was accepted says this: the word that we have become that call is still on its way.
      if (leg?.id === message.call && TALK.includes(message.type) && leg.role === "callee") {
        this.#turnInto(leg);
      }
      return dispatch(this.#handlers, message);
    });
  }

  /** The PBX was restarted and knows these calls: what was lost with it is made up for. For `Phone` only. */
  recover(live: readonly LiveCall[]): void {
    const talkOf = (id?: string) =>
      live.find(({ call, state }) => call === id && state.name === "established");
    if (this.#leg && talkOf(this.#leg.id)) return this.#turnInto({ ...this.#leg, state: ESTABLISHED });
    const talk = talkOf(this.#id);
    if (!talk) return;
    this.#enter(revived(this.#state.peek(), talk.state.heldBy ?? [], this.#role));
    // Its answer may be lost as well.
    this.#steps.do(() => this.#media.negotiation?.sayOffer());
  }

  /** The PBX, or the loss of it, has ended the call. For `Phone` only. */
  end(reason: EndReason): void {
    this.#move({ type: "hangup", reason }, "pbx");
  }

  readonly #handlers: Handlers<CallMessage, Promise<void> | void> = {
    calling: ({ number }) => void (this.#number.value = number),
    ringing: (message) => this.#answered(message),
    accept: (message) => this.#answered(message),
    hold: (message) => this.#move(message, message.by ?? otherOf(this.#role)),
    unhold: (message) => this.#move(message, message.by ?? otherOf(this.#role)),
    offer: ({ sdp, fresh }) => this.#media.hear(sdp, fresh),
    answer: ({ call, sdp, of }) => this.#takeAnswer(call, sdp, of),
    candidate: (message) => this.#negotiationOf(message.call)?.add(message.candidates),
    media: ({ microphone, camera }) => this.#media.told({ microphone, camera }),
    message: (message) => this.#chat.read(message),
    dtmf: (message) => this.#chat.hear(message),
    hangup: (message) => this.#ended(message),
    refer: ({ to }) => this.#refer(to),
  };

  #answered(message: Of<PbxMessage, "ringing" | "accept">): Promise<void> {
    const leg = this.#leg;
    this.#host.browser.mark(message.type);
    if (message.call === leg?.id) {
      leg.state = message.type === "accept" ? ESTABLISHED : { name: "ringing" };
      if (message.type === "accept") this.#turnInto(leg);
    } else this.#move(message, "callee");
    return this.#takeAnswer(message.call, message.answer);
  }

  async #takeAnswer(id: string, answer: string | undefined, of?: string): Promise<void> {
    if (answer !== undefined) await this.#negotiationOf(id)?.accept(answer, of);
  }

  #negotiationOf(id: string): Negotiation | undefined {
    return id === this.#leg?.id ? this.#leg.negotiation : this.#media.negotiation;
  }

  #ended({ call, reason }: Of<PbxMessage, "hangup">): void {
    const leg = this.#leg;
    if (call === leg?.id) this.#leg = void leg.close();
    // Whoever sent us on has left before the new call was accepted.
    else if (leg && reason === "transferred") this.#turnInto(leg);
    else this.end(reason);
  }

  /** Dials another number: at once in the place of a call that is not established, else beside it until accepted. */
  #refer(to: string): void {
    const replaces = this.#id;
    const leg = this.#beside(new Leg(this.#host, this.#host.browser.newId(), to, "caller"));
    if (this.#state.peek().name !== "established") this.#turnInto(leg);
    this.#steps.do(() => leg.dial({ replaces }, this.#wants(leg)));
  }

  /** Whether `leg` is still what this call is, or is to become. */
  #wants(leg: Leg): () => boolean {
    return () => this.is(leg.id) && !isOver(this.#state.peek());
  }

  #beside(leg: Leg): Leg {
    this.#leg?.close();
    return this.#leg = leg;
  }

  /** From now on this is that other call. */
  #turnInto({ id, number, negotiation, role, state }: Omit<Leg, "dial" | "accept" | "close">): void {
    this.#leg = undefined;
    this.#id = id;
    this.#role = role;
    this.#outgoing = role === "caller";
    this.#number.value = number;
    this.#media.take(negotiation);
    this.#renew(state);
  }

  /** Somebody else is at the other side. */
  #renew(state: CallState): void {
    batch(() => {
      this.#media.renew();
      // Always news, for the effects that count on the other side.
      this.#enter({ ...state });
    });
  }

  /** Says something as soon as the PBX has heard of the call. */
  #say(message: (call: string) => ChatMessage): void {
    const say = () => this.#host.send(message(this.#id));
    if (this.#state.peek().name === "inviting") this.#steps.do(say);
    else if (!isOver(this.#state.peek())) say();
  }

  /** Says what fits the state, and does it. */
  #step(event: OwnStep): void {
    if (!next(this.#state.peek(), event, this.#role)) return;
    this.#host.send({ ...event, call: this.#id, n: this.#host.count() });
    this.#move(event, this.#role);
  }

  #move(event: Parameters<typeof next>[1], by: Role | "pbx"): void {
    const after = next(this.#state.peek(), event, by);
    if (after) this.#enter(after);
  }

  #enter(state: CallState): void {
    batch(() => {
      this.#state.value = state;
      if (!isOver(state)) return;
      this.#leg?.close();
      this.#media.stop();
    });
    this.#host.browser.mark(state.name);
  }

  #fail(error: unknown): void {
    if (isOver(this.#state.peek())) return;
    this.#host.browser.report(error);
    this.#host.send({ type: "hangup", call: this.#id });
    this.end("failed");
  }
}
