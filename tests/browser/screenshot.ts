/**
 * `deno task screenshot`: takes the pictures of the README, of a real call between Alice and Bob: `docs/call.png`, and
 * `docs/call-narrow.png` as a telephone shows it. Their cameras are drawn; everything else is as it is.
 *
 * @module
 */
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { launchChromium } from "../support/browsers.ts";
import { ROOT, Server } from "../support/server.ts";
import { until } from "../support/until.ts";
import { PhonePage } from "./phone_page.ts";
import { PORTRAIT, PORTRAITS } from "./portraits.ts";
import { installProbe, type Media } from "./probe.ts";

/** A picture grows to its full size as the connection is found to carry it; in milliseconds. */
const PATIENCE = 180_000;

type Name = keyof typeof PORTRAITS;

const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, colorScheme: "dark" };
const HAND: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  colorScheme: "dark",
};

/** Runs in the page: what the camera gives is this picture, with the fake microphone's sound. */
function sitForPortrait({ svg, width, height }: { svg: string; width: number; height: number }): void {
  const devices = globalThis.MediaDevices?.prototype;
  const ask = devices?.getUserMedia;
  if (!devices || !ask) return;
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;

  function film(): MediaStreamTrack[] {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    // Painted again and again, for a canvas that stands still sends nothing.
    const paint = () => pen?.drawImage(picture, 0, 0, width, height);
    paint();
    setInterval(paint, 100);
    // On a busy machine rather fewer frames than a smaller picture.
    return canvas.captureStream(10).getVideoTracks().map((track) =>
      Object.assign(track, { contentHint: "detail" })
    );
  }

  devices.getUserMedia = async function ({ audio, video } = {}) {
    const sound = audio ? (await ask.call(this, { audio })).getTracks() : [];
    if (video) await picture.decode();
    return new MediaStream([...sound, ...(video ? film() : [])]);
  };
}

async function open(browser: Browser, server: Server, name: Name, number: string, as: BrowserContextOptions) {
  const context = await browser.newContext(as);
  await context.addInitScript(installProbe);
  await context.addInitScript(sitForPortrait, { svg: PORTRAITS[name], ...PORTRAIT });
  const page = await context.newPage();
  await page.goto(server.url(number));
  const phone = new PhonePage(page, number);
  await phone.faces({ phone: "registered" });
  return phone;
}

/** Calls, waits until the picture has come up to its full size, and takes it with the controls showing. */
async function take(
  browser: Browser,
  server: Server,
  as: BrowserContextOptions,
  path: string,
): Promise<void> {
  const alice = await open(browser, server, "Alice", "1001", as);
  const bob = await open(browser, server, "Bob", "1002", as);
  for (const phone of [alice, bob]) await phone.faces({ call: "established" });
  const isWhole = ({ shown }: Media) => shown?.width === PORTRAIT.width && shown.frames > 60;
  const { shown } = await until(() => bob.media(), isWhole, PATIENCE);
  await bob.page.mouse.move(30, 400);
  await bob.page.screenshot({ path: join(ROOT, path), animations: "disabled" });
  console.log(`${path}: ${shown?.frames} frames seen`);
  for (const phone of [bob, alice]) await phone.page.context().close();
}

/** The machine's own fonts, but Inter for the system's face where it is there (Debian's fonts-inter). */
const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  ${["system-ui", "sans-serif"].map(preferInter).join("\n")}
</fontconfig>`;

function preferInter(family: string): string {
  return `<match target="pattern"><test name="family"><string>${family}</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>`;
}

const fonts = await Deno.makeTempFile({ suffix: ".conf" });
await Deno.writeTextFile(fonts, FONTS);
await using server = await Server.start();
await using browser = await launchChromium("given", { FONTCONFIG_FILE: fonts });
for (const [number, name] of [["1001", "Alice"], ["1002", "Bob"]] as const) {
  await server.agent("remove", number);
  await server.addAgent(number, "--name", name, "--elect");
}
await take(browser, server, DESK, "docs/call.png");
await take(browser, server, HAND, "docs/call-narrow.png");
await Deno.remove(fonts);
