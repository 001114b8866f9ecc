/**
 * The media of one call: offer, answer and candidates (JSEP, RFC 9429) over one peer connection.
 *
 * It is *connected while it rings*: both sides negotiate with empty senders, so that ICE and DTLS are done before the
 * callee accepts, and accepting only puts tracks in ({@linkcode Negotiation.send}), with no further offer.
 *
 * @module
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { IceServer, Of, PhoneMessage } from "../protocol/messages.ts";
import type { Browser, PeerConnection } from "./browser.ts";
import { type Quality, QualityMeter } from "./quality.ts";

/** Candidates as they travel. */
export type Candidates = Of<PhoneMessage, "candidate">["candidates"];

/** What goes out on each sender; `null` for nothing. */
export interface Tracks {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

/** How much of a picture may go out; what is missing is left to the browser. */
export interface PictureLimits {
  /** Bits per second. */
  readonly maxBitrate?: number;
  /** Frames per second. */
  readonly maxFramerate?: number;
  /** What gives when there is not room for all of it. */
  readonly degradationPreference?: RTCDegradationPreference;
}

/** Whom a negotiation tells what the other side must hear. */
export interface Outlet {
  candidates(candidates: Candidates): void;
  /** A new offer in a call that is established: an ICE restart, or a `fresh` one, of a connection that has had no answer. */
  offer(sdp: string, fresh: true | undefined): void;
}

/** How one negotiates. */
export interface Manner {
  /** When two offers cross, the own one stands (perfect negotiation): so does the caller. */
  readonly impolite: boolean;
  /** Whether it begins with an offer of its own. */
  readonly offers: boolean;
}

/** How much has arrived so far: packets of media, and answers of connectivity checks. */
export interface Arrived {
  readonly media: number;
  readonly checks: number;
}

/** How long candidates are gathered into one message, in milliseconds. */
const GATHERING = 20;

/** One peer connection, from its first offer to its end. Its steps are done one after the other. */
export class Negotiation {
  readonly #browser: Browser;
  readonly #outlet: Outlet;
  readonly #pc: PeerConnection;
  readonly #impolite: boolean;
  readonly #remote = signal<MediaStream>();
  readonly #connection = signal<RTCPeerConnectionState>("new");
  readonly #applied = signal(0);
  #gathered: RTCIceCandidateInit[] = [];
  /** Remote candidates that came before the description they belong to; `undefined` once it is there. */
  #early: Candidates | undefined = [];
  readonly #meter = new QualityMeter();
  /** What each sender was given last. */
  readonly #given = new WeakMap<RTCRtpSender, MediaStreamTrack | null>();
  #closed = false;
  /** Whether its first offer was made in a call that goes on: the other side is to begin anew too. */
  #isFresh = false;
  /** The answer that was given last, by its offer's id. */
  #answers: Readonly<Record<string, string>> = {};
  /** What the other side sends, once it is known that it may. */
  readonly remote: ReadonlySignal<MediaStream | undefined> = this.#remote;
  /** The browser's own word on the connection. */
  readonly connection: ReadonlySignal<RTCPeerConnectionState> = this.#connection;
  /** How many times an offer and its answer have met here. */
  readonly applied: ReadonlySignal<number> = this.#applied;

  constructor(
    browser: Browser,
    iceServers: readonly IceServer[],
    { impolite, offers }: Manner,
    outlet: Outlet,
  ) {
    this.#browser = browser;
    this.#outlet = outlet;
    this.#impolite = impolite;
    this.#pc = browser.createPeerConnection(configuration(iceServers), offers);
    this.#pc.onicecandidate = ({ candidate }) => candidate && this.#gather(candidate.toJSON());
    this.#pc.ontrack = () => this.#showRemote();
    this.#pc.onconnectionstatechange = () => void (this.#connection.value = this.#pc.connectionState);
  }

  /** The caller's first offer, with the candidates that are ready. */
  async offer(): Promise<string> {
    this.#pc.addTransceiver("audio", { direction: "sendrecv" });
    this.#pc.addTransceiver("video", { direction: "sendrecv" });
    return await this.#describe();
  }

  /** Whether a fresh offer of this side waits for its answer. */
  get isBeginning(): boolean {
    return this.#isFresh && !this.#applied.peek();
  }

  /**
   * Whether the fresh offer `sdp` is for this connection: its own stands against it, or it has heard it before. One that
   * would have to take its own back is of no use: what it has to send belongs to that one (RFC 9429 §5.10).
   */
  isMeantBy(sdp: string): boolean {
    return (this.#impolite && this.isBeginning) || idOf(sdp) in this.#answers;
  }

  /** Begins anew in a call that goes on: the first offer of a page that has taken the call up. */
  async begin(): Promise<void> {
    this.#isFresh = true;
    await this.offer();
    this.sayOffer();
  }

  /**
   * Takes the other side's offer and gives the answer. When the own offer stands against it, that is the one that was given
   * before, which must have been lost, else `undefined`.
   */
  async answer(offer: string, fresh?: boolean): Promise<string | undefined> {
    if (this.#closed || (this.isBeginning && !fresh)) return undefined;
    if (this.#impolite && this.#pc.signalingState !== "stable") return this.#answers[idOf(offer)];
    await this.#pc.setRemoteDescription({ type: "offer", sdp: offer });
    for (const transceiver of this.#pc.getTransceivers()) transceiver.direction = "sendrecv";
    const sdp = await this.#describe();
    this.#answers = { [idOf(offer)]: sdp };
    this.#drain();
    return sdp;
  }

  /** Takes the other side's answer, `of` an offer. One that is no longer there, or was made by the page before, is ignored. */
  async accept(answer: string, of?: string): Promise<void> {
    const { signalingState, localDescription } = this.#pc;
    if (signalingState !== "have-local-offer" || (of && of !== idOf(`${localDescription?.sdp}`))) return;
    await this.#pc.setRemoteDescription({ type: "answer", sdp: answer });
    this.#drain();
  }

  /** Takes candidates of the other side; those that come before their description wait for it. */
  add(candidates: Candidates): void {
    if (this.#early) this.#early.push(...candidates);
    else for (const candidate of candidates) this.#addCandidate(candidate);
  }

  /** Puts tracks into the senders, or takes them out, without a new offer. */
  async send(tracks: Tracks): Promise<void> {
    if (this.#closed) return;
    await Promise.all(
      this.#pc.getTransceivers().map(({ sender, receiver }) => {
        const track = receiver.track.kind === "audio" ? tracks.audio : tracks.video;
        // What a sender has tells nothing while the browser is still at it.
        if ((this.#given.get(sender) ?? null) === track) return;
        this.#given.set(sender, track);
        return sender.replaceTrack(track);
      }),
    );
  }

  /** Keeps the outgoing picture within `limits`. A browser that cannot reports so, and the call goes on. */
  async limit(
    { maxBitrate, maxFramerate, degradationPreference = "balanced" }: PictureLimits,
  ): Promise<void> {
    const sender = this.#pc.getTransceivers().find(({ receiver }) => receiver.track.kind === "video")?.sender;
    if (this.#closed || !sender) return;
    const parameters = sender.getParameters();
    // What is `undefined` is as good as not there (Web IDL).
    const encodings = parameters.encodings.map((encoding) =>
      ({ ...encoding, maxBitrate, maxFramerate }) as RTCRtpEncodingParameters
    );
    await sender.setParameters({ ...parameters, encodings, degradationPreference })
      .catch((error) => this.#closed || this.#browser.report(error));
  }

  /** All that the browser counts (W3C webrtc-stats). */
  stats(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  /** How well the media arrives since the last asking; `undefined` at the first one. */
  async quality(): Promise<Quality | undefined> {
    return this.#meter.read(await this.#pc.getStats());
  }

  /** How much has arrived so far (W3C webrtc-stats). */
  async arrived(): Promise<Arrived> {
    let [media, checks] = [0, 0];
    for (const { packetsReceived = 0, responsesReceived = 0, type } of (await this.#pc.getStats()).values()) {
      if (type === "inbound-rtp") media += packetsReceived;
      checks += responsesReceived;
    }
    return { media, checks };
  }

  /**
   * Finds a new path when the old one broke (ICE restart), with the relays of the day; an offer that waits for its answer
   * is said again. The answer comes through {@linkcode accept}.
   */
  async restart(iceServers: readonly IceServer[]): Promise<void> {
    if (this.#pc.signalingState === "stable") {
      this.#pc.setConfiguration?.(configuration(iceServers));
      this.#pc.restartIce();
      await this.#describe();
    }
    this.sayOffer();
  }

  /** Says the offer again that waits for its answer, if there is one. */
  sayOffer(): void {
    const { signalingState, localDescription } = this.#pc;
    if (signalingState !== "have-local-offer" || !localDescription) return;
    this.#outlet.offer(localDescription.sdp, !this.#applied.peek() || undefined);
  }

  /** Ends the media. Whatever comes later is ignored. */
  close(): void {
    this.#closed = true;
    // From then on it tells nothing any more (W3C WebRTC §4.4.1.3).
    this.#pc.close();
    this.#connection.value = "closed";
    this.#remote.value = undefined;
  }

  async #describe(): Promise<string> {
    await this.#pc.setLocalDescription();
    // What the description already holds need not be sent again.
    this.#gathered = [];
    return this.#pc.localDescription?.sdp ?? "";
  }

  #gather(candidate: RTCIceCandidateInit): void {
    if (this.#gathered.push(candidate) === 1) this.#browser.after(GATHERING, () => this.#flush());
  }

  #flush(): void {
    const candidates = this.#gathered as Candidates;
    this.#gathered = [];
    if (candidates[0] && !this.#closed) this.#outlet.candidates(candidates);
  }

  #drain(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const candidate of early) this.#addCandidate(candidate);
    this.#applied.value++;
  }

  #addCandidate(candidate: Candidates[number]): void {
    this.#pc.addIceCandidate(candidate)
      // One of a description that lost a collision, or of a kind this browser does not know: others will do.
      .catch((error) => this.#closed || this.#browser.report(error));
  }

  #showRemote(): void {
    const tracks = this.#pc.getTransceivers().map(({ receiver }) => receiver.track);
    this.#remote.value = this.#browser.newStream(tracks);
  }
}

/**
 * What tells an offer from all others, also when it is said again and has more candidates by then: how it begins, which
 * holds the number and the version of its session (RFC 8866 §5.2).
 */
export const idOf = (sdp: string): string => sdp.slice(0, 80);

/** How every connection of this phone is made. */
export const configuration = (iceServers: readonly IceServer[]): RTCConfiguration => ({
  bundlePolicy: "max-bundle",
  iceServers: iceServers as RTCIceServer[],
});
