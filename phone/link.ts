/**
 * One link: a peer connection to another agent's page that stands before any call, with nothing in its senders, and a
 * channel for data, over which a call is announced ahead of the PBX.
 *
 * @module
 */
import type { Browser, PeerConnection } from "./browser.ts";
import type { Candidates } from "./negotiation.ts";

/** The part of `RTCPeerConnection` that a link uses. */
export type LinkConnection = PeerConnection & Pick<RTCPeerConnection, "createDataChannel">;

/** A step of making the connection, to be passed on to the other end. */
export interface Linking {
  readonly offer?: string | undefined;
  readonly answer?: string | undefined;
  readonly candidates?: Candidates | undefined;
}

/** How far it is: being made, standing, taken by a call, or over. */
export type LinkStage = "making" | "standing" | "taken" | "over";

/** What tells one link from another: its name, the same at both ends, to whom it leads, and whether this end begins. */
export interface LinkName {
  readonly id: string;
  readonly number: string;
  readonly offers: boolean;
}

/** Whom a link tells what happens. */
export interface LinkOwner {
  readonly browser: Browser;
  say(step: Linking): void;
  /** It has come to another stage. */
  moved(stage: LinkStage): void;
  /** The connection could not be made, or a step of it not be done. */
  failed(error: unknown): void;
}

/** How long candidates are gathered into one message, in milliseconds. */
const GATHERING = 50;

/** How long it may take to make the connection, in milliseconds. */
const MAKING = 15_000;

/** How long a connection may be without answer before it is given up, in milliseconds. */
const DOUBT = 4000;

/** One link, from its first step to its end. */
export class Link implements LinkName {
  /** Its name, the same at both ends. */
  readonly id: string;
  /** Whom it leads to. */
  readonly number: string;
  /** Whether this end begins. */
  readonly offers: boolean;
  readonly connection: LinkConnection;
  /** What the other page says over the channel; for whoever has calls to announce. */
  heard: (text: string) => void = () => {};
  /** The channel is closed: the other page has ended what went over this connection. */
  closed: () => void = () => {};
  readonly #owner: LinkOwner;
  readonly #channel: RTCDataChannel;
  readonly #madeAt: number;
  #stage: LinkStage = "making";
  #gathered: RTCIceCandidateInit[] = [];
  /** Candidates of the other end that came before its description. */
  #early: Candidates | undefined = [];
  #cancelTimer: () => void;

  constructor(
    { id, number, offers }: LinkName,
    connection: LinkConnection,
    owner: LinkOwner,
  ) {
    this.id = id;
    this.number = number;
    this.offers = offers;
    this.connection = connection;
    this.#owner = owner;
    this.#madeAt = owner.browser.now();
    this.#cancelTimer = owner.browser.after(MAKING, () => this.end());
    connection.onicecandidate = ({ candidate }) => candidate && this.#gather(candidate.toJSON());
    connection.onconnectionstatechange = () => this.#look();
    // Both ends make it alike, so that no offer has to tell of it.
    const channel = connection.createDataChannel("link", { negotiated: true, id: 0 });
    channel.onopen = () => this.#look();
    channel.onclose = () => {
      this.closed();
      if (this.#stage !== "taken") this.end();
    };
    channel.onmessage = ({ data }) => typeof data === "string" && this.heard(data);
    this.#channel = channel;
    if (offers) this.#do(() => this.#offer());
  }

  /** How far it is. */
  get stage(): LinkStage {
    return this.#stage;
  }

  /** How long there has been one, in milliseconds. */
  get age(): number {
    return this.#owner.browser.now() - this.#madeAt;
  }

  /** Whether it is connected at this moment. */
  get isUp(): boolean {
    return this.connection.connectionState === "connected" && this.#channel.readyState === "open";
  }

  /** Takes a step of the other end. */
  hear({ offer, answer, candidates }: Linking): void {
    if (this.#stage !== "making") {
      // The other end makes it anew, and this one does not know why.
      if (offer !== undefined) this.end();
      return;
    }
    if (offer !== undefined && !this.offers) this.#do(() => this.#answer(offer));
    if (answer !== undefined && this.offers) this.#do(() => this.#accept(answer));
    if (this.#early) this.#early.push(...candidates ?? []);
    else for (const candidate of candidates ?? []) this.#add(candidate);
  }

  /** Says something to the other page; `false` where it cannot be said. */
  say(text: string): boolean {
    if (this.#channel.readyState !== "open") return false;
    this.#channel.send(text);
    return true;
  }

  /** A call takes the connection: from now on it belongs to that. */
  take(): void {
    this.#cancelTimer();
    this.#move("taken");
  }

  /** Closes the connection. */
  end(): void {
    if (this.#stage === "over") return;
    this.#cancelTimer();
    this.#channel.onclose = null;
    this.connection.onicecandidate = this.connection.onconnectionstatechange = null;
    this.connection.close();
    this.#move("over");
  }

  async #offer(): Promise<void> {
    this.connection.addTransceiver("audio", { direction: "sendrecv" });
    this.connection.addTransceiver("video", { direction: "sendrecv" });
    this.#owner.say({ offer: await this.#describe() });
  }

  async #answer(offer: string): Promise<void> {
    await this.connection.setRemoteDescription({ type: "offer", sdp: offer });
    for (const transceiver of this.connection.getTransceivers()) transceiver.direction = "sendrecv";
    this.#owner.say({ answer: await this.#describe() });
    this.#drain();
  }

  async #accept(answer: string): Promise<void> {
    await this.connection.setRemoteDescription({ type: "answer", sdp: answer });
    this.#drain();
  }

  async #describe(): Promise<string> {
    await this.connection.setLocalDescription();
    // What the description already holds need not be sent again.
    this.#gathered = [];
    return this.connection.localDescription?.sdp ?? "";
  }

  #drain(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const candidate of early) this.#add(candidate);
  }

  #add(candidate: Candidates[number]): void {
    // One of a kind that this browser does not know: others will do.
    this.connection.addIceCandidate(candidate).catch((error) => this.#owner.failed(error));
  }

  #gather(candidate: RTCIceCandidateInit): void {
    if (this.#gathered.push(candidate) > 1) return;
    this.#owner.browser.after(GATHERING, () => {
      const candidates = this.#gathered.splice(0) as Candidates;
      if (candidates.length > 0 && this.#stage === "making") this.#owner.say({ candidates });
    });
  }

  #look(): void {
    const { connectionState } = this.connection;
    if (this.#stage === "making" && this.isUp) {
      this.#cancelTimer();
      this.#move("standing");
    } else if (connectionState === "failed" || connectionState === "closed") this.end();
    else if (this.#stage === "standing") {
      this.#cancelTimer();
      if (!this.isUp) this.#cancelTimer = this.#owner.browser.after(DOUBT, () => this.end());
    }
  }

  #move(stage: LinkStage): void {
    this.#stage = stage;
    this.#owner.moved(stage);
  }

  /** What the browser cannot do ends the link, and nothing else. */
  #do(step: () => Promise<void>): void {
    step().catch((error) => {
      if (this.#stage !== "making") return;
      this.#owner.failed(error);
      this.end();
    });
  }
}
