/**
 * Relays for tests, and people whose networks let nothing else through.
 *
 * @module
 */
import { type Browser, chromium } from "playwright-core";
import { chromiumFlags } from "../support/browsers.ts";
import { BROWSERS, findProgram, programTest } from "../support/programs.ts";
import { freePort } from "../support/server.ts";
import { PhonePage } from "./phone_page.ts";
import { type PersonOptions, Stage } from "./stage.ts";

/** The setting that starts a relay of our own on free ports; `port` is where it listens. */
export function ourRelay(port = freePort()): { readonly TURN: string } {
  const first = Math.min(freePort(), 65_000);
  return { TURN: `coturn:?port=${port}&tls=${freePort()}&relay=${first}-${first + 99}` };
}

/** A browser that trusts our own certificate at the relay too, where a context that ignores errors does not. */
export function launchTrusting(): Promise<Browser> {
  const args = [...chromiumFlags("given"), "--ignore-certificate-errors"];
  return chromium.launch({ executablePath: findProgram(BROWSERS.chromium) ?? "", args });
}

/** The phone of an agent in this browser, whose network lets nothing through but what goes to the relay by `urls`. */
export async function behindFirewall(
  stage: Stage,
  browser: Browser,
  number: string,
  urls: string,
  options: PersonOptions = {},
): Promise<PhonePage> {
  const context = await browser.newContext(options);
  await stage.watch(context);
  await context.addInitScript(relayOnly, urls);
  const page = await context.newPage();
  await page.goto(stage.server.url(number));
  return new PhonePage(page, number);
}

/** Runs in the page before its scripts, and so stands alone: all ways are closed but the one to the relay by `urls`. */
function relayOnly(urls: string): void {
  const Original = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor(configuration: RTCConfiguration = {}) {
      const iceServers = configuration.iceServers?.map((server) => ({
        ...server,
        urls: [server.urls].flat().filter((url) => new RegExp(urls).test(url)),
      }));
      super({ ...configuration, iceTransportPolicy: "relay", ...(iceServers && { iceServers }) });
    }
  };
}

/** A test with a browser that trusts our relays, on a stage whose server has these settings. */
export function relayTest(
  name: string,
  settings: () => Record<string, string>,
  play: (stage: Stage, browser: Browser) => Promise<void>,
): void {
  programTest(name, ["chromium", "turnserver"], async () => {
    await using stage = await Stage.open(settings());
    await using browser = await launchTrusting();
    try {
      await play(stage, browser);
      stage.assertClean();
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n${stage.report}`, { cause: error });
    }
  });
}
