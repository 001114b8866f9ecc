/**
 * A phone as its user has it: what the page shows, and the buttons that are there. It relies on nothing but names
 * and roles that a screen reader is told as well.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { until } from "../support/until.ts";
import { type Carried, type Media, READ_MEDIA, type Shown } from "./probe.ts";

/** The states on the page's `html` element. */
export interface Faces {
  readonly phone?: string;
  readonly call?: string;
}

/** Anything that runs an expression in a page: playwright's pages and puppeteer's alike. */
export interface Evaluates {
  evaluate(expression: string): Promise<unknown>;
}

/** Frames to see before a picture counts as moving. */
const SOME_FRAMES = 10;

/** Packets of sound to get before it counts as flowing; 20 ms each. */
const SOME_PACKETS = 20;

/** The page's `data-phone` and `data-call`. */
export const facesOf = async (page: Evaluates): Promise<Faces> =>
  await page.evaluate("({ ...document.documentElement.dataset })") as Faces;

/** What the page's media did up to now. */
export const mediaOf = async (page: Evaluates): Promise<Media> => await page.evaluate(READ_MEDIA) as Media;

/** Waits until the page shows these states. */
export function faces(page: Evaluates, hoped: Faces): Promise<Faces> {
  const isMet = (seen: Faces) => fits(seen, hoped);
  isMet.toString = () => JSON.stringify(hoped);
  return until(() => facesOf(page), isMet);
}

const fits = (seen: Faces, { phone = seen.phone, call = seen.call }: Faces): boolean =>
  seen.phone === phone && seen.call === call;

/** Waits until the other side is seen moving and heard: decoded by the connection *and* presented by the element. */
export const seesAndHears = (page: Evaluates): Promise<Media> =>
  until(() => mediaOf(page), ({ connections, shown }) => {
    const last = connections.at(-1);
    return isDecoding(last) && isPresenting(shown);
  });

const isDecoding = (carried: Carried | undefined): boolean =>
  carried !== undefined && carried.connection === "connected" && carried.framesDecoded >= SOME_FRAMES &&
  carried.audioPackets >= SOME_PACKETS && carried.audioEnergy > 1e-4;

const isPresenting = (shown: Shown | undefined): boolean =>
  shown !== undefined && shown.frames >= SOME_FRAMES && shown.isLit && shown.isPlaying && !shown.isMuted;

/** Waits until every microphone and camera that the page has opened is stopped: the light is off. Fails if none was. */
export async function isDark(page: Evaluates): Promise<Media> {
  const media = await until(
    () => mediaOf(page),
    ({ local }) => local.every(({ state }) => state === "ended"),
  );
  assert.ok(media.local.length > 0, "no microphone or camera was ever open on this page");
  return media;
}

/** An agent's page in Chromium. */
export class PhonePage {
  constructor(readonly page: Page, readonly number: string) {}

  /** Waits until the page shows these states. */
  faces(hoped: Faces): Promise<Faces> {
    return faces(this.page, hoped);
  }

  /** Waits until the other side is seen moving and heard. */
  seesAndHears(): Promise<Media> {
    return seesAndHears(this.page);
  }

  /** Waits until no microphone or camera is open. */
  isDark(): Promise<Media> {
    return isDark(this.page);
  }

  /** What the page's media did up to now. */
  media(): Promise<Media> {
    return mediaOf(this.page);
  }

  /** The button of this name. */
  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Presses the button of this name, once it is there. */
  async press(name: string): Promise<void> {
    // Controls fade while the mouse rests.
    await this.page.mouse.move(200 + Math.random() * 100, 200);
    await this.button(name).click();
  }

  /** Dials as a person without a mouse does. */
  async dial(number: string): Promise<void> {
    await this.page.getByLabel("Number", { exact: true }).focus();
    await this.page.keyboard.type(number);
    await this.page.keyboard.press("Enter");
  }

  /** Presses Tab until the button of this name has the focus. Throws when it is not to be reached. */
  async tabTo(name: string): Promise<void> {
    for (let steps = 0; steps < 40; steps++) {
      if (await this.hasFocus(this.button(name))) return;
      await this.page.keyboard.press("Tab");
    }
    const held = await this.page.evaluate("document.activeElement?.outerHTML.slice(0, 200)");
    throw new Error(`Cannot reach "${name}" by Tab: the focus is on ${held}`);
  }

  /** Whether the focus is on an element or inside it. */
  async hasFocus(element: Locator): Promise<boolean> {
    return await element.evaluate((node) => node.contains(document.activeElement));
  }

  /** Waits until the focus is on an element or inside it. */
  async takesFocus(element: Locator): Promise<void> {
    await until(() => this.hasFocus(element), (isThere) => isThere);
  }

  /** The panel beside the call. */
  panel(name: "Chat" | "Keypad" | "Transfer"): Locator {
    return this.page.getByRole("dialog", { name, exact: true });
  }

  /** Writes to the other side of the call; the chat is open. */
  async write(text: string): Promise<void> {
    const field = this.page.getByLabel("Message", { exact: true });
    await field.fill(text);
    await field.press("Enter");
  }

  /** Waits until the open chat ends with this message. */
  async reads(text: string): Promise<void> {
    const messages = this.page.getByRole("log").locator("p");
    await until(() => messages.allInnerTexts(), (all) => all.at(-1)?.endsWith(text) ?? false);
  }

  /** Waits until the heading of the call is this name. */
  async isWith(name: string): Promise<void> {
    await this.page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  }

  /** Whether the toggle of this name is pressed. */
  async isPressed(name: string): Promise<boolean> {
    return await this.button(name).getAttribute("aria-pressed") === "true";
  }

  /** The entry of `number` in the directory. */
  entry(number: string): Locator {
    return this.page.getByRole("list", { name: "Directory" }).getByRole("listitem").filter({
      hasText: number,
    });
  }

  /** What the page says to eyes and screen readers alike, in one text. */
  async words(): Promise<string> {
    return (await this.page.locator("body").innerText()).replaceAll(/\s+/g, " ");
  }

  /** Waits until the page says something like this. */
  says(words: RegExp): Promise<string> {
    const isSaid = (said: string) => words.test(said);
    isSaid.toString = () => `${words}`;
    return until(() => this.words(), isSaid);
  }
}
