/**
 * A browser for tests: peer connections that connect when offer and answer have met, cameras that are there or not, and
 * a cable to the PBX that can be pulled out. Nothing here knows of calls.
 *
 * @module
 */
import type { Browser, PeerConnection, Socket } from "../../phone/browser.ts";
import type { Exchange } from "../../pbx/exchange.ts";
import type { Clock } from "./clock.ts";
import { FakeNetwork } from "./fake_network.ts";

/** Something that carries a phone's frames to the PBX and back; the default carries them at once. */
export type Carry = (deliver: () => void) => void;

/** What a fake browser is made of. */
export interface FakeBrowserOptions {
  /** The PBX that a new socket leads to. */
  readonly exchange: () => Exchange;
  readonly clock: Clock;
  /** The agents that this browser is signed in as. */
  readonly agents?: readonly string[];
  /** What makes random words; some that are not, where a test is to run the same again. */
  readonly newId?: () => string;
  readonly toPbx?: Carry;
  readonly toPhone?: Carry;
  /** Names of the errors that getUserMedia fails with, by kind. */
  readonly troubles?: { readonly audio?: string; readonly video?: string };
}

/** A browser of our own making. */
export class FakeBrowser implements Browser {
  readonly tracks: FakeTrack[] = [];
  readonly peerConnections: FakePeerConnection[] = [];
  readonly reports: unknown[] = [];
  /** What was asked of the user, question by question. */
  readonly asked: string[] = [];
  readonly sent: string[] = [];
  /** What has reached the page. */
  readonly heard: string[] = [];
  /** Whose faults sockets and media share. */
  readonly network = new FakeNetwork();
  /** Pulls the cable: the PBX hears of it as a lost socket. */
  cut: () => void = () => {};
  readonly #options: FakeBrowserOptions;
  #wake: () => void = () => {};
  #madeAt = 0;

  constructor(options: FakeBrowserOptions) {
    this.#options = options;
  }

  /** Whether what is said now arrives, at once or later. */
  get hasLine(): boolean {
    return this.#madeAt === this.network.address;
  }

  openSocket(_url: string): Socket {
    const { exchange, agents = [] } = this.#options;
    const socket: Socket = { onopen: null, onmessage: null, onclose: null, send: () => {}, close: () => {} };
    // Where there is no network the try hangs.
    if (!this.network.isUp) return socket;
    this.#madeAt = this.network.address;
    const cable = this.network.cable();
    const carry = (over: Carry = now): Carry => (deliver) => cable(() => over(deliver));
    const [toPbx, toPhone] = [carry(this.#options.toPbx), carry(this.#options.toPhone)];
    let isOpen = true;
    const lose = (left: boolean, code: number) => {
      if (!isOpen) return;
      isOpen = false;
      connection.closed(left);
      toPhone(() => socket.onclose?.({ code, reason: "" }));
    };
    const connection = exchange().connect({ agents: new Set(agents) }, {
      send: (data) => isOpen && toPhone(() => this.#hear(socket, data)),
      close: (code) => lose(false, code),
    });
    socket.send = (text) => {
      this.sent.push(text);
      toPbx(() => isOpen && connection.receive(text));
    };
    // A socket that is closed without a code (1005) is no goodbye.
    socket.close = () => toPbx(() => lose(false, 1005));
    this.cut = () => lose(false, 1006);
    queueMicrotask(() => toPhone(() => socket.onopen?.()));
    return socket;
  }

  #hear({ onmessage }: Socket, data: string): void {
    if (!onmessage) return;
    this.heard.push(data);
    onmessage({ data });
  }

  createPeerConnection(): PeerConnection {
    const connection = new FakePeerConnection(this.network, this.#options.clock);
    this.peerConnections.push(connection);
    return connection as unknown as PeerConnection;
  }

  getUserMedia({ audio, video }: MediaStreamConstraints): Promise<MediaStream> {
    const { troubles = {} } = this.#options;
    this.asked.push([audio && "audio", video && "video"].filter(Boolean).join(" "));
    const trouble = (audio && troubles.audio) || (video && troubles.video);
    if (trouble) return Promise.reject(new DOMException("no", trouble));
    const tracks = [...audio ? [new FakeTrack("audio")] : [], ...video ? [new FakeTrack("video")] : []];
    this.tracks.push(...tracks);
    return Promise.resolve(this.newStream(tracks as unknown as MediaStreamTrack[]));
  }

  newStream(tracks: readonly MediaStreamTrack[]): MediaStream {
    return { getTracks: () => [...tracks] } as MediaStream;
  }

  after(milliseconds: number, task: () => void): () => void {
    return this.#options.clock.after(milliseconds, task);
  }

  now(): number {
    return this.#options.clock.now();
  }

  random(): number {
    return 0.5;
  }

  newId(): string {
    return this.#options.newId?.() ?? crypto.randomUUID();
  }

  onWake(listener: () => void): () => void {
    this.#wake = listener;
    return () => void (this.#wake = () => {});
  }

  /** The network is back, or the page has woken up. */
  wake(): void {
    this.#wake();
  }

  mark(_name: string): void {}

  report(error: unknown): void {
    this.reports.push(error);
  }
}

const now: Carry = (deliver) => deliver();

/** A camera's or microphone's track. */
export class FakeTrack {
  readyState: "live" | "ended" = "live";
  onended: (() => void) | null = null;
  constructor(readonly kind: "audio" | "video") {}
  stop(): void {
    this.readyState = "ended";
  }
}

/** What a receiver gives: it knows what the other side's sender has in it. */
export interface ReceivedTrack {
  readonly kind: "audio" | "video";
  readonly source: FakeTrack | null;
}

class FakeTransceiver {
  direction = "sendrecv";
  /** Whether it is in a description, and in one that both sides have; offers of others find no other ones (RFC 9429 §5.10). */
  standing: "new" | "offered" | "negotiated" = "new";
  readonly sender: { track: FakeTrack | null; replaceTrack(track: FakeTrack | null): Promise<void> };
  readonly receiver: { track: ReceivedTrack };

  constructor(kind: "audio" | "video", peer: () => FakePeerConnection | undefined) {
    this.sender = {
      track: null,
      replaceTrack(track) {
        this.track = track;
        return Promise.resolve();
      },
    };
    this.receiver = {
      track: {
        kind,
        get source() {
          return peer()?.negotiated.find(({ receiver }) => receiver.track.kind === kind)?.sender.track ??
            null;
        },
      },
    };
  }
}

/** What two connected ends of a peer connection can say to one another. */
class FakeChannel {
  readyState: RTCDataChannelState = "connecting";
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  readonly #owner: FakePeerConnection;

  constructor(owner: FakePeerConnection) {
    this.#owner = owner;
  }

  send(data: string): void {
    const { peer } = this.#owner;
    if (this.#owner.hasPath) queueMicrotask(() => peer?.channel?.onmessage?.({ data }));
  }

  open(): void {
    if (this.readyState !== "connecting") return;
    this.readyState = "open";
    this.onopen?.();
  }

  close(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.onclose?.();
  }
}

const byDescription = new Map<string, FakePeerConnection>();

/** How long a browser looks for a path that is lost, in milliseconds. */
const FAILING = 15_000;

/** Two of these are connected once one holds the other's answer to its offer. */
export class FakePeerConnection {
  connectionState: RTCPeerConnectionState = "new";
  signalingState: RTCSignalingState = "stable";
  #localDescription: RTCSessionDescriptionInit | null = null;
  onicecandidate: ((event: { candidate: null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: (() => void) | null = null;
  readonly transceivers: FakeTransceiver[] = [];
  /** What it has counted, as `getStats` tells it. */
  stats: Record<string, unknown>[] = [];
  peer: FakePeerConnection | undefined;
  channel: FakeChannel | undefined;
  readonly #network: FakeNetwork;
  readonly #clock: Clock;
  /** The address that its last description was made at. */
  #address = -1;
  #flowedAt: number;
  #packets = 0;
  #checks = 0;
  #countedAt: number;

  constructor(network: FakeNetwork, clock: Clock) {
    this.#network = network;
    this.#clock = clock;
    this.#countedAt = this.#flowedAt = clock.now();
  }

  /** Whether packets can pass to the peer: both are where they were when they told each other their addresses. */
  get hasPath(): boolean {
    const isHere = (end: FakePeerConnection | undefined) =>
      end !== undefined && end.connectionState === "connected" && end.#network.isUp &&
      end.#address === end.#network.address;
    return isHere(this) && isHere(this.peer) && this.peer?.peer === this;
  }

  /** Those that both sides know of: only these send and receive. */
  get negotiated(): FakeTransceiver[] {
    return this.transceivers.filter(({ standing }) => standing === "negotiated");
  }

  /** How many tracks go out. */
  get sending(): number {
    return this.negotiated.filter(({ sender }) => sender.track).length;
  }

  addTransceiver(kind: "audio" | "video"): void {
    this.transceivers.push(new FakeTransceiver(kind, () => this.peer));
  }

  getStats(): Promise<unknown> {
    const now = this.#clock.now();
    // Fifty packets a second, as long as the other side sends anything.
    const isSent = (this.peer?.sending ?? 0) > 0;
    const passed = this.hasPath ? now - this.#countedAt : 0;
    this.#countedAt = now;
    if (this.hasPath) this.#flowedAt = now;
    else if (now - this.#flowedAt > FAILING && this.connectionState === "connected") this.become("failed");
    if (isSent) this.#packets += passed / 20;
    this.#checks += passed / 2500;
    const counted = [
      { type: "inbound-rtp", packetsReceived: this.#packets },
      { type: "candidate-pair", responsesReceived: this.#checks },
    ];
    const stats = this.stats.length > 0 || this.#checks === 0 ? this.stats : counted;
    return Promise.resolve(new Map(stats.map((entry, index) => [String(index), entry])));
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  /** Each look at it may find another candidate in it. */
  get localDescription(): RTCSessionDescriptionInit | null {
    if (this.#localDescription) this.#localDescription.sdp += "a=candidate:1\r\n";
    return this.#localDescription && { ...this.#localDescription };
  }

  setLocalDescription(): Promise<void> {
    if (this.connectionState === "closed") {
      return Promise.reject(new DOMException("closed", "InvalidStateError"));
    }
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    const origin = `${type} ${crypto.randomUUID()}`;
    byDescription.set(origin, this);
    this.#address = this.#network.address;
    this.#localDescription = { type, sdp: `${origin} `.padEnd(80, ".") };
    this.#stand("new", "offered");
    this.signalingState = type === "offer" ? "have-local-offer" : "stable";
    return Promise.resolve();
  }

  setRemoteDescription({ type, sdp = "" }: RTCSessionDescriptionInit): Promise<void> {
    const peer = byDescription.get(sdp.split(" ", 2).join(" "));
    if (!peer || this.connectionState === "closed") return Promise.reject(new Error(`Cannot apply ${type}`));
    this.signalingState = type === "offer" ? "have-remote-offer" : "stable";
    // What only an offer of this side knew of is taken back with it, and is not what the other side offers.
    this.#stand("offered", type === "offer" ? "new" : "negotiated");
    if (type === "offer" && this.negotiated.length === 0) {
      const known = this.transceivers.length;
      this.addTransceiver("audio");
      this.addTransceiver("video");
      for (const transceiver of this.transceivers.slice(known)) transceiver.standing = "negotiated";
    }
    // Who is at the other end is found out once (DTLS): nobody else can take their place.
    this.peer ??= peer;
    this.ontrack?.();
    if (type === "answer") { for (const end of [this, peer]) end.become("connected"); }
    return Promise.resolve();
  }

  #stand(from: FakeTransceiver["standing"], to: FakeTransceiver["standing"]): void {
    for (const transceiver of this.transceivers) if (transceiver.standing === from) transceiver.standing = to;
  }

  become(state: RTCPeerConnectionState): void {
    if (this.connectionState === "closed") return;
    this.connectionState = state;
    this.onconnectionstatechange?.();
    if (state === "connected") this.channel?.open();
  }

  createDataChannel(): FakeChannel {
    return this.channel ??= new FakeChannel(this);
  }

  addIceCandidate(): Promise<void> {
    return Promise.resolve();
  }

  restartIce(): void {}

  setConfiguration(_configuration: RTCConfiguration): void {}

  close(): void {
    const { peer, hasPath } = this;
    this.connectionState = "closed";
    this.channel?.close();
    if (hasPath) queueMicrotask(() => peer?.peer === this && peer.channel?.close());
  }
}
