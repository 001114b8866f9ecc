/**
 * A house in the lab with two people in a call, each in a Chromium and a network of their own.
 *
 * @module
 */
import { until } from "../support/until.ts";
import type { Browsers, Context, Page } from "./driver.ts";
import { type Agent, House, type KeptCall } from "./house.ts";
import type { Lab } from "./lab.ts";
import { WATCH, type Watched } from "./watch.ts";

/** The agents of a scene: they call by hand, so that nobody calls again by themselves after a call is lost. */
export const [ALICE, BOB, CAROL, DAVE] = ["1003", "1004", "1005", "1006"] as const;

const AGENTS: readonly Agent[] = [
  { number: ALICE, name: "Alice" },
  { number: BOB, name: "Bob" },
  { number: CAROL, name: "Carol" },
  { number: DAVE, name: "Dave" },
];

/** The clients of the lab that they sit at: Alice, Bob, and all others. */
export const CLIENTS = ["a", "b", "c"] as const;

/** A house as a scene wants it: with `TURN`, if any. */
export const openHouse = (lab: Lab, turn?: string): Promise<House> =>
  House.open(lab, AGENTS, turn ? { TURN: turn } : {});

/** How long a page may take to leave in good order, in milliseconds. */
const LEAVES = 3000;

/** One of {@linkcode CLIENTS}. */
export type Client = typeof CLIENTS[number];

/** What a page shows on its `html` element. */
export interface Faces {
  readonly phone?: string;
  readonly call?: string;
}

/** An agent's page. */
export class Phone {
  constructor(readonly page: Page, readonly number: string, readonly client: Client) {}

  /** What was seen since the last {@linkcode forgetAll}. */
  async watched(): Promise<Watched> {
    return await this.page.evaluate("chaos.read()") as Watched;
  }

  /** Forgets what was seen before `since`, in milliseconds since the epoch. */
  async forget(since: number): Promise<void> {
    await this.page.evaluate(`chaos.clear(${since})`);
  }

  /** Presses a button; with `number` the one in that entry of the directory. */
  async press(name: string, number?: string): Promise<void> {
    await until(
      () => this.page.evaluate(`chaos.press(${JSON.stringify(name)}, ${JSON.stringify(number)}), true`),
      Boolean,
    );
  }

  /** Presses a button at a time of the clock, in milliseconds since the epoch, if it is there then. */
  async pressAt(at: number, name: string, number?: string): Promise<void> {
    const which = [name, ...number === undefined ? [] : [number]].map((word) => JSON.stringify(word));
    await this.page.evaluate(`chaos.pressAt(${at}, ${which})`);
  }

  /** Presses a button if it is there; answers whether it was. */
  async tap(name: string): Promise<boolean> {
    const which = JSON.stringify(name);
    return await this.page.evaluate(`chaos.offers(${which}) && (chaos.press(${which}), true)`)
      .then(Boolean, () => false);
  }

  /** Waits until there is such a button. */
  async offers(name: string, number: string): Promise<void> {
    const [which, whose] = [JSON.stringify(name), JSON.stringify(number)];
    await until(() => this.page.evaluate(`chaos.offers(${which}, ${whose})`), Boolean);
  }

  /** Switches the camera off and on so many times; answers how many events the other side is to hear of. */
  async blink(times: number): Promise<number> {
    return await this.page.evaluate(`chaos.blink(${times})`) as number;
  }

  /** The page's `data-phone` and `data-call`. */
  async faces(): Promise<Faces> {
    return await this.page.evaluate("({ ...document.documentElement.dataset })") as Faces;
  }

  /** Waits until the page shows these states. Throws after `budget` milliseconds. */
  async shows({ phone, call }: Faces, budget?: number): Promise<void> {
    const isMet = (seen: Faces) => (!phone || seen.phone === phone) && (!call || seen.call === call);
    isMet.toString = () => `${this.number}: ${phone ?? "any"} ${call ?? "any"}`;
    await until(() => this.faces(), isMet, budget);
  }

  /** Whether the toggle of this name is pressed. */
  async isPressed(name: string): Promise<boolean> {
    const found = `[...document.querySelectorAll("button")].find((b) => b.textContent.trim() === "${name}")`;
    return await this.page.evaluate(`${found}?.ariaPressed === "true"`) as boolean;
  }

  /** The path of the media in words, such as `relay/udp to host`. */
  async path(): Promise<string> {
    return await this.page.evaluate("chaos.path()") as string;
  }

  /** Hangs up if there is a call, and leaves the line as whoever closes the page does. */
  async leave(): Promise<void> {
    await this.tap("Hang up");
    await this.page.goto("about:blank", { timeout: LEAVES });
  }

  /** What the page says, in one text. */
  async words(): Promise<string> {
    return String(await this.page.evaluate("document.body.innerText")).replaceAll(/\s+/g, " ");
  }

  /** Waits until sound and picture come in, from now on. Throws after `budget` milliseconds. */
  async flows(budget?: number): Promise<void> {
    const count = async () => {
      const { packets, frames } = await this.watched();
      return { packets, frames };
    };
    const before = await count();
    const isFlowing = (seen: typeof before) =>
      seen.packets >= before.packets + 10 && seen.frames > before.frames + 3;
    isFlowing.toString = () => `sound and picture at ${this.number}`;
    await until(count, isFlowing, budget).catch(async ({ message }) => {
      throw new Error(`${message} (${await this.page.evaluate("chaos.media()")})`);
    });
  }
}

/** The two sides of a call; who called comes first. */
export type Pair = readonly [Phone, Phone];

/** How far ahead an instant is set, in milliseconds, so that all pages know of it before. */
const AHEAD = 200;

/** A button of a page; with `number` the one in that entry of the directory. */
type Button = readonly [phone: Phone, name: string, number?: string];

/** Presses buttons in the same instant; resolves when that is over. */
export async function atOnce(...presses: readonly Button[]): Promise<void> {
  const at = Date.now() + AHEAD;
  await Promise.all(presses.map(([phone, ...button]) => phone.pressAt(at, ...button)));
  await until(() => Date.now(), (now) => now > at + AHEAD);
}

/**
 * What was seen up to now is forgotten. It is one instant for all of them: what one side says while they are told must
 * not be kept by that one alone, which would make it lost.
 */
export async function forgetAll(phones: readonly Phone[]): Promise<void> {
  const now = Date.now();
  for (const phone of phones) await phone.forget(now);
}

/** The people who come to a house, and leave it as they found it. */
export class Scene implements AsyncDisposable {
  readonly #contexts: Context[] = [];
  readonly #began = Date.now();
  readonly phones: Phone[] = [];
  /** Whether the house is as it was before; known when they have left. */
  isTidy = false;

  constructor(readonly lab: Lab, readonly browsers: Browsers, readonly house: House) {}

  /** Opens the phone of agent `number` at `client`, in a browser profile of its own or in that of `beside`. */
  async phone(number: string, client: Client, beside?: Phone): Promise<Phone> {
    const context = beside?.page.context() ?? await this.#context(client);
    const page = await context.newPage();
    await page.goto(this.house.url(number));
    const phone = new Phone(page, number, client);
    this.phones.push(phone);
    await phone.shows({ phone: "registered" });
    return phone;
  }

  /** Alice at `a` and Bob at `b`, idle. */
  async idle(): Promise<[Phone, Phone]> {
    return [await this.phone(ALICE, "a"), await this.phone(BOB, "b")];
  }

  /** Alice has called Bob; both see and hear, and nothing has been noted since. */
  async call(): Promise<[Phone, Phone]> {
    const both = await this.idle();
    const [alice, bob] = both;
    await alice.press("Call", BOB);
    await bob.press("Accept");
    for (const phone of both) await phone.shows({ call: "established" });
    for (const phone of both) await phone.flows();
    await forgetAll(both);
    return both;
  }

  /** The one live call of the house, if there is just one. */
  theCall(): KeptCall | undefined {
    const [call, second] = this.house.liveCalls();
    return second ? undefined : call;
  }

  /** All that pages and server have seen, in the order of time, to find out what went wrong. */
  async story(): Promise<string> {
    const pages = await Promise.all(this.phones.map((phone) => linesOf(phone)));
    const log = this.house.log.split("\n").filter(Boolean).map((line) => {
      const { time, level: _level, ...rest } = JSON.parse(line);
      return { at: Date.parse(time), line: `server  ${JSON.stringify(rest)}` };
    });
    const all = [...log, ...pages.flat()].filter(({ at }) => at >= this.#began)
      .sort((one, other) => one.at - other.at);
    return all.map(({ at, line }) => `${new Date(at).toISOString().slice(14, 23)} ${line}`).join("\n");
  }

  /** The longest time that a page did not get to look, in milliseconds, counted from `since`. */
  async longestStall(since: number = this.#began): Promise<number> {
    const seen = await Promise.all(this.phones.map((phone) => phone.watched().catch(() => undefined)));
    const stalls = seen.flatMap((each) => each?.stalls ?? []).filter(({ from }) => from >= since);
    return Math.max(0, ...stalls.map(({ from, to }) => to - from));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab.restore();
    const left = await Promise.allSettled(this.phones.map((phone) => phone.leave()));
    for (const context of this.#contexts) await context.close().catch(() => {});
    const isOver = await until(() => this.house.liveCalls().length, (live) => live === 0, LEAVES)
      .then(() => true, () => false);
    this.isTidy = isOver && this.house.isOpen && left.every(({ status }) => status === "fulfilled");
  }

  async #context(client: Client): Promise<Context> {
    const context = await (await this.browsers.at(client)).newContext();
    this.#contexts.push(context);
    for (const install of WATCH) await context.addInitScript(install);
    return context;
  }
}

async function linesOf({ number, page }: Phone): Promise<{ at: number; line: string }[]> {
  const seen = await (page.evaluate("chaos.read()") as Promise<Watched>).catch(() => undefined);
  if (!seen) return [];
  const gaps = seen.gaps.map(({ kind, from, to }) => ({ at: to, what: `gap of ${kind}: ${to - from} ms` }));
  const said = seen.said.map(({ at, type, words = "", again }) => ({
    at,
    what: `> ${type} ${words}${again ? " again" : ""}`,
  }));
  const heard = seen.heard.map(({ at, type, words = "" }) => ({ at, what: `< ${type} ${words}` }));
  return [...gaps, ...said, ...heard, ...seen.moments].map(({ at, what }) => ({
    at,
    line: `${number}    ${what}`,
  }));
}
