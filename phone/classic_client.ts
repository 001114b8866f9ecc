/**
 * `OzWebClient`: the classic API's telephone over the public {@linkcode Phone}. It adds manners, not abilities: which
 * states a page hears of, how often, and when.
 *
 * @module
 */
import { computed, effect } from "@preact/signals-core";
import type { Browser } from "./browser.ts";
import type { Call } from "./call.ts";
import type { Trouble } from "./camera.ts";
import { ClassicCall, type ClassicCallHost } from "./classic_call.ts";
import type { Surroundings } from "./classic_camera.ts";
import { Cameras } from "./classic_camera.ts";
import { PageEvent } from "./classic_events.ts";
import type { Page } from "./classic_page.ts";
import { Phone, type PhoneState, type Registration } from "./phone.ts";
import type * as classic from "./webphone_types.ts";

/** How long a page waits for the server, at first or after a loss, before it is told so, in milliseconds (rows 13, 14). */
export const PATIENCE = 10_000;

/** The most that the properties of a client may weigh, as JSON text in characters. */
const MOST_PROPERTIES = 8192;

/** The address of the socket: `host` of the page's choice, port and scheme of the script (row 17). Throws for no host. */
export function socketUrl(host: string, script: URL): string {
  const url = new URL("/socket", script);
  url.protocol = script.protocol === "https:" ? "wss:" : "ws:";
  const [name = ""] = host.trim().replace(/^\w+:\/\//, "").split("/");
  if (!name) return url.href;
  const bare = name.split(":").length > 2 && !name.startsWith("[") ? `[${name}]` : name.replace(/:\d+$/, "");
  if (!URL.canParse(`ws://${bare}`)) throw new TypeError(`Cannot connect: ${host} is no host`);
  url.hostname = bare;
  return url.href;
}

/** What others may see of what a page gave to `connect` (row 27). Throws for what is too big or no data. */
export function publicProperties(properties: unknown): Record<string, unknown> {
  if (properties === undefined || properties === null) return {};
  if (typeof properties !== "object") throw new TypeError("Cannot connect: properties is no object");
  const text = JSON.stringify(properties, (key, value) => /^password$/i.test(key) ? undefined : value);
  if (text.length > MOST_PROPERTIES) throw new TypeError("Cannot connect: properties are over 8 KiB");
  return { ...JSON.parse(text) };
}

/** The page's telephone. */
export class ClassicClient implements classic.OzWebClient {
  /** Where the page's `OzCamera` objects come from. */
  readonly cameras: Cameras;
  readonly #around: Surroundings;
  readonly #script: URL;
  readonly #phone: Phone;
  readonly #connection: PageEvent<classic.ConnectionInfo>;
  readonly #clients: PageEvent<classic.ClientInfo>;
  readonly #incoming: PageEvent<classic.Call>;
  readonly #errors: PageEvent<classic.ErrorInfo>;
  /** The others of the line and their properties, while on it; a client never hears of itself (row 25). */
  readonly #others = computed(() => {
    const state = this.#phone.state.value;
    if (state.name !== "registered") return undefined;
    const others = this.#phone.presence.value.filter(({ number, status }) =>
      status !== "offline" && number !== state.number
    );
    return new Map(others.map(({ number, properties }) => [number, properties]));
  });
  /** The same, as the page was last told. */
  readonly #known = new Map<string, classic.ClientInfo>();
  readonly #rung = new WeakSet<Call>();
  #phase: "idle" | "connecting" | "connected" = "idle";
  #stopWaiting: (() => void) | undefined;

  /** `script` is the URL that the script was loaded from. */
  constructor(browser: Browser, page: Page, script: URL) {
    const { report } = page;
    this.#script = script;
    this.#around = { browser, page, fail: (code, message) => this.#fail(code, message) };
    this.#connection = new PageEvent("onConnectionStateChanged", report);
    this.#clients = new PageEvent("onClientStateChanged", report);
    this.#incoming = new PageEvent<classic.Call>("onIncomingCall", report, {
      isNews: (call) => call.getCallState() === "RINGING",
    });
    this.#errors = new PageEvent("onErrorOccured", report);
    this.cameras = new Cameras(this.#around);
    this.#phone = new Phone(browser, { microphone: true, camera: false });
    this.#listen();
    page.onLeave(() => this.disconnect());
  }

  connect(serverAddress = "", token: string | number = "", properties?: Record<string, unknown>): void {
    const registration: Registration = {
      url: socketUrl(String(serverAddress ?? ""), this.#script),
      // A new one each time, for each connection gets a number of its own (row 20).
      device: this.#around.browser.newId(),
      ...(String(token) && { token: String(token) }),
      properties: publicProperties(properties),
    };
    this.#phase = "connecting";
    this.#known.clear();
    this.#phone.connect(registration);
    this.#waitAndEnd("CONNECTION_FAILED");
  }

  disconnect(): void {
    if (this.#phase !== "idle") this.#end("CONNECTION_CLOSED");
  }

  createCall(dialedNumber?: string | number, _callType?: classic.CallType): classic.Call {
    return new ClassicCall(this.#callHost(), String(dialedNumber ?? "").trim());
  }

  onConnectionStateChanged(handler: (info: classic.ConnectionInfo) => void): classic.Unsubscribe {
    return this.#connection.on(handler);
  }

  onConStateChanged(handler: (info: classic.ConnectionInfo) => void): classic.Unsubscribe {
    return this.onConnectionStateChanged(handler);
  }

  onClientStateChanged(handler: (client: classic.ClientInfo) => void): classic.Unsubscribe {
    const stop = this.#clients.on(handler);
    queueMicrotask(() => this.#announce());
    return stop;
  }

  onIncomingCall(handler: (call: classic.Call) => void): classic.Unsubscribe {
    return this.#incoming.on(handler);
  }

  onErrorOccured(handler: (error: classic.ErrorInfo) => void): classic.Unsubscribe {
    return this.#errors.on(handler);
  }

  #listen(): void {
    const phone = this.#phone;
    effect(() => {
      const others = this.#others.value;
      this.#follow(phone.state.value);
      // Behind the grant in the queue, so that a handler registered in that of the grant is there (row 18).
      if (others) queueMicrotask(() => this.#announce());
    });
    effect(() => phone.calls.value.forEach((call) => this.#ring(call)));
    effect(() => this.#complain(phone.camera.troubles.value.microphone));
  }

  #follow(state: PhoneState): void {
    if (this.#phase === "idle") return;
    if (state.name === "registered") this.#registered();
    else if (state.name === "denied") this.#denied(state.message);
    else if (this.#phase === "connected") this.#waitAndEnd("CONNECTION_CLOSED");
  }

  #registered(): void {
    this.#stop();
    if (this.#phase === "connecting") this.#connection.emit({ State: "ACCESS_GRANTED" });
    this.#phase = "connected";
  }

  #denied(message: string): void {
    const State = this.#phase === "connecting" ? "ACCESS_DENIED" : "CONNECTION_CLOSED";
    this.#end(State);
    this.#fail(State === "ACCESS_DENIED" ? "denied" : "closed", message);
  }

  /** After a loss the time runs from the loss on, however often the phone tries in between. */
  #waitAndEnd(State: classic.ConnectionState): void {
    if (State === "CONNECTION_FAILED") this.#stop();
    this.#stopWaiting ??= this.#around.browser.after(PATIENCE, () => this.#end(State));
  }

  #stop(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  #end(State: classic.ConnectionState): void {
    this.#phase = "idle";
    this.#stop();
    this.#phone.disconnect();
    if (State === "CONNECTION_CLOSED") this.cameras.close();
    this.#connection.emit({ State });
  }

  /** Tells the difference between who is there and who was told of (rows 21 to 28), if there is somebody to tell. */
  #announce(): void {
    const others = this.#others.peek();
    if (!others || !this.#clients.isHeard) return;
    for (const [number, info] of this.#known) if (!others.has(number)) this.#gone(number, info);
    for (const [number, properties] of others) if (!this.#known.has(number)) this.#came(number, properties);
  }

  #came(phoneNumber: string, properties: Record<string, unknown> | undefined): void {
    const info: classic.ClientInfo = { ...properties, phoneNumber, status: "ONLINE" };
    this.#known.set(phoneNumber, info);
    // The page may do with its object what it likes.
    this.#clients.emit({ ...info });
  }

  #gone(phoneNumber: string, info: classic.ClientInfo): void {
    this.#known.delete(phoneNumber);
    this.#clients.emit({ ...info, status: "OFFLINE" });
  }

  #ring(call: Call): void {
    if (call.outgoing || call.state.value.name !== "ringing" || this.#rung.has(call)) return;
    this.#rung.add(call);
    this.#incoming.emit(new ClassicCall(this.#callHost(), call));
  }

  #callHost(): ClassicCallHost {
    const dial = (number: string | undefined) =>
      this.#phase === "connected" ? this.#phone.call(number) : undefined;
    return { ...this.#around, microphone: this.#phone.camera.microphone, dial };
  }

  #complain(trouble: Trouble | undefined): void {
    if (trouble) this.#fail(`microphone-${trouble}`, "Cannot send sound: the microphone is not to be had");
  }

  #fail(code: string, message: string): void {
    if (!this.#errors.isHeard) this.#around.page.report(`OzWebClient: ${code}:`, message);
    this.#errors.emit({ code, message });
  }
}
