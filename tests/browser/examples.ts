/**
 * The examples as their visitors have them: a page each in a browser of their own, and what it says.
 *
 * @module
 */
import axe, { type AxeResults } from "axe-core";
import type { Locator, Page } from "playwright-core";
import { until } from "../support/until.ts";
import { mediaOf } from "./phone_page.ts";
import type { PersonOptions, Stage } from "./stage.ts";

/** Opens `/examples/<name>` in a browser of its own. */
export async function example(stage: Stage, name: string, options: PersonOptions = {}): Promise<Page> {
  const page = await stage.person(options);
  await page.goto(`${stage.server.origin}/examples/${name}`);
  return page;
}

/** Waits until the text of that place fits, and answers it. */
export function reads(place: Locator, words: RegExp): Promise<string> {
  const fits = (text: string) => words.test(text);
  fits.toString = () => `${words}`;
  return until(async () => (await place.innerText({ timeout: 1000 })).replaceAll(/\s+/g, " "), fits);
}

/** Waits until the page's status says something like this. */
export const says = (page: Page, words: RegExp): Promise<string> => reads(page.locator("#status"), words);

/** The button of just this name. */
export const button = (place: Page | Locator, name: string): Locator =>
  place.getByRole("button", { name, exact: true });

/** Waits until sound that is not silence comes over so many connections of the page. */
export const hears = (page: Page, count = 1) =>
  until(
    async () =>
      (await mediaOf(page)).connections.filter(({ connection, audioPackets, audioEnergy }) =>
        connection === "connected" && audioPackets > 20 && audioEnergy > 1e-4
      ).length,
    (heard) => heard >= count,
  );

/** What keeps people out of the page as it is now (axe), in one line each. */
export async function barriers(page: Page): Promise<string[]> {
  // Handed over as an expression: as a script element the page's own policy would refuse it.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate("axe.run()") as AxeResults;
  return violations.map(({ id, help, nodes }) =>
    `${id}: ${help} (${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")})`
  );
}
