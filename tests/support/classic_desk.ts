/**
 * Pages of the classic API for tests: the client on a fake browser in an office, and a page with no browser in it.
 *
 * @module
 */
import { hashOf } from "../../adapters/keys.ts";
import { ClassicClient } from "../../phone/classic_client.ts";
import type { Page, Placed } from "../../phone/classic_page.ts";
import type * as classic from "../../phone/webphone_types.ts";
import type { Right } from "../../protocol/rights.ts";
import { settle } from "./clock.ts";
import { FakeBrowser, type FakeBrowserOptions } from "./fake_browser.ts";
import { Office } from "./office.ts";

/** A media element that plays whatever it is given, or refuses until a gesture. */
export class FakeElement {
  srcObject: MediaStream | null = null;
  isRefused = false;
  paused = true;

  play(): Promise<void> {
    this.paused = this.isRefused;
    return this.isRefused
      ? Promise.reject(new DOMException("no gesture", "NotAllowedError"))
      : Promise.resolve();
  }
}

/** A page whose elements are those of `ids`; it keeps what was placed where, and what it was told of. */
export class FakePage implements Page {
  readonly pictures = new Map<string, FakeElement[]>();
  readonly sounds: FakeElement[] = [];
  readonly reports: unknown[][] = [];
  known: Awaited<ReturnType<Page["devices"]>> = [
    { deviceId: "mic-1", kind: "audioinput", label: "Desk microphone" },
    { deviceId: "id-1", kind: "videoinput", label: "Front camera" },
  ];
  /** The loudspeaker that was chosen; `undefined` where the browser has no choice of them. */
  speaker: string | undefined = "";
  /** Whether new elements refuse to play before a gesture. */
  isStrict = false;
  #gestures: (() => void)[] = [];
  #leave: () => void = () => {};

  constructor(...ids: string[]) {
    for (const id of ids) this.pictures.set(id, []);
  }

  placePicture(id: string): Placed | undefined {
    const pictures = this.pictures.get(id);
    return pictures && this.#place(pictures);
  }

  placeSound(): Placed {
    return this.#place(this.sounds);
  }

  onGesture(listener: () => void): () => void {
    this.#gestures.push(listener);
    return () => void (this.#gestures = this.#gestures.filter((other) => other !== listener));
  }

  /** The user presses something. */
  press(): void {
    for (const listener of this.#gestures.splice(0)) listener();
  }

  onLeave(listener: () => void): void {
    this.#leave = listener;
  }

  /** The user closes the page. */
  leave(): void {
    this.#leave();
  }

  hasDevices(): boolean {
    return this.known.length > 0;
  }

  devices(): ReturnType<Page["devices"]> {
    return Promise.resolve(this.known);
  }

  setSpeaker(id: string): Promise<void> {
    if (this.speaker === undefined) return Promise.reject(new Error("Cannot set the speaker: no choice"));
    this.speaker = id;
    return Promise.resolve();
  }

  report = (...what: unknown[]): void => void this.reports.push(what);

  #place(list: FakeElement[]): Placed {
    const element = new FakeElement();
    element.isRefused = this.isStrict;
    list.push(element);
    return {
      element: element as unknown as HTMLMediaElement,
      remove: () => void list.splice(list.indexOf(element), 1),
    };
  }
}

/** A page with the classic client in it, and what its events told in their order. */
export class ClassicDesk {
  readonly page = new FakePage("local", "other");
  readonly browser: FakeBrowser;
  readonly client: ClassicClient;
  readonly #office: Office;

  constructor(office: Office, options: Partial<FakeBrowserOptions> = {}) {
    this.#office = office;
    this.browser = new FakeBrowser({ ...options, exchange: () => office.exchange, clock: office.clock });
    this.client = new ClassicClient(this.browser, this.page, new URL("http://pbx.test:7777/WebphoneAPI"));
  }

  /** Goes on the line and waits until that is done. */
  async connect(properties?: Record<string, unknown>, token: string | number = "Webphone1"): Promise<this> {
    this.client.connect("", token, properties);
    await settle();
    return this;
  }

  /** The same with a token that gives just these rights. */
  async connectWith(...rights: readonly Right[]): Promise<this> {
    const token = `token for ${rights.join(" and ")}`;
    const { book, clock } = this.#office;
    const expires = clock.now() + 24 * 3_600_000;
    await book.putToken({ hash: hashOf(token), line: "Webphone1", rights, expires, origins: [] });
    return await this.connect(undefined, token);
  }
}

/** Two pages on the line. */
export class ClassicPair implements AsyncDisposable {
  /** The calls that have rung at Bob's. */
  readonly incoming: classic.Call[] = [];

  private constructor(readonly office: Office, readonly ann: ClassicDesk, readonly bob: ClassicDesk) {
    bob.client.onIncomingCall((call) => this.incoming.push(call));
  }

  static async open(options: Partial<FakeBrowserOptions> = {}): Promise<ClassicPair> {
    const office = await Office.open();
    const [ann, bob] = [new ClassicDesk(office, options), new ClassicDesk(office)];
    await ann.connect({ Nickname: "Ann" });
    await bob.connect({ Nickname: "Bob" });
    return new ClassicPair(office, ann, bob);
  }

  /** Ann dials Bob and it rings there. */
  async ring(): Promise<[classic.Call, classic.Call]> {
    const out = this.ann.client.createCall(this.bob.client.phoneNumber);
    out.start();
    await this.settle();
    const come = this.incoming.at(-1);
    if (!come) throw new Error("Cannot go on: Bob's page does not ring");
    return [out, come];
  }

  /** Ann and Bob talk. */
  async talk(): Promise<[classic.Call, classic.Call]> {
    const [out, come] = await this.ring();
    come.accept();
    await this.settle();
    return [out, come];
  }

  settle(): Promise<void> {
    return this.office.clock.pass(200);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const desk of [this.ann, this.bob]) desk.client.disconnect();
    await settle();
    await this.office[Symbol.asyncDispose]();
  }
}

/** A list that grows with every value of an event. */
export function noted<T>(register: (handler: (value: T) => void) => unknown): T[] {
  const values: T[] = [];
  register((value) => values.push(value));
  return values;
}

/** Connects `desk` and answers the number that it got. */
export async function connectedNumber(office: Office, desk: ClassicDesk): Promise<string> {
  await desk.connect();
  await office.clock.pass(200);
  return desk.client.phoneNumber;
}
