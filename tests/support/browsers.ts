/**
 * Real browsers with fake cameras: Chromium by playwright-core, Firefox by puppeteer-core over WebDriver BiDi.
 * Nothing that they do by themselves leaves the machine.
 *
 * @module
 */
import { type Browser, chromium } from "playwright-core";
import puppeteer, { type Browser as Firefox } from "puppeteer-core";
import { BROWSERS, findProgram, programTest } from "./programs.ts";

/** A host name that leads to this machine without being trusted as `localhost` is. */
export const OTHER_NAME = "phone.test";

/** What Chromium is started with, whatever it is for. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // People's own Chromium asks for a gesture before sound, unless the page captures: the pages must cope.
  "--autoplay-policy=document-user-activation-required",
  // Else host addresses hide behind multicast names, and those questions leave the machine.
  "--disable-features=WebRtcHideLocalIpsWithMdns,Translate,MediaRouter",
  "--allow-loopback-in-peer-connection",
  `--host-resolver-rules=MAP ${OTHER_NAME} 127.0.0.1`,
];

/** How Chromium answers the camera question. */
export const CAMERAS = {
  /** Microphone and camera are there, and are given unasked. */
  given: ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=fps=20"],
  /** The same, at the usual rate of a real camera. */
  smooth: ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=fps=30"],
  /** They are there; what no permission was granted for is denied. */
  asked: ["--use-fake-device-for-media-stream=fps=20"],
  /** There are none. */
  none: ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=0"],
} as const;

/** One of {@linkcode CAMERAS}. */
export type CameraAnswer = keyof typeof CAMERAS;

/** The command line of a Chromium whose cameras answer so. */
export const chromiumFlags = (cameras: CameraAnswer): string[] => [...FLAGS, ...CAMERAS[cameras]];

/** Starts Chromium without a window; `env` adds to its environment. Throws when there is none. */
export function launchChromium(
  cameras: CameraAnswer = "given",
  env: Record<string, string> = {},
  flags: readonly string[] = [],
): Promise<Browser> {
  return chromium.launch({
    executablePath: pathOf("chromium"),
    args: [...chromiumFlags(cameras), ...flags],
    env: { ...Deno.env.toObject(), ...env },
    // Playwright would exit on these before whoever started a server has stopped it. Chromium leaves with its pipe.
    handleSIGINT: false,
    handleSIGTERM: false,
  });
}

/** Starts Chromium as a person has it, with a profile that lasts: only there can a page be installed. */
export async function launchProfile(profile: string) {
  const args = chromiumFlags("given");
  return await chromium.launchPersistentContext(profile, { executablePath: pathOf("chromium"), args });
}

/** Firefox's own traffic off, fake devices given unasked, and calls within this machine. */
const PREFERENCES = {
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.gmp-manager.updateEnabled": false,
  "media.gmp-provider.enabled": false,
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.dns.disablePrefetch": true,
  "network.prefetch-next": false,
  "services.settings.server": "",
  "toolkit.telemetry.enabled": false,
};

/** Starts Firefox without a window. Throws when there is none. */
export function launchFirefox(): Promise<Firefox> {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: pathOf("firefox"),
    headless: true,
    acceptInsecureCerts: true,
    extraPrefsFirefox: PREFERENCES,
  });
}

/** Names the browsers that a test needs. */
export type BrowserName = keyof typeof BROWSERS;

/**
 * A test that needs browsers. Where one is missing it is reported as ignored, with the reason in its name; where
 * nothing may be left out (`CI=true`) it fails.
 */
export function browserTest(name: string, needs: readonly BrowserName[], test: () => Promise<void>): void {
  programTest(name, needs, test);
}

function pathOf(name: BrowserName): string {
  const path = findProgram(BROWSERS[name]);
  if (!path) throw new Error(`Cannot start ${name}: there is none on this machine`);
  return path;
}
