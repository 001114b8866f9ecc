/**
 * `OzWebClient`: the classic API's telephone over the public {@linkcode Phone}. It adds manners, not abilities: which
 * states a page hears of, how often, and when.
 *
 * @module
 */
import { effect } from "@preact/signals-core";
import type { Session } from "../protocol/messages.ts";
import type { Browser } from "./browser.ts";
import type { Call } from "./call.ts";
import { ClassicCall, type ClassicHost } from "./classic_call.ts";
import { Cameras } from "./classic_camera.ts";
import { type Events, events, PageEvent } from "./classic_events.ts";
import { helperOf } from "./classic_helper.ts";
import { cannot, dataOf, quiet, refuse, spell, textOf } from "./classic_manners.ts";
import type { Page } from "./classic_page.ts";
import { type People, peopleOf } from "./classic_people.ts";
import { followSessions, type Sessions } from "./classic_session.ts";
import { Phone, PhoneError, type PhoneState } from "./phone.ts";
import type * as classic from "./webphone_types.ts";

/** How long a page waits for the server, at first or after a loss, before it is told so, in milliseconds (rows 13, 14). */
export const PATIENCE = 10_000;

/** The address of the socket: `host` of the page's choice, port and scheme of the script (row 17). Throws for no host. */
export function socketUrl(host: string, script: URL): string {
  const url = new URL("/socket", script);
  url.protocol = script.protocol.replace("http", "ws");
  const name = host.trim().replace(/^\w+:\/\//, "");
  // An address of IPv6 that is written without brackets has at least two colons.
  const address = `http://${/^[^[/]*:[^/]*:/.test(name) ? `[${name}]` : name}`;
  if (name && !URL.canParse(address)) refuse("connect", "serverAddress", "host");
  if (name) url.hostname = new URL(address).hostname;
  return url.href;
}

type Registered = Extract<PhoneState, { name: "registered" }>;

type Heard =
  | "onConnectionStateChanged"
  | "onClientStateChanged"
  | "onIncomingCall"
  | "onErrorOccured"
  | "onCallHistoryInfoReceived"
  | "onSessionCreated"
  | "onSessionClosed"
  | "onUserInfoReceived";

/** The page's telephone. */
export interface ClassicClient extends Pick<classic.OzWebClient, Heard | "onConStateChanged"> {}

/** The page's telephone. */
export class ClassicClient implements classic.OzWebClient {
  /** Where the page's `OzCamera` objects come from. */
  readonly cameras: Cameras;
  readonly helper: classic.Helper;
  readonly #host: ClassicHost;
  readonly #script: URL;
  readonly #phone: Phone;
  readonly #people: People;
  readonly #sessions: Sessions = new Map();
  readonly #on: Events<classic.OzWebClient, Heard>;
  readonly #rung = new WeakSet<Call>();
  #phase: "idle" | "connecting" | "connected" = "idle";
  /** What the PBX granted, from then on until the connection is over. */
  #granted: Registered | undefined;
  /** What `connect` has promised. */
  #answer: PromiseWithResolvers<classic.ConnectionInfo> | undefined;
  #stopWaiting: (() => void) | undefined;

  /** `script` is the URL that the script was loaded from. */
  constructor(browser: Browser, page: Page, script: URL) {
    const { report } = page;
    const phone = this.#phone = new Phone(browser, { microphone: true, camera: false });
    this.#script = script;
    const announced = { heard: () => this.#announce() };
    this.#on = events(this as classic.OzWebClient, report, {
      onConnectionStateChanged: {},
      onClientStateChanged: announced,
      onIncomingCall: { isNews: (call) => call.getCallState() === "RINGING" },
      onErrorOccured: {},
      onCallHistoryInfoReceived: {},
      onSessionCreated: announced,
      onSessionClosed: announced,
      onUserInfoReceived: announced,
    });
    this.onConStateChanged = this.onConnectionStateChanged;
    this.#host = {
      browser,
      page,
      phone,
      fail: this.#fail,
      allow: this.#allow,
      now: () => browser.now() + (this.#granted?.ahead ?? 0),
      problem: this.#problem,
    };
    this.cameras = new Cameras(this.#host);
    this.#people = peopleOf(this.#on);
    this.helper = helperOf({
      people: () => this.#granted?.people ?? [],
      lines: () => this.#granted?.lines ?? [],
      sessions: this.#sessions,
      history: this.#ask,
    });
    this.#listen();
    page.onLeave(() => this.disconnect());
  }

  get phoneNumber(): string {
    return this.#granted?.number ?? "";
  }

  get rights(): readonly string[] {
    return [...this.#granted?.rights ?? []];
  }

  connect(
    serverAddress?: string | null,
    token?: string | number | null,
    properties?: object | null,
  ): Promise<classic.ConnectionInfo> {
    const word = textOf(token ?? "", "connect", "token");
    const registration = {
      url: socketUrl(textOf(serverAddress ?? "", "connect", "serverAddress"), this.#script),
      // A new one each time, for each connection gets a number of its own (row 20).
      device: this.#host.browser.newId(),
      ...(word && { token: word }),
      properties: dataOf(properties, "connect", "properties"),
      watch: true,
      // A page of the classic API calls and accepts by itself, if at all.
      ready: false,
    };
    this.#forget("CONNECTION_CLOSED");
    const answer = this.#answer = Promise.withResolvers<classic.ConnectionInfo>();
    this.#phase = "connecting";
    this.#phone.connect(registration);
    this.#waitAndEnd("CONNECTION_FAILED");
    return quiet(answer.promise);
  }

  disconnect(): void {
    if (this.#phase !== "idle") this.#end("CONNECTION_CLOSED");
  }

  createCall(dialedNumber?: string | number | null, callType?: classic.CallType | null): classic.Call {
    const number = textOf(dialedNumber ?? "", "createCall", "dialedNumber").trim();
    textOf(callType ?? "AUDIO", "createCall", "callType", "CallType", /^(AUDIO|VIDEO)$/);
    return new ClassicCall(this.#host, number);
  }

  getCallHistory(filters?: classic.CallHistoryFilters | null): Promise<classic.CallHistoryEntry[]> {
    return this.#ask("getCallHistory", dataOf(filters, "getCallHistory", "filters"));
  }

  checkWebPhoneState(callback?: ((state: classic.WebPhoneState) => void) | null): classic.WebPhoneState {
    const { page } = this.#host;
    const state = { ready: page.hasDevices() };
    const event = new PageEvent<[classic.WebPhoneState]>("checkWebPhoneState", page.report);
    event.on(callback ?? (() => {}));
    event.emit(state);
    return state;
  }

  async getDevices(): Promise<classic.DeviceInfo[]> {
    const devices = await this.#host.page.devices();
    return devices.map(({ deviceId: id, kind, label }) => ({ id, kind, label }));
  }

  setMicrophone(id: string): void {
    this.#phone.camera.choose({ microphone: textOf(id, "setMicrophone", "id") });
  }

  setSpeaker(id: string): Promise<void> {
    return quiet(this.#host.page.setSpeaker(textOf(id, "setSpeaker", "id")));
  }

  #listen(): void {
    const phone = this.#phone;
    effect(() => this.#follow(phone.state.value, phone.sessions.value));
    effect(() => {
      void phone.presence.value;
      // What it tells comes behind the grant, so that a handler registered in that of the grant is there (row 18).
      queueMicrotask(() => this.#announce());
    });
    effect(() => phone.calls.value.forEach((call) => this.#ring(call)));
    effect(() => {
      const { microphone } = phone.camera.troubles.value;
      if (microphone) {
        this.#fail(`microphone-${microphone}`, `Cannot use the microphone: it is ${microphone}`);
      }
    });
    effect(() => {
      const refused = phone.refused.value;
      if (refused) this.#fail(refused.code, refused.message);
    });
  }

  #follow(state: PhoneState, sessions: readonly Session[]): void {
    if (this.#phase === "idle") return;
    if (state.name === "registered") this.#registered(state, sessions);
    else if (state.name === "denied") this.#denied(state.message);
    else if (this.#phase === "connected") this.#waitAndEnd("CONNECTION_CLOSED");
  }

  /** What is known is there before the page hears of the grant (row 99). */
  #registered(state: Registered, sessions: readonly Session[]): void {
    const isFirst = this.#phase === "connecting";
    this.#stop();
    this.#phase = "connected";
    this.#granted = state;
    followSessions(this.#sessions, sessions, this.#host, this.#on, isFirst);
    if (!isFirst) return;
    const info: classic.ConnectionInfo = { State: "ACCESS_GRANTED" };
    this.#on.onConnectionStateChanged.emit(info);
    this.#answer?.resolve(info);
  }

  #denied(message: string): void {
    const State = this.#phase === "connecting" ? "ACCESS_DENIED" : "CONNECTION_CLOSED";
    this.#end(State, message);
    this.#fail(State === "ACCESS_DENIED" ? "denied" : "closed", message);
  }

  /** After a loss the time runs from the loss on, however often the phone tries in between. */
  #waitAndEnd(State: classic.ConnectionState): void {
    if (State === "CONNECTION_FAILED") this.#stop();
    this.#stopWaiting ??= this.#host.browser.after(PATIENCE, () => this.#end(State));
  }

  #stop(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  #end(State: classic.ConnectionState, message?: string): void {
    this.#phase = "idle";
    this.#stop();
    this.#phone.disconnect();
    if (State === "CONNECTION_CLOSED") this.cameras.close();
    this.#forget(State, message);
    this.#on.onConnectionStateChanged.emit({ State });
  }

  /** Nothing is left of the connection; a promise of it is broken. */
  #forget(State: classic.ConnectionState, message = cannot("connect", State)): void {
    this.#granted = undefined;
    this.#people.forget();
    // Nobody will tell of them any more.
    followSessions(this.#sessions, [], this.#host, this.#on, false);
    this.#answer?.reject(new PhoneError(State, message));
  }

  /** Tells what the page has not heard yet, as far as it listens. */
  #announce(): void {
    if (!this.#granted) return;
    const { number: own, people } = this.#granted;
    // A client never hears of itself (row 25).
    const others = this.#phone.presence.peek().filter(({ number, status }) =>
      number !== own && status !== "offline"
    );
    this.#people.announce(new Map(others.map(({ number, properties }) => [number, properties])), people);
    const { onSessionCreated, onSessionClosed } = this.#on;
    const problem = this.#problem("sessions", "onSessionCreated");
    if (!problem || (!onSessionCreated.isHeard && !onSessionClosed.isHeard)) return;
    this.#people.once("", () => this.#fail(problem.code, problem.message));
  }

  #ring(call: Call): void {
    if (call.outgoing || call.state.value.name !== "ringing" || this.#rung.has(call)) return;
    this.#rung.add(call);
    this.#on.onIncomingCall.emit(new ClassicCall(this.#host, call));
  }

  readonly #problem = (right: classic.Right, method: string): PhoneError | undefined => {
    const problem = (code: string, why: string) => new PhoneError(code, cannot(method, why));
    if (!this.#granted) return problem("not-connected", "it is not connected");
    return this.#granted.rights.includes(right)
      ? undefined
      : problem("forbidden", `there is no right to ${right}`);
  };

  readonly #allow = (right: classic.Right, method: string): void => {
    const problem = this.#problem(right, method);
    if (problem) throw problem;
  };

  readonly #ask = (
    method: string,
    filters: Record<string, unknown>,
  ): Promise<classic.CallHistoryEntry[]> => {
    this.#allow("history", method);
    return quiet(
      this.#phone.history(filters).then(({ calls }) => {
        const entries = calls.map((call) => spell({} as classic.CallHistoryEntry, call));
        this.#on.onCallHistoryInfoReceived.emit(entries);
        return entries;
      }),
    );
  };

  readonly #fail = (code: string, message: string): void => {
    const { onErrorOccured } = this.#on;
    if (!onErrorOccured.isHeard) this.#host.page.report(`OzWebClient: ${code}:`, message);
    onErrorOccured.emit({ code, message });
  };
}
