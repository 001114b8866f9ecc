/**
 * Pages of the classic API for tests: the client on a fake browser in an office, and a page with no browser in it.
 *
 * @module
 */
import { ClassicClient } from "../../phone/classic_client.ts";
import type { Page, Placed } from "../../phone/classic_page.ts";
import type * as classic from "../../phone/webphone_types.ts";
import { settle } from "./clock.ts";
import { FakeBrowser, type FakeBrowserOptions } from "./fake_browser.ts";
import type { Office } from "./office.ts";

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
  devices: { deviceId: string; label: string }[] = [{ deviceId: "id-1", label: "Front camera" }];
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

  cameras(): Promise<{ deviceId: string; label: string }[]> {
    return Promise.resolve(this.devices);
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

  constructor(office: Office, options: Partial<FakeBrowserOptions> = {}) {
    this.browser = new FakeBrowser({ ...options, exchange: () => office.exchange, clock: office.clock });
    this.client = new ClassicClient(this.browser, this.page, new URL("http://pbx.test:7777/WebphoneAPI"));
  }

  /** Goes on the line and waits until that is done. */
  async connect(properties?: Record<string, unknown>): Promise<this> {
    this.client.connect("", "Webphone1", properties);
    await settle();
    return this;
  }
}

/** A list that grows with every value of an event. */
export function noted<T>(register: (handler: (value: T) => void) => unknown): T[] {
  const values: T[] = [];
  register((value) => values.push(value));
  return values;
}

/** Connects `desk` and answers the number that it got, as another page hears of it. */
export async function connectedNumber(office: Office, desk: ClassicDesk): Promise<string> {
  const watcher = new ClassicDesk(office);
  const before = noted<classic.ClientInfo>((handler) => watcher.client.onClientStateChanged(handler));
  await watcher.connect();
  await office.clock.pass(200);
  const known = new Set(before.map(({ phoneNumber }) => phoneNumber));
  await desk.connect();
  await office.clock.pass(200);
  const [added] = before.filter(({ phoneNumber }) => !known.has(phoneNumber));
  watcher.client.disconnect();
  await settle();
  if (!added) throw new Error("Cannot tell the number: nobody heard of the desk");
  return added.phoneNumber;
}
