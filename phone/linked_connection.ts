/**
 * A peer connection whose offer and answer were exchanged before the call: whoever negotiates over it does as with any
 * other, and finds it done. In the place of a description it gives and takes the name of its link; what comes later, such
 * as another path, goes to the real connection underneath.
 *
 * @module
 */
import { linkDescription, linkOf } from "../protocol/link_messages.ts";
import type { PeerConnection } from "./browser.ts";
import type { Link } from "./link.ts";

/** How one comes to a connection that is to answer. */
export interface Choice {
  /** The link of that name, if it is this call's to take. */
  link(id: string): Link | undefined;
  /** A connection of the usual kind. */
  ordinary(): PeerConnection;
}

/** Sends or receives over a link; or, to answer with, over whichever connection the first offer asks for. */
export class LinkedConnection {
  onicecandidate: PeerConnection["onicecandidate"] = null;
  onconnectionstatechange: PeerConnection["onconnectionstatechange"] = null;
  ontrack: PeerConnection["ontrack"] = null;
  /** Given where it is to answer. */
  readonly #choice: Choice | undefined;
  /** Told of a link that was offered, and not taken up by the other side. */
  readonly #unused: (link: Link) => void;
  #link: Link | undefined;
  #inner: PeerConnection | undefined;
  /** Whether the next description of this side is the name of the link. */
  #isNamedNext = false;
  /** That name, to be read once: it is good in the invite and its answer, and nowhere else. */
  #named: RTCSessionDescriptionInit | undefined;
  /** Whether the name waits for its answer. */
  #isOffering = false;
  /** Whether the other side was found to hear nothing over it. */
  #isDeaf = false;

  private constructor(choice: Choice | undefined, unused: (link: Link) => void = () => {}) {
    this.#choice = choice;
    this.#unused = unused;
  }

  /** One to call with, over `link`; `unused` is told if it is closed before the other side has taken it up. */
  static over(link: Link, unused: (link: Link) => void): LinkedConnection {
    const connection = new LinkedConnection(undefined, unused);
    connection.#link = link;
    connection.#adopt(link.connection);
    connection.#isNamedNext = true;
    return connection;
  }

  /** One to answer with. */
  static answering(choice: Choice): LinkedConnection {
    return new LinkedConnection(choice);
  }

  /** The same as those see it who negotiate. */
  get asPeerConnection(): PeerConnection {
    return this as unknown as PeerConnection;
  }

  /** Whether the other side hears over it; what was silent when it should have answered needs another path. */
  hears(isHeard: boolean): void {
    if (this.#isDeaf !== isHeard) return;
    this.#isDeaf = !isHeard;
    this.#tellState();
  }

  get connectionState(): RTCPeerConnectionState {
    return this.#isDeaf ? "failed" : this.#inner?.connectionState ?? "new";
  }

  get signalingState(): RTCSignalingState {
    return this.#isOffering ? "have-local-offer" : this.#inner?.signalingState ?? "stable";
  }

  get localDescription(): RTCSessionDescriptionInit | null {
    const named = this.#named;
    this.#named = undefined;
    if (named) return named;
    return this.#isOffering ? null : this.#inner?.localDescription ?? null;
  }

  addTransceiver(kind: "audio" | "video", init?: RTCRtpTransceiverInit): RTCRtpTransceiver {
    const made = this.#link && this.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
    return made ?? this.#real.addTransceiver(kind, init);
  }

  getTransceivers(): RTCRtpTransceiver[] {
    return this.#inner?.getTransceivers() ?? [];
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#inner?.getStats() ?? Promise.resolve(new Map() as unknown as RTCStatsReport);
  }

  async setLocalDescription(): Promise<void> {
    if (!this.#link || !this.#isNamedNext) return await this.#real.setLocalDescription();
    this.#isNamedNext = false;
    this.#isOffering = this.#choice === undefined;
    this.#named = { type: this.#isOffering ? "offer" : "answer", sdp: linkDescription(this.#link.id) };
    // It is connected, and what comes over it is there to be shown.
    this.#tellState();
    this.ontrack?.call(this.#real as RTCPeerConnection, new Event("track") as RTCTrackEvent);
  }

  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const named = linkOf(description.sdp);
    if (named === undefined) {
      await this.#real.setRemoteDescription(description);
      return this.hears(true);
    }
    if (!this.#inner) {
      this.#link = this.#choice?.link(named);
      if (this.#link) this.#adopt(this.#link.connection);
    }
    if (this.#link?.id !== named) throw new Error("Cannot take this description: its link is not there");
    this.#isOffering = false;
    this.#isNamedNext = description.type === "offer";
  }

  addIceCandidate(candidate?: RTCIceCandidateInit): Promise<void> {
    return this.#real.addIceCandidate(candidate);
  }

  restartIce(): void {
    this.#real.restartIce();
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.#real.setConfiguration?.(configuration);
  }

  close(): void {
    const link = this.#link;
    if (!link) return this.#inner?.close();
    if (!this.#isOffering) return link.end();
    // Another call may take it up; nothing of this one goes on.
    this.#isOffering = false;
    this.onicecandidate = this.onconnectionstatechange = this.ontrack = null;
    this.#inner = this.#link = undefined;
    for (const { sender } of link.connection.getTransceivers()) sender.replaceTrack(null).catch(() => {});
    this.#unused(link);
  }

  /** The real connection; one of the usual kind unless a link was asked for. */
  get #real(): PeerConnection {
    if (this.#inner) return this.#inner;
    if (!this.#choice) throw new DOMException("closed", "InvalidStateError");
    return this.#adopt(this.#choice.ordinary());
  }

  #adopt(inner: PeerConnection): PeerConnection {
    inner.onicecandidate = (event) => this.onicecandidate?.call(inner as RTCPeerConnection, event);
    inner.onconnectionstatechange = () => this.#tellState();
    inner.ontrack = (event) => this.ontrack?.call(inner as RTCPeerConnection, event);
    return this.#inner = inner;
  }

  #tellState(): void {
    this.onconnectionstatechange?.call(this.#inner as RTCPeerConnection, new Event("connectionstatechange"));
  }
}
