/**
 * The classic `Call` over the phone's own: seven states in place of four, each told once and never from inside a
 * method that the page called; sound with no word from the page, a picture in any of its elements.
 *
 * @module
 */
import { batch, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import { type CallState as State, type EndReason, isHeld } from "../protocol/call_state.ts";
import type { Call } from "./call.ts";
import { ClassicCamera, placeFor, type Surroundings } from "./classic_camera.ts";
import { PageEvent } from "./classic_events.ts";
import { Player } from "./classic_player.ts";
import type * as classic from "./webphone_types.ts";

/** What a classic call needs of the client that it belongs to. */
export interface ClassicCallHost extends Surroundings {
  /** The live microphone: a page that listens to one may play sound with no gesture. */
  readonly microphone: ReadonlySignal<MediaStreamTrack | undefined>;
  /** Dials; `undefined` when there is no line to dial on. */
  dial(number: string | undefined): Call | undefined;
}

const ENDS: Partial<Record<EndReason, classic.CallState>> = {
  "not-found": "NOT_FOUND",
  "rejected": "REJECTED",
  "busy": "BUSY",
  "no-answer": "BUSY",
};

/** The classic word for a state; `undefined` while the classic API has none, before it rings (rows 43 to 49). */
export function classicState(state: State): classic.CallState | undefined {
  switch (state.name) {
    case "inviting":
      return undefined;
    case "ringing":
      return "RINGING";
    case "established":
      return isHeld(state) ? "HOLD" : "IN_CALL";
    case "ended":
      return ENDS[state.reason] ?? "COMPLETED";
  }
}

/** One call of a page. Made by `ClassicClient`, never by hand. */
export class ClassicCall implements classic.Call {
  readonly #host: ClassicCallHost;
  readonly #changed: PageEvent<classic.CallState>;
  readonly #sound: Player;
  readonly #camera = signal<ClassicCamera>();
  readonly #display = signal<Player>();
  readonly #dialled: string;
  #call: Call | undefined;
  /** The last state that is on its way to the page, and the last that has arrived. */
  #told: classic.CallState | "" = "";
  #arrived: classic.CallState | "" = "";
  #used: ClassicCamera | undefined;

  /** `origin` is the number to dial, empty for none, or the call that rings here. */
  constructor(host: ClassicCallHost, origin: string | Call) {
    this.#host = host;
    this.#changed = new PageEvent<classic.CallState>("onCallStateChanged", host.page.report, {
      before: (state) => this.#arrived = state,
    });
    this.#sound = new Player(host.page, () => host.page.placeSound());
    this.#dialled = typeof origin === "string" ? origin : "";
    if (typeof origin === "string") return;
    // A page learns of it while it rings, so ringing is no change (row 33).
    this.#told = this.#arrived = "RINGING";
    this.#follow(origin);
  }

  start(): void {
    if (this.#call || this.#told) return;
    const call = this.#host.dial(this.#dialled || undefined);
    if (call) return this.#follow(call);
    this.#host.fail("not-connected", "Cannot start the call: the client is not connected");
    this.#tell("COMPLETED");
  }

  accept(): void {
    this.#call?.accept();
  }

  reject(): void {
    this.#call?.reject();
  }

  hangUp(): void {
    if (this.#call) this.#call.hangUp();
    else if (!this.#told) this.#tell("COMPLETED");
  }

  hangup(): void {
    this.hangUp();
  }

  hold(): void {
    this.#call?.hold();
  }

  unHold(): void {
    this.#call?.unhold();
  }

  unhold(): void {
    this.unHold();
  }

  getCallState(): classic.CallState | "" {
    return this.#arrived;
  }

  getOtherParty(): string {
    return this.#call?.number.peek() ?? this.#dialled;
  }

  attachCamera(camera: classic.OzCamera): void {
    if (!(camera instanceof ClassicCamera)) {
      throw new TypeError("Cannot attach the camera: attachCamera needs one of OzCamera.getCameraByName()");
    }
    this.#camera.value = camera;
  }

  setRemoteDisplay(displayId = "local"): void {
    this.#display.peek()?.play(undefined);
    this.#display.value = new Player(
      this.#host.page,
      () => placeFor(this.#host, String(displayId), "Remote video"),
    );
  }

  onCallStateChanged(handler: (state: classic.CallState) => void): classic.Unsubscribe {
    return this.#changed.on(handler);
  }

  /** Each of these reads no more than it needs, so that a call that is over hangs on nothing. */
  #follow(call: Call): void {
    this.#call = call;
    effect(() => this.#translate(call.state.value));
    effect(() => this.#hear(call));
    effect(() => this.#show(call));
    effect(() => this.#send(call));
  }

  #translate(state: State): void {
    const word = classicState(state);
    // Two calls that crossed are joined without ringing; pages know no other way up than through it (row 43).
    if (word === "IN_CALL" && !this.#told) this.#tell("RINGING");
    if (word && word !== this.#told) this.#tell(word);
  }

  #tell(state: classic.CallState): void {
    this.#told = state;
    this.#changed.emit(state);
  }

  #hear(call: Call): void {
    if (call.state.value.name !== "established") return this.#sound.play(undefined);
    // Read, so that sound which was refused before the user gave the microphone is tried again (row 55).
    void this.#host.microphone.value;
    this.#sound.play(call.remote.value);
  }

  #show(call: Call): void {
    const state = call.state.value;
    const isSeen = state.name === "established" && !isHeld(state) && call.receiving.value.camera;
    this.#display.value?.play(isSeen ? call.remote.value : undefined);
  }

  #send(call: Call): void {
    const { name } = call.state.value;
    const camera = name === "established" ? this.#camera.value : undefined;
    this.#use(camera);
    if (name !== "established") return;
    const track = camera?.picture.value;
    const limits = camera?.limits.value;
    batch(() => {
      call.sendPicture(track, limits);
      // Never without a picture of ours, or the phone would open a camera of its own.
      call.want({ camera: track !== undefined });
    });
  }

  #use(camera: ClassicCamera | undefined): void {
    const before = this.#used;
    if (before === camera) return;
    this.#used = camera;
    camera?.use(this);
    before?.release(this);
  }
}
