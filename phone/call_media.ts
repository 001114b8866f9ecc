/**
 * What flows in one call: the negotiation that stands at the moment, what this side sends and is sent, and how it comes
 * back when it stops.
 *
 * @module
 */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import { type CallState, isHeld, isOver, type Role } from "../protocol/call_state.ts";
import { type CallHost, type CallStart, negotiate } from "./call_host.ts";
import { BOTH, type Wants } from "./camera.ts";
import { idOf, type Negotiation } from "./negotiation.ts";
import type { Quality } from "./quality.ts";
import { Recovery } from "./recovery.ts";
import { Sending } from "./sending.ts";
import type { Steps } from "./steps.ts";

/** What media needs to know of its call. */
export interface MediaOwner {
  /** The call's name and this phone's end of it, which may change until the call is over. */
  readonly id: string;
  readonly role: Role;
  readonly state: ReadonlySignal<CallState>;
}

/** The media of one call. */
export class CallMedia {
  readonly #host: CallHost;
  readonly #owner: MediaOwner;
  readonly #steps: Steps;
  readonly #negotiation = signal<Negotiation>();
  readonly #receiving = signal(BOTH);
  readonly #stop: () => void;
  readonly sending: Sending;
  readonly recovery: Recovery;
  /** What the other side says it sends. */
  readonly receiving: ReadonlySignal<Wants> = this.#receiving;
  readonly remote: ReadonlySignal<MediaStream | undefined> = computed(() =>
    this.#negotiation.value?.remote.value
  );
  readonly connection: ReadonlySignal<RTCPeerConnectionState> = computed(() =>
    this.#negotiation.value?.connection.value ?? "new"
  );

  constructor(host: CallHost, owner: MediaOwner, steps: Steps, { wants, outgoing, acceptedAt }: CallStart) {
    this.#host = host;
    this.#owner = owner;
    this.#steps = steps;
    const { state } = owner;
    this.sending = new Sending({
      camera: host.camera,
      outgoing,
      state,
      negotiation: this.#negotiation,
      tell: (sends) => host.send({ type: "media", call: owner.id, ...sends, n: host.count() }),
      fail: steps.fail,
      // What the other side was told by an earlier page, nobody here knows.
      told: acceptedAt === undefined ? BOTH : undefined,
    }, wants);
    this.recovery = new Recovery({
      browser: host.browser,
      negotiation: this.#negotiation,
      isExpecting: () => {
        const { microphone, camera } = this.#receiving.peek();
        return (microphone || camera) && !isHeld(state.peek());
      },
      probe: host.probe,
      restart: () => this.#restart(),
    });
    this.#stop = effect(() => {
      if (state.value.name === "established") this.recovery.start();
    });
  }

  /** The negotiation that stands at the moment. */
  get negotiation(): Negotiation | undefined {
    return this.#negotiation.peek();
  }

  /** Puts a negotiation in the place of the one that stood. */
  take(negotiation: Negotiation): void {
    const before = this.#negotiation.peek();
    if (before !== negotiation) before?.close();
    this.#negotiation.value = negotiation;
  }

  /** Gives the negotiation away, which goes on elsewhere. */
  giveAway(): Negotiation | undefined {
    const negotiation = this.#negotiation.peek();
    this.#negotiation.value = undefined;
    return negotiation;
  }

  /** Takes the offer of an invite, and gives the answer. */
  async first(offer: string | undefined): Promise<string | undefined> {
    if (offer === undefined) return undefined;
    this.take(this.#negotiate());
    return await this.negotiation?.answer(offer);
  }

  /** Takes an offer of the other side in a call that goes on, and answers it unless one of this side stands against it. */
  async hear(sdp: string, fresh: boolean | undefined): Promise<void> {
    const before = this.negotiation;
    // The other page has begun anew: what was negotiated with the one before it is void.
    const negotiation = fresh && !before?.isMeantBy(sdp) ? this.#negotiate() : before;
    const answer = await negotiation?.answer(sdp, fresh);
    const isWanted = answer && !isOver(this.#owner.state.peek());
    if (isWanted) this.#host.send({ type: "answer", call: this.#owner.id, sdp: answer, of: idOf(sdp) });
    // A page that begins anew has passed over the offer that stands against its own.
    if (fresh && negotiation === before) before?.sayOffer();
    if (!negotiation || negotiation === before) return;
    if (!isWanted) return negotiation.close();
    this.take(negotiation);
    // And that page knows nothing of what this side sends.
    this.sending.renew();
  }

  /** Begins to negotiate from nothing, in a call of an earlier page or with no offer so far. */
  async begin(): Promise<void> {
    const negotiation = this.#negotiate(true);
    await negotiation.begin();
    if (isOver(this.#owner.state.peek())) return negotiation.close();
    this.take(negotiation);
    this.recovery.begun();
  }

  /** The other side says what it sends. */
  told(sends: Wants): void {
    this.#receiving.value = sends;
  }

  /** Somebody else is at the other side. */
  renew(): void {
    this.sending.renew();
    this.#receiving.value = BOTH;
  }

  /** How well the other side was heard and seen since the last asking; `undefined` where that cannot be told. */
  async quality(): Promise<Quality | undefined> {
    return await this.negotiation?.quality();
  }

  /** All that the browser counts of the negotiation that stands; `undefined` before there is one. */
  async stats(): Promise<RTCStatsReport | undefined> {
    return await this.negotiation?.stats();
  }

  /** The call is over. */
  stop(): void {
    this.#stop();
    this.recovery.stop();
    this.negotiation?.close();
    this.sending.stop();
  }

  #negotiate(offers = false): Negotiation {
    return negotiate(this.#host, this.#owner.id, { impolite: this.#owner.role === "caller", offers });
  }

  /** After all that has come before: an offer must not be made in the middle of an answer. */
  #restart(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#steps.do(async () => {
        await this.negotiation?.restart(this.#host.iceServers()).then(resolve, reject);
      });
    });
  }
}
