/**
 * The browsers of the lab: one Chromium in each client's namespace, the driver outside. `playwright-core` belongs to
 * `tests/browser/deno.json`, and the house's own check does not know it; so it is met at run time, and what is used of
 * it is told here.
 *
 * @module
 */
import { BROWSERS, findProgram } from "../support/programs.ts";
import { ORIGIN } from "./house.ts";
import type { Lab } from "./lab.ts";

/** A devtools session. */
export interface Devtools {
  send(method: string, parameters?: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** A page, in so far as the chaos suite uses it. */
export interface Page {
  goto(url: string, options?: { timeout?: number }): Promise<unknown>;
  reload(): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  close(options?: { runBeforeUnload?: boolean }): Promise<void>;
  context(): Context;
}

/** One person's browser. */
export interface Context {
  newPage(): Promise<Page>;
  addInitScript(script: () => void): Promise<void>;
  newCDPSession(page: Page): Promise<Devtools>;
  close(): Promise<void>;
}

/** A browser program. */
export interface Browser {
  newContext(): Promise<Context>;
  newBrowserCDPSession(): Promise<Devtools>;
  isConnected(): boolean;
  close(): Promise<void>;
}

interface Launcher {
  launchChromium(): Promise<Browser>;
}

/** The Chromiums of a lab, by client; one is started when it is asked for, and again when it was killed. */
export class Browsers implements AsyncDisposable {
  readonly #lab: Lab;
  readonly #folder = Deno.makeTempDirSync({ prefix: "outside-line-browsers-" });
  readonly #chromium = findProgram(BROWSERS.chromium) ?? "chromium";
  readonly #running = new Map<string, Browser>();

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** The Chromium in the namespace of `client`. */
  async at(client: string): Promise<Browser> {
    const running = this.#running.get(client);
    if (running?.isConnected()) return running;
    const launcher: Launcher = await import(new URL("../support/browsers.ts", import.meta.url).href);
    const before = Deno.env.get("CHROMIUM");
    Deno.env.set("CHROMIUM", this.#wrapper(client));
    try {
      const browser = await launcher.launchChromium();
      this.#running.set(client, browser);
      return browser;
    } finally {
      if (before === undefined) Deno.env.delete("CHROMIUM");
      else Deno.env.set("CHROMIUM", before);
    }
  }

  /** Kills the Chromium of `client` with all that is in it (SIGKILL). */
  async kill(client: string): Promise<void> {
    const processes = await this.#processes(client);
    this.#running.delete(client);
    for (const { type, id } of processes) if (type === "browser") Deno.kill(id, "SIGKILL");
  }

  /** Stops the processes of `client`'s Chromium, all or those of one type; resolves with how to let them go on. */
  async stop(client: string, only?: string): Promise<() => void> {
    const all = await this.#processes(client);
    const ids = all.filter(({ type }) => !only || type === only).map(({ id }) => id);
    for (const id of ids) Deno.kill(id, "SIGSTOP");
    return () => {
      for (const id of ids) Deno.kill(id, "SIGCONT");
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const browser of this.#running.values()) await browser.close();
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #processes(client: string): Promise<{ type: string; id: number }[]> {
    const devtools = await this.#running.get(client)?.newBrowserCDPSession();
    const { processInfo } = await devtools?.send("SystemInfo.getProcessInfo") ?? {};
    return processInfo as { type: string; id: number }[];
  }

  /** A program that is Chromium, but in the namespace; the driver reaches it through a pipe. */
  #wrapper(client: string): string {
    const path = `${this.#folder}/chromium-${client}`;
    const words = [...this.#lab.at(client), this.#chromium];
    // The relay's certificate is one of our own authority's, which a WebRTC socket trusts by no other switch.
    const trust = `--unsafely-treat-insecure-origin-as-secure=${ORIGIN} --ignore-certificate-errors`;
    Deno.writeTextFileSync(path, `#!/bin/sh\nexec ${words.join(" ")} ${trust} "$@"\n`, { mode: 0o755 });
    return path;
  }
}
