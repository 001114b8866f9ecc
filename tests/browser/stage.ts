/**
 * Where the tests in real browsers play: one server of its own per test, one Chromium per file, one context per
 * person. A failing test tells what the server and the pages said.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { type BrowserName, browserTest, type CameraAnswer, launchChromium } from "../support/browsers.ts";
import { Server } from "../support/server.ts";
import { PhonePage } from "./phone_page.ts";
import { installProbe } from "./probe.ts";

const browsers = new Map<CameraAnswer, Promise<Browser>>();

/** This file's Chromium whose cameras answer so; started at the first call. */
export function chromium(cameras: CameraAnswer): Promise<Browser> {
  const browser = browsers.get(cameras) ?? launchChromium(cameras);
  browsers.set(cameras, browser);
  return browser;
}

Deno.test.afterAll(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});

/** How a person's browser is. */
export interface PersonOptions extends BrowserContextOptions {
  /** How it answers the camera question; `given` unless told. */
  readonly cameras?: CameraAnswer;
  /** What was permitted beforehand, where it is `asked`. */
  readonly grants?: readonly ("camera" | "microphone")[];
  /** Runs in every page before its own scripts. */
  readonly before?: () => void;
}

/** One test's server, and the people that it brought. */
export class Stage implements AsyncDisposable {
  readonly server: Server;
  readonly #contexts: BrowserContext[] = [];
  readonly #said: string[] = [];
  readonly #strangers = new Set<string>();
  readonly #crashes: string[] = [];

  private constructor(server: Server) {
    this.server = server;
  }

  /** Starts a server that has nothing but what a first start makes; `env` adds settings. */
  static async open(env: Record<string, string> = {}): Promise<Stage> {
    return new Stage(await Server.start(env));
  }

  /** A browser of their own for one person, with an empty page in it. */
  async person(options: PersonOptions = {}): Promise<Page> {
    const { cameras = "given", grants = [], before, ...rest } = options;
    const context = await (await chromium(cameras)).newContext(rest);
    this.#contexts.push(context);
    await this.watch(context);
    if (before) await context.addInitScript(before);
    if (grants.length > 0) await context.grantPermissions([...grants]);
    return await context.newPage();
  }

  /** Puts the probe into every page of the context, and listens to what the pages say and ask for. */
  async watch(context: BrowserContext): Promise<void> {
    await context.addInitScript(installProbe);
    context.on("request", (request) => this.note(request.url()));
    context.on("page", (page) => this.#listen(page));
  }

  /** Takes down a URL that a page asked for. */
  note(url: string): void {
    const { protocol, hostname } = new URL(url);
    const isOwn = ["127.0.0.1", "phone.test"].includes(hostname);
    if (/^(https?|wss?):$/.test(protocol) && !isOwn) this.#strangers.add(url);
  }

  /** Opens the phone of agent `number`, by the URL that was printed, in a browser of its own. */
  async phone(number: string, options: PersonOptions = {}): Promise<PhonePage> {
    const page = await this.person(options);
    await page.goto(this.server.url(number));
    return new PhonePage(page, number);
  }

  /** Fails when a page asked another host for something, or a script of a page threw. */
  assertClean(): void {
    assert.deepEqual([...this.#strangers], [], "pages asked other hosts");
    assert.deepEqual(this.#crashes, [], "scripts of pages threw");
  }

  /** What server and pages said, for the message of a failing test. */
  get report(): string {
    const withoutQrCode = this.server.output.replaceAll(/^[█▀].*\n/gm, "");
    return `\n--- pages ---\n${this.#said.join("\n")}\n--- server ---\n${withoutQrCode}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.server[Symbol.asyncDispose]();
  }

  #listen(page: Page): void {
    page.on("websocket", (socket) => this.note(socket.url()));
    page.on("console", (message) => this.#said.push(`${page.url()} ${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.#crashes.push(`${page.url()} ${error.stack ?? error.message}`));
  }
}

/** A test on a stage. Without the browsers that it needs it is ignored, or fails in CI. */
export function stageTest(
  name: string,
  play: (stage: Stage) => Promise<void>,
  needs: readonly BrowserName[] = ["chromium"],
): void {
  browserTest(name, needs, async () => {
    await using stage = await Stage.open();
    try {
      await play(stage);
      stage.assertClean();
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n${stage.report}`, { cause: error });
    }
  });
}
