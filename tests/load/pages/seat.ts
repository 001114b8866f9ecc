/**
 * Whoever sits at a page of the bench, ours or the floor's: both have the same buttons and show the same states.
 *
 * @module
 */
import { until } from "../../support/until.ts";
import type { Context, Page } from "../driver.ts";
import type { Clock, Pictures, Step, Wired } from "./clock.ts";

/** How long each step may take, in milliseconds. */
const STEP = 20_000;

/** Resolves after so many milliseconds: what goes on meanwhile is to be measured, not waited for. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Resolves as `promise` does, or throws when it takes longer than a step may. */
export async function inTime<T>(promise: Promise<T>, what: string, budget = STEP): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Cannot wait longer for ${what}`)), budget);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** One page, in a browser profile of its own. */
export class Seat {
  /** `number` is the one that its page has, where the other side is to press Call. */
  constructor(readonly page: Page, readonly context: Context, readonly number: string | undefined) {}

  /** Presses the button of this name; with `number` the one in that entry of the directory. */
  async press(name: string, number?: string): Promise<void> {
    const people = this.page.getByRole("list", { name: "Directory", exact: true }).getByRole("listitem");
    const place = number === undefined ? this.page : people.filter({ hasText: number });
    // Controls fade while the mouse rests.
    await this.page.mouse.move(200 + Math.random() * 100, 200);
    await inTime(place.getByRole("button", { name, exact: true }).click(), `a button "${name}"`);
  }

  /** Waits until the page's `data-` attribute of this name is one of these. */
  async shows(name: "phone" | "call" | "camera", ...hoped: readonly string[]): Promise<void> {
    const isMet = (seen: unknown) => hoped.includes(String(seen));
    isMet.toString = () => `${name} ${hoped.join(" or ")}`;
    await until(() => this.page.evaluate(`document.documentElement.dataset.${name}`), isMet, STEP);
  }

  /** Waits until the link with that number stands. */
  async isLinked(number: string): Promise<void> {
    const name = JSON.stringify(number);
    const isMet = (seen: unknown) => seen === "standing";
    isMet.toString = () => `a link with ${number}`;
    await until(
      () =>
        this.page.evaluate(
          `[...document.querySelectorAll(".person")].find(({ textContent }) => textContent.includes(${name}))` +
            `?.querySelector("[data-link]")?.dataset.link`,
        ),
      isMet,
      STEP,
    );
  }

  /** Forgets what was; where it `waits`, no frame counts before somebody has pressed something here. */
  async reset(waits = false): Promise<void> {
    await this.page.evaluate(`clock.reset(${waits})`);
  }

  /** When somebody pressed something here first, in milliseconds since the epoch. */
  async pressed(): Promise<number> {
    return await this.page.evaluate("clock.pressed()") as number;
  }

  /** When the first frame was on the screen, in milliseconds since the epoch. */
  async frame(): Promise<number> {
    return await inTime(this.page.evaluate("clock.frame()"), "the first frame") as number;
  }

  /** The messages of its socket since the last reset. */
  async wired(): Promise<readonly Wired[]> {
    return await this.page.evaluate("clock.wired()") as readonly Wired[];
  }

  /** How wide the other side's picture was from when on, since the last reset. */
  async widths(): Promise<ReturnType<Clock["widths"]>> {
    return await this.page.evaluate("clock.widths()") as ReturnType<Clock["widths"]>;
  }

  /** The way to the first frame, each step in milliseconds after `began`, in words. */
  async way(began: number): Promise<string> {
    const steps = await this.page.evaluate(
      "[...clock.steps(), { name: 'received', at: clock.received() }]",
    ) as readonly Step[];
    const after = steps.map(({ name, at }) => ({ name, at: Math.round(at - began) }));
    return after.sort((one, other) => one.at - other.at).map(({ name, at }) => `${name} ${at}`).join(" ");
  }

  /** What came in of pictures up to now. */
  async pictures(): Promise<Pictures> {
    return await this.page.evaluate("clock.pictures()") as Pictures;
  }
}
