/**
 * Chromium for load: `playwright-core` belongs to `tests/browser/deno.json`, and the house's own check does not know
 * it; so it is met at run time, and what is used of it is told here.
 *
 * @module
 */
import { BROWSERS, findProgram } from "../support/programs.ts";

/** A devtools session. */
export interface Devtools {
  send(method: string): Promise<Record<string, unknown>>;
}

/** How a person's browser is. */
export interface ContextOptions {
  /** The size of the window, in CSS pixels. */
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** Something on a page that can be pressed. */
export interface Locator {
  click(): Promise<void>;
  filter(options: { hasText: string }): Locator;
  getByRole(role: string, options?: { name: string; exact: boolean }): Locator;
}

/** A page, in so far as load uses it. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  getByRole(role: string, options: { name: string; exact: boolean }): Locator;
  readonly mouse: { move(x: number, y: number): Promise<void> };
  on(event: "pageerror", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** One person's browser. */
export interface Context {
  newPage(): Promise<Page>;
  addInitScript<T = undefined>(script: (argument: T) => void, argument?: T): Promise<void>;
  /** Gives every page a function of this name that runs here. */
  exposeFunction<T extends unknown[]>(name: string, run: (...values: T) => void): Promise<void>;
  newCDPSession(page: Page): Promise<Devtools>;
  close(): Promise<void>;
}

/** A browser program. */
export interface Browser {
  newContext(options?: ContextOptions): Promise<Context>;
  /** Takes down what all its processes do, until {@linkcode stopTracing} hands it out as JSON. */
  startTracing(page: undefined, options: { readonly categories: string[] }): Promise<void>;
  stopTracing(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** How fast the fake cameras are: at 20 frames a second, or at 30 as real ones. */
export type FakeCameras = "given" | "smooth";

interface Launcher {
  launchChromium(
    cameras: FakeCameras | undefined,
    env: undefined,
    flags: readonly string[],
  ): Promise<Browser>;
}

/** Why there is no browser on this machine, or `undefined` when there is. */
export const lacksForPages = (): string | undefined =>
  findProgram(BROWSERS.chromium) ? undefined : "no chromium";

/** Starts Chromium with fake cameras. */
export async function launchChromium(
  cameras?: FakeCameras,
  flags: readonly string[] = [],
): Promise<Browser> {
  const launcher: Launcher = await import(new URL("../support/browsers.ts", import.meta.url).href);
  return await launcher.launchChromium(cameras, undefined, flags);
}
