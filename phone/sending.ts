/**
 * What this side of a call sends: a wish, from which follows by itself which devices are open, which tracks are in the
 * senders, and what the other side is told of it.
 *
 * @module
 */
import { effect, type ReadonlySignal, signal } from "@preact/signals-core";
import { type CallState, isHeld, isOver } from "../protocol/call_state.ts";
import { BOTH, type Camera, type Wants } from "./camera.ts";
import type { Negotiation, PictureLimits } from "./negotiation.ts";

/** What sending depends on, and whom it tells. */
export interface SendingParts {
  readonly camera: Camera;
  readonly outgoing: boolean;
  readonly state: ReadonlySignal<CallState>;
  readonly negotiation: ReadonlySignal<Negotiation | undefined>;
  /** The other side is to hear what it gets. */
  tell(sends: Wants): void;
  fail(error: unknown): void;
  /** What the other side believes at first; `undefined` when that is not known. */
  readonly told: Wants | undefined;
}

/** One call's sending. */
export class Sending {
  readonly #parts: SendingParts;
  readonly #wants = signal<Wants>(BOTH);
  readonly #picture = signal<MediaStreamTrack>();
  readonly #limits = signal<PictureLimits>();
  readonly #effects: (() => void)[];
  /** What the other side believes; both, until it is told otherwise. */
  #told: Wants | undefined;
  /** What is to be sent; what this page lacks is missing all the same. */
  readonly wants: ReadonlySignal<Wants> = this.#wants;

  constructor(parts: SendingParts, wants: Wants) {
    this.#parts = parts;
    this.#told = parts.told;
    this.#wants.value = wants;
    this.#effects = [
      effect(() => this.#openDevices()),
      effect(() => this.#putTracks()),
      effect(() => this.#limitPicture()),
      effect(() => this.#tell()),
    ];
  }

  /** Changes what is to be sent. */
  want(change: Partial<Wants>): void {
    this.#wants.value = { ...this.#wants.peek(), ...change };
  }

  /** Sends this picture in place of the page's camera; `undefined` gives the camera back. */
  sendPicture(track: MediaStreamTrack | undefined, limits?: PictureLimits): void {
    this.#picture.value = track;
    this.#limits.value = limits;
  }

  /** Somebody else is at the other side, who has been told nothing. */
  renew(): void {
    this.#told = BOTH;
    this.#tell();
  }

  /** The call is over: devices that nobody else wants go dark. */
  stop(): void {
    this.#parts.camera.want(this, undefined);
    for (const stop of this.#effects) stop();
  }

  #openDevices(): void {
    const { name } = this.#parts.state.value;
    const live = name === "established" || (name !== "ended" && this.#parts.outgoing);
    const { microphone, camera } = this.#wants.value;
    this.#parts.camera.want(this, live ? { microphone, camera: camera && !this.#picture.value } : undefined);
  }

  #putTracks(): void {
    const negotiation = this.#parts.negotiation.value;
    const state = this.#parts.state.value;
    const { microphone, camera } = this.#wants.value;
    const audio = this.#parts.camera.microphone.value;
    const video = this.#picture.value ?? this.#parts.camera.picture.value;
    if (!negotiation || isOver(state)) return;
    // The caller's picture may be on its way while it rings, for the callee to show as soon as it has accepted.
    const flows = state.name === "established" ? !isHeld(state) : this.#parts.outgoing;
    const tracks = { audio: flows && microphone && audio || null, video: flows && camera && video || null };
    negotiation.send(tracks).catch((error) => this.#parts.fail(error));
  }

  /** Only what is negotiated has encodings to limit. */
  #limitPicture(): void {
    const limits = this.#limits.value;
    if (limits && this.#parts.state.value.name === "established") {
      void this.#parts.negotiation.value?.limit(limits);
    }
  }

  /** Tells the other side what it gets, once that is known and only when it is news. */
  #tell(): void {
    const { name } = this.#parts.state.value;
    const { microphone, camera } = this.#wants.value;
    const sends = {
      microphone: microphone && this.#parts.camera.microphone.value !== undefined,
      camera: camera && (this.#picture.value ?? this.#parts.camera.picture.value) !== undefined,
    };
    if (name !== "established" || this.#parts.camera.asking.value) return;
    if (sends.microphone === this.#told?.microphone && sends.camera === this.#told.camera) return;
    this.#told = sends;
    this.#parts.tell(sends);
  }
}
