/**
 * A PBX on memory adapters with as many agents as a test needs, and phones on fake browsers.
 *
 * @module
 */
import { directMedia } from "../../adapters/direct.ts";
import * as secrets from "../../adapters/keys.ts";
import { memoryBook, memoryBus, memoryCalls, memoryRegistrar } from "../../adapters/memory.ts";
import { type Exchange, openExchange } from "../../pbx/exchange.ts";
import type { Book, Calls, Log, Registrar } from "../../pbx/ports.ts";
import { Phone } from "../../phone/phone.ts";
import type { Right } from "../../protocol/rights.ts";
import { Clock, settle } from "./clock.ts";
import { FakeBrowser, type FakeBrowserOptions } from "./fake_browser.ts";

/** A phone and the browser that it runs in. */
export interface Desk {
  readonly phone: Phone;
  readonly browser: FakeBrowser;
  /** Goes on the line as the agent, or as a web client of `Webphone1`. */
  connect(): void;
}

/** What a desk may have of its own. */
export interface DeskOptions extends Partial<Omit<FakeBrowserOptions, "exchange" | "clock">> {
  readonly device?: string;
  readonly properties?: Record<string, unknown>;
  /** Whether it goes on with the calls of an earlier page of this device. */
  readonly takesUp?: boolean;
}

/** A running PBX for a test. */
export class Office implements AsyncDisposable {
  readonly clock = new Clock();
  readonly book: Book = memoryBook();
  readonly calls: Calls = memoryCalls();
  registrar: Registrar = memoryRegistrar(this.clock.now);
  readonly errors: unknown[] = [];
  readonly log: { level: string; event: string; fields: Record<string, unknown> | undefined }[] = [];
  exchange: Exchange;
  readonly #desks: Desk[] = [];
  #lives = 0;

  constructor() {
    this.exchange = this.#open();
  }

  /** The PBX is killed and started again: what it keeps in its stores is all that it knows. */
  restart(): void {
    this.registrar = memoryRegistrar(this.clock.now);
    this.exchange = this.#open();
  }

  #open(): Exchange {
    const life = ++this.#lives;
    const log: Log = (level, event, fields) => void this.log.push({ level, event, fields });
    return openExchange({
      bus: memoryBus((error) => this.errors.push(error)),
      registrar: this.registrar,
      calls: this.calls,
      book: this.book,
      media: directMedia(),
      secrets,
      log,
      iceServers: () => [],
      now: this.clock.now,
      // A process that is dead does nothing any more.
      after: (milliseconds, task) => this.clock.after(milliseconds, () => life === this.#lives && task()),
    });
  }

  /** An office with the line `Webphone1` and these agents, who elect unless told otherwise. */
  static async open(agents: readonly string[] = ["1001", "1002"], elect = true): Promise<Office> {
    const office = new Office();
    await office.book.putLine("Webphone1");
    for (const number of agents) await office.hire(number, elect);
    return office;
  }

  async hire(number: string, elect = true): Promise<void> {
    const name = `Agent ${number}`;
    await this.book.putAgent({ number, name, line: "Webphone1", elect, supervisor: false, keyHash: "" });
  }

  /** Makes `word` a token of `Webphone1` with these rights, for an hour. */
  async token(word: string, ...rights: readonly Right[]): Promise<string> {
    const expires = this.clock.now() + 3_600_000;
    await this.book.putToken({ hash: secrets.hashOf(word), line: "Webphone1", rights, expires, origins: [] });
    return word;
  }

  /** Opens the page of an agent who is on the line already, as the newest: another tab, or with `leaves` a reload. */
  async reopen({ phone }: Desk, number: string, device: string, leaves: boolean): Promise<Desk> {
    const desk = this.desk(number, { device, takesUp: true });
    if (leaves) {
      this.exchange.opening(number);
      phone.leave();
      await settle();
    }
    // To load a page takes time.
    await this.clock.pass(50);
    desk.connect();
    await settle();
    return desk;
  }

  /** A phone for an agent, or with no number for a web client; it is not on the line yet. */
  desk(number?: string, options: DeskOptions = {}): Desk {
    const agents = number === undefined ? [] : [number];
    const browser = new FakeBrowser({ agents, ...options, exchange: () => this.exchange, clock: this.clock });
    const phone = new Phone(browser);
    const { device = browser.newId(), properties, takesUp = false } = options;
    const who = { ...(number === undefined ? { token: "Webphone1" } : { number }), takesUp };
    const desk: Desk = {
      phone,
      browser,
      connect: () => phone.connect({ url: "", device, ...who, ...(properties && { properties }) }),
    };
    this.#desks.push(desk);
    return desk;
  }

  /** What went wrong anywhere in this office; a test that expects nothing of the kind asserts that it is empty. */
  get troubles(): unknown[] {
    const logged = this.log.filter(({ level }) => level === "error" || level === "warn");
    return [
      ...this.errors,
      ...logged,
      ...this.#desks.flatMap(({ browser, phone }) => [...browser.reports, phone.refused.value ?? []].flat()),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { phone } of this.#desks) phone.disconnect();
    await this.exchange[Symbol.asyncDispose]();
  }
}
