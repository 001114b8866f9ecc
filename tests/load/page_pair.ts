/**
 * Two agents at real pages who call each other again and again, by the buttons that a person presses.
 *
 * @module
 */
import { until } from "../support/until.ts";
import { type Browser, type Devtools, launchChromium, type Page } from "./driver.ts";
import type { House } from "./house.ts";
import { type Held, installCounts } from "./page_watch.ts";

/** What a page holds, once all that nobody needs is collected. */
export interface PageSample extends Held {
  /** Used heap of JavaScript, in KiB. */
  readonly heap: number;
  /** Nodes of the document, those that are in no tree included. */
  readonly nodes: number;
  readonly listeners: number;
}

/** How long they talk, in milliseconds. */
const TALK = 2500;
/** How long each step may take, in milliseconds. */
const STEP = 30_000;

/** Code is compiled as long as a page gets warmer, which would hide what it keeps of its calls. */
const INTERPRETED = ["--js-flags=--no-opt --no-maglev --no-sparkplug"];

/** How much of a page is told when something went wrong there, in characters. */
const MOST_WORDS = 400;

const NOTHING: Held = { tracks: 0, connections: 0, sockets: 1 };

/** Somebody who looks: told when it is quiet, and tells when it has looked. */
interface Look {
  readonly quiet: () => void;
  readonly looked: Promise<void>;
}

/** One agent's page. */
class Desk {
  constructor(readonly page: Page, readonly devtools: Devtools, readonly number: string) {}

  /** Presses the button of this name; with `number` the one in that entry of the directory. */
  async press(name: string, number?: string): Promise<void> {
    const people = this.page.getByRole("list", { name: "Directory", exact: true }).getByRole("listitem");
    const place = number === undefined ? this.page : people.filter({ hasText: number });
    // Controls fade while the mouse rests.
    await this.page.mouse.move(200 + Math.random() * 100, 200);
    await place.getByRole("button", { name, exact: true }).click();
  }

  /** Waits until the page's call is in one of these states. */
  async shows(...states: readonly string[]): Promise<void> {
    const isMet = (seen: unknown) => states.includes(String(seen));
    isMet.toString = () => `${this.number}: ${states.join(" or ")}`;
    await until(() => this.page.evaluate("document.documentElement.dataset.call"), isMet, STEP);
  }

  async sample(): Promise<PageSample> {
    // What a finalizer lets go of is garbage at the second time.
    for (let times = 0; times < 2; times++) await this.devtools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await this.devtools.send("Runtime.getHeapUsage");
    const { nodes, jsEventListeners } = await this.devtools.send("Memory.getDOMCounters");
    const held = await this.held();
    return {
      ...held,
      heap: Number(usedSize) / 1024,
      nodes: Number(nodes),
      listeners: Number(jsEventListeners),
    };
  }

  async held(): Promise<Held> {
    return await this.page.evaluate("held()") as Held;
  }

  /** What somebody would see who came to look, in one line. */
  async looksLike(): Promise<string> {
    const { phone, call, words } = await this.page.evaluate(
      "({ ...document.documentElement.dataset, words: document.body.innerText })",
    ) as Readonly<Record<"phone" | "call" | "words", string>>;
    return `${this.number} (${phone}, call ${call}) reads "${
      words.replaceAll(/\s+/g, " ").slice(0, MOST_WORDS)
    }"`;
  }
}

/** Both of them. */
export class PagePair implements AsyncDisposable {
  /** Calls that were established. */
  calls = 0;
  /** What must not be, in words. */
  readonly faults: string[] = [];
  readonly #browser: Browser;
  readonly #desks: Desk[] = [];
  #isStopped = false;
  #living: Promise<void> = Promise.resolve();
  /** Who wants to look while nobody is in a call. */
  #look: Look | undefined;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Opens the pages of two agents, each in a browser profile of its own. */
  static async open(house: House, numbers: readonly [string, string]): Promise<PagePair> {
    const pair = new PagePair(await launchChromium("given", INTERPRETED));
    try {
      for (const number of numbers) await pair.#open(house, number);
      return pair;
    } catch (error) {
      await pair[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Begins to call. */
  start(): void {
    this.#living = this.#live();
  }

  /** Looks at both pages between two calls. */
  async samples(): Promise<readonly PageSample[]> {
    const [quiet, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.#look = { quiet: quiet.resolve, looked: looked.promise };
    try {
      await Promise.race([quiet.promise, this.#living]);
      const samples = [];
      for (const desk of this.#desks) samples.push(await desk.sample());
      return samples;
    } finally {
      this.#look = undefined;
      looked.resolve();
    }
  }

  /** Ends the call that they are in, and calls no more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#living;
  }

  /** Waits until both pages hold nothing but their sockets; answers what they hold. */
  async empty(): Promise<readonly Held[]> {
    const look = () => Promise.all(this.#desks.map((desk) => desk.held()));
    const isEmpty = (all: readonly Held[]) =>
      all.every((held) => JSON.stringify(held) === JSON.stringify(NOTHING));
    return await until(look, isEmpty).catch(look);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    await this.#browser.close();
    await this.#living;
  }

  async #open(house: House, number: string): Promise<void> {
    const context = await this.#browser.newContext();
    await context.addInitScript(installCounts);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.faults.push(`page of ${number}: ${error.message}`));
    await page.goto(house.url(number));
    const isRegistered = (phone: unknown) => phone === "registered";
    await until(() => page.evaluate("document.documentElement.dataset.phone"), isRegistered, STEP);
    this.#desks.push(new Desk(page, await context.newCDPSession(page), number));
  }

  async #live(): Promise<void> {
    const [first, second] = this.#desks;
    if (!first || !second) return;
    for (let turn = 0; !this.#isStopped; turn++) {
      try {
        if (this.#look) await this.#wait(this.#look);
        await this.#call(...(turn % 2 === 0 ? [first, second] as const : [second, first] as const), turn);
      } catch (error) {
        if (this.#isStopped) return;
        await this.#complain(`call ${turn} of the pages`, error);
        if (this.faults.length > 10) return;
      }
    }
  }

  async #complain(where: string, error: unknown): Promise<void> {
    const looks = await Promise.all(this.#desks.map((desk) => desk.looksLike().catch(String)));
    const fault = [`${where}: ${error instanceof Error ? error.message : error}`, ...looks].join("; ");
    console.log(`${new Date().toISOString()} ${fault}`);
    this.faults.push(fault);
  }

  /** Lets whoever wants to look do so in peace; what a call leaves behind for a moment is gone by then. */
  async #wait({ quiet, looked }: Look): Promise<void> {
    await this.empty();
    quiet();
    await looked;
  }

  async #call(caller: Desk, callee: Desk, turn: number): Promise<void> {
    await caller.press("Call", callee.number);
    await callee.press("Accept");
    for (const desk of [caller, callee]) await desk.shows("established");
    this.calls++;
    await new Promise((resolve) => setTimeout(resolve, TALK));
    await (turn % 4 < 2 ? caller : callee).press("Hang up");
    for (const desk of [caller, callee]) await desk.shows("ended", "none");
  }
}
