/**
 * What is left in a page between two calls.
 *
 * @module
 */
import { until } from "../support/until.ts";
import type { Devtools, Page } from "./driver.ts";
import type { Held } from "./page_watch.ts";

/** How long after a call something of it may be there, in milliseconds, and how long nothing goes when all has gone. */
const LINGERS = 15_000;
const LULL = 3000;

/** What a page holds, once all that nobody needs is collected. */
export interface Left extends Held {
  /** KiB of JavaScript that are used. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

async function count(page: Pick<Page, "evaluate">, devtools: Devtools): Promise<Left> {
  // What a finalizer lets go of is garbage at the second time.
  for (let times = 0; times < 2; times++) await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners } = await devtools.send("Memory.getDOMCounters");
  const held = await page.evaluate("held()") as Held;
  return {
    ...held,
    nodes: Number(nodes),
    listeners: Number(jsEventListeners),
    heap: Number(usedSize) / 1024,
  };
}

/**
 * Looks until nothing goes any more: the browser takes some seconds to let go of a peer connection that was closed. The
 * page has to have `installCounts` in it.
 */
export async function look(page: Pick<Page, "evaluate">, devtools: Devtools): Promise<Left> {
  let before = await count(page, devtools);
  for (let rest = LINGERS; rest > 0; rest -= LULL) {
    await new Promise((resolve) => setTimeout(resolve, LULL));
    const after = await count(page, devtools);
    const isLess = after.tracks + after.connections + after.listeners + after.nodes <
      before.tracks + before.connections + before.listeners + before.nodes;
    before = after;
    if (!isLess) break;
  }
  return before;
}

/** Presses a button as soon as it is there, by the page's own means: what the driver leaves there would count. */
export async function press(page: Pick<Page, "evaluate">, name: string, number?: string): Promise<void> {
  const place = number === undefined
    ? "document"
    : `people.find(({ innerText }) => innerText.includes("${number}"))`;
  await until(
    () =>
      page.evaluate(`(() => {
        const people = [...document.querySelectorAll(".directory li")];
        const buttons = [...${place}?.querySelectorAll("button:enabled") ?? []];
        const found = buttons.find((each) => (each.ariaLabel ?? each.innerText.trim()) === "${name}");
        found?.click();
        return found !== undefined;
      })()`),
    Boolean,
  );
}
