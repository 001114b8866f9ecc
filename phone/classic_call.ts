/**
 * The classic `Call` over the phone's own: seven states in place of four, each told once and never from inside a
 * method that the page called; sound with no word from the page, a picture in any of its elements.
 *
 * @module
 */
import { batch, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import {
  type CallState as State,
  ENDINGS,
  type EndReason,
  type Holder,
  isHeld,
} from "../protocol/call_state.ts";
import type { Call } from "./call.ts";
import { ClassicCamera, playerIn, type Surroundings } from "./classic_camera.ts";
import { type Events, events, PageEvent } from "./classic_events.ts";
import { levelOf, MEASURING, thresholdsOf } from "./classic_level.ts";
import { cannot, quiet, refuse, SOME, textOf } from "./classic_manners.ts";
import { Player } from "./classic_player.ts";
import { type Phone, PhoneError } from "./phone.ts";
import type * as classic from "./webphone_types.ts";

/** What calls and sessions need of the client that they belong to. */
export interface ClassicHost extends Surroundings {
  readonly phone: Phone;
  /** The time, in milliseconds since the epoch by the server's clock. */
  now(): number;
  /** Why the page cannot do what needs the right, as far as that is known here. */
  problem(right: classic.Right, method: string): PhoneError | undefined;
  /** Throws that. */
  allow(right: classic.Right, method: string): void;
}

const ENDS: Partial<Record<EndReason, classic.CallState>> = {
  "not-found": "NOT_FOUND",
  "rejected": "REJECTED",
  "busy": "BUSY",
  "no-answer": "BUSY",
};

/** The state of a call of this phone or of others. */
export interface AnyState {
  readonly name: State["name"];
  readonly heldBy?: readonly Holder[] | undefined;
  readonly reason?: EndReason | undefined;
}

/** The classic word for a state; `undefined` while the classic API has none, before it rings (rows 43 to 49). */
export function classicState(
  { name, heldBy = [], reason = "failed" }: AnyState,
): classic.CallState | undefined {
  if (name === "established") return heldBy.length > 0 ? "HOLD" : "IN_CALL";
  if (name === "ended") return ENDS[reason] ?? "COMPLETED";
  return name === "ringing" ? "RINGING" : undefined;
}

/** Tells each of what a growing list has not had before. */
function eachNew<T>(list: ReadonlySignal<Iterable<T>>, tell: (item: T) => void): void {
  let told = 0;
  effect(() => {
    const items = [...list.value];
    items.slice(told).forEach(tell);
    told = items.length;
  });
}

type Heard = "onCallStateChanged" | "onMessageReceived" | "onDtmfReceived";

/** One call of a page. */
export interface ClassicCall extends Pick<classic.Call, Heard> {}

/** One call of a page. Made by `ClassicClient`, never by hand. */
export class ClassicCall implements classic.Call {
  readonly #host: ClassicHost;
  readonly #on: Events<classic.Call, Heard>;
  readonly #quality: PageEvent<[classic.CallQuality]>;
  readonly #sound: Player;
  readonly #camera = signal<ClassicCamera>();
  readonly #display = signal<Player>();
  readonly #dialled: string;
  /** Settled with the first state that is the call's answer or its end. */
  readonly #answered = Promise.withResolvers<classic.Call>();
  #call: Call | undefined;
  /** Why it is over, when it never was dialled. */
  #reason: classic.EndReason | null = null;
  /** The last state that is on its way to the page, and the last that has arrived. */
  #told: classic.CallState | "" = "";
  #arrived: classic.CallState | "" = "";
  #used: ClassicCamera | undefined;
  /** What is to be done once it is dialled. */
  #waiting: ((call: Call) => void)[] = [];
  #isMuted = false;
  #thresholds = thresholdsOf();
  #level: classic.CallQuality["level"] | undefined;
  #stopMeasuring: () => void = () => {};

  /** `origin` is the number to dial, empty for none, or the call that rings here. */
  constructor(host: ClassicHost, origin: string | Call) {
    const { report } = host.page;
    this.#host = host;
    this.#on = events(this as classic.Call, report, {
      onCallStateChanged: { before: (state) => this.#arrive(state) },
      onMessageReceived: {},
      onDtmfReceived: {},
    });
    this.#quality = new PageEvent("onQualityChanged", report);
    this.#sound = new Player(host, () => host.page.placeSound());
    void quiet(this.#answered.promise);
    this.#dialled = typeof origin === "string" ? origin : "";
    if (typeof origin === "string") return;
    // A page learns of it while it rings, so ringing is no change (row 33).
    this.#told = this.#arrived = "RINGING";
    this.#follow(origin);
  }

  start(): Promise<classic.Call> {
    if (!this.#call && !this.#told) this.#dial();
    return this.#answered.promise;
  }

  accept(): Promise<classic.Call> {
    this.#call?.accept();
    return this.#answered.promise;
  }

  reject(): void {
    this.#call?.reject();
  }

  hangUp(): void {
    if (this.#call) this.#call.hangUp();
    else if (!this.#told) this.#end("canceled", ENDINGS.canceled);
  }

  hold(): void {
    this.#call?.hold();
  }

  unHold(): void {
    this.#call?.unhold();
  }

  hangup = this.hangUp;
  unhold = this.unHold;

  forward(phoneNumber: string | number): void {
    const to = textOf(phoneNumber, "forward", "phoneNumber", "number", SOME);
    this.#act("forward", (call) => call.forward(to), "calls");
  }

  transfer(phoneNumber: string | number): void {
    const to = textOf(phoneNumber, "transfer", "phoneNumber", "number", SOME);
    this.#act("transfer", (call) => call.transfer(to), "calls");
  }

  attendedTransfer(otherCall: classic.Call): void {
    const other = otherCall instanceof ClassicCall && otherCall.#call;
    if (!other) refuse("attendedTransfer", "otherCall", "Call");
    this.#act("attendedTransfer", (call) => call.transfer(other), "calls");
  }

  sendMessage(message: string | number): void {
    const text = textOf(
      message,
      "sendMessage",
      "message",
      "text",
      /^[^]{0,10000}$/,
    );
    this.#act("sendMessage", (call) => call.write(text), "messages");
  }

  sendDtmf(keys: string | number): void {
    const pressed = textOf(keys, "sendDtmf", "keys", "keys", /^[\d*#]+$/);
    this.#act("sendDtmf", (call) => call.press(pressed));
  }

  mute(): void {
    this.#mute(true);
  }

  unmute(): void {
    this.#mute(false);
  }

  isMuted(): boolean {
    return this.#isMuted;
  }

  getCallState(): classic.CallState | "" {
    return this.#arrived;
  }

  getEndReason(): classic.EndReason | null {
    const state = this.#call?.state.peek();
    return state?.name === "ended" ? { code: state.reason, message: ENDINGS[state.reason] } : this.#reason;
  }

  getOtherParty(): string {
    return this.#call?.number.peek() ?? this.#dialled;
  }

  attachCamera(camera: classic.OzCamera): void {
    if (!(camera instanceof ClassicCamera)) refuse("attachCamera", "camera", "OzCamera");
    this.#camera.value = camera;
  }

  setRemoteDisplay(displayId?: string | null): void {
    const id = textOf(displayId ?? "local", "setRemoteDisplay", "displayId");
    this.#display.peek()?.play(undefined);
    this.#display.value = playerIn(this.#host, id, "Remote video");
  }

  onQualityChanged(
    handler: (quality: classic.CallQuality) => void,
    thresholds?: classic.QualityThresholds | null,
  ): classic.Unsubscribe {
    if (thresholds) this.#thresholds = thresholdsOf(thresholds);
    const stop = this.#quality.on(handler);
    this.#measure();
    return stop;
  }

  #dial(): void {
    const problem = this.#host.problem("calls", "start");
    const wants = { microphone: !this.#isMuted, camera: false };
    if (!problem) return this.#follow(this.#host.phone.call(this.#dialled || undefined, { wants }));
    if (problem.code === "forbidden") throw problem;
    this.#host.fail(problem.code, problem.message);
    this.#end(problem.code, problem.message);
  }

  /** Does it to the call; before it is dialled that waits, and once it is over the page is told. */
  #act(method: string, act: (call: Call) => void, right?: classic.Right): void {
    if (this.getEndReason()) return this.#host.fail("call-over", cannot(method, "the call is over"));
    if (right) this.#host.allow(right, method);
    if (this.#call) act(this.#call);
    else this.#waiting.push(act);
  }

  #mute(isMuted: boolean): void {
    this.#isMuted = isMuted;
    this.#call?.want({ microphone: !isMuted });
  }

  /** Each of these reads no more than it needs, so that a call that is over hangs on nothing. */
  #follow(call: Call): void {
    this.#call = call;
    if (this.#isMuted) this.#mute(true);
    effect(() => this.#translate(call.state.value));
    effect(() => this.#hear(call));
    effect(() => this.#show(call));
    effect(() => this.#send(call));
    eachNew(call.messages, ({ text, mine }) => mine || this.#on.onMessageReceived.emit(text, this));
    eachNew(call.digits, (key) => this.#on.onDtmfReceived.emit(key, this));
    for (const act of this.#waiting.splice(0)) act(call);
  }

  #translate(state: State): void {
    const word = classicState(state);
    // Two calls that crossed are joined without ringing; pages know no other way up than through it (row 43).
    if (word === "IN_CALL" && !this.#told) this.#tell("RINGING");
    if (word && word !== this.#told) this.#tell(word);
    if (word === "IN_CALL") this.#measure();
  }

  #tell(state: classic.CallState): void {
    this.#told = state;
    this.#on.onCallStateChanged.emit(state);
  }

  #end(code: string, message: string): void {
    this.#reason = { code, message };
    this.#tell("COMPLETED");
  }

  #arrive(state: classic.CallState): void {
    this.#arrived = state;
    if (state === "RINGING") return;
    const reason = this.getEndReason();
    if (state === "IN_CALL" || state === "HOLD" || !reason) this.#answered.resolve(this);
    else this.#answered.reject(new PhoneError(reason.code, reason.message));
  }

  /** Measures the quality, and again after a while, as long as somebody listens to it and there is something to hear. */
  #measure(): void {
    this.#stopMeasuring();
    const call = this.#call;
    if (!this.#quality.isHeard || call?.state.peek().name !== "established") return;
    this.#stopMeasuring = this.#host.browser.after(MEASURING, () => this.#measure());
    call.quality().then((quality) => {
      const level = quality && levelOf(quality, this.#thresholds);
      if (!level || level === this.#level) return;
      this.#level = level;
      this.#quality.emit({ ...quality, level });
    }).catch(this.#host.browser.report);
  }

  #hear(call: Call): void {
    if (call.state.value.name !== "established") return this.#sound.play(undefined);
    // Read, so that sound which was refused before the user gave the microphone is tried again (row 55).
    void this.#host.phone.camera.microphone.value;
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
