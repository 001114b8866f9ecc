/** The core of the classic API where one of the two pages is in Firefox. */
import assert from "node:assert/strict";
import type { Browser, Page as FirefoxPage } from "puppeteer-core";
import type { Page } from "playwright-core";
import { type Evaluates, mediaOf } from "../browser/phone_page.ts";
import { installProbe } from "../browser/probe.ts";
import { launchFirefox } from "../support/browsers.ts";
import { until } from "../support/until.ts";
import { act, dial, noted, notesOf, reaches, rings, stateOf } from "./plain_page.ts";
import { type Row, ROWS } from "./rows.ts";
import { connect, hears, leave, numberOf, type Scene, sceneTest } from "./scene.ts";

let running: Promise<Browser> | undefined;

Deno.test.afterAll(async () => {
  await (await running)?.close();
});

/** Two pages that know each other, and each other's numbers. */
interface Duo {
  readonly firefox: FirefoxPage;
  readonly chromium: Page;
  /** By which Chromium reaches Firefox, and the other way round. */
  readonly numberOfFirefox: string;
  readonly numberOfChromium: string;
}

/** A page in Firefox that is not connected. */
async function opened(scene: Scene, closing: AsyncDisposableStack): Promise<FirefoxPage> {
  running ??= launchFirefox();
  const context = await (await running).createBrowserContext();
  closing.defer(() => context.close());
  const page = await context.newPage();
  closing.defer(() => leave(page));
  await page.evaluateOnNewDocument(installProbe);
  await page.goto(scene.put());
  return page;
}

let names = 0;

async function meet(scene: Scene, firefox: FirefoxPage): Promise<Duo> {
  await scene.alone();
  const [fox, chrome] = [`Fox ${++names}`, `Chrome ${names}`];
  await connect(firefox, "Webphone1", { name: fox });
  const chromium = await scene.connected({ name: chrome });
  const numberOfChromium = await numberOf(firefox, chrome);
  return { firefox, chromium, numberOfChromium, numberOfFirefox: await numberOf(chromium, fox) };
}

/** The test of a row with a page in Firefox. */
function firefoxRow(row: Row, play: (duo: Duo) => Promise<void>, which?: string): void {
  const name = `row ${row} in Firefox: ${ROWS[row]}${which ? ` (${which})` : ""}`;
  sceneTest(name, async (scene) => {
    await using closing = new AsyncDisposableStack();
    const firefox = await opened(scene, closing);
    await play(await meet(scene, firefox)).catch(async (error) => {
      throw new Error(`${error.message}\nFirefox: ${JSON.stringify(await notesOf(firefox))}`, {
        cause: error,
      });
    });
  }, ["chromium", "firefox"]);
}

/** The one calls the other, who accepts. */
async function talk(caller: Evaluates, callee: Evaluates, number: string): Promise<void> {
  await dial(caller, number);
  await rings(callee);
  await act(callee, "accept()");
  for (const page of [caller, callee]) await reaches(page, "IN_CALL");
}

/** How many pictures the connection has decoded, and how many elements show one. */
async function seen(page: Evaluates): Promise<readonly [frames: number, shown: number]> {
  const { connections } = await mediaOf(page);
  const shown = await page.evaluate(`[].filter.call(document.querySelectorAll("#other video"),
    function (video) { return !video.paused && video.videoWidth > 0; }).length`);
  return [connections.at(-1)?.framesDecoded ?? 0, Number(shown)];
}

firefoxRow("9", async ({ firefox }) => {
  assert.deepEqual((await notesOf(firefox)).connection, ["ACCESS_GRANTED"]);
});

firefoxRow("24", async ({ firefox, chromium, numberOfFirefox }) => {
  const { clients: [came] } = await notesOf(chromium);
  assert.deepEqual([came?.phoneNumber, came?.status], [numberOfFirefox, "ONLINE"]);
  await firefox.goto("about:blank");
  const { clients } = await noted(chromium, ({ clients }) => clients.at(-1)?.status === "OFFLINE");
  assert.deepEqual(clients.at(-1), { ...came, status: "OFFLINE" });
});

firefoxRow("55", async ({ firefox, chromium, numberOfChromium }) => {
  await talk(firefox, chromium, numberOfChromium);
  for (const page of [firefox, chromium]) await hears(page);
}, "Firefox calls");

firefoxRow("55", async ({ firefox, chromium, numberOfFirefox }) => {
  await talk(chromium, firefox, numberOfFirefox);
  for (const page of [firefox, chromium]) await hears(page);
}, "Firefox is called");

firefoxRow("47", async ({ firefox, chromium, numberOfChromium }) => {
  await talk(firefox, chromium, numberOfChromium);
  await act(firefox, "hangUp()");
  assert.deepEqual(await reaches(firefox, "COMPLETED"), ["RINGING", "IN_CALL", "COMPLETED"]);
  await reaches(chromium, "COMPLETED");
});

firefoxRow("59", async ({ firefox, chromium, numberOfFirefox }) => {
  await talk(chromium, firefox, numberOfFirefox);
  for (const page of [firefox, chromium]) await hears(page);
  await act(firefox, "hold()");
  for (const page of [firefox, chromium]) {
    await reaches(page, "HOLD");
    await until(() => mediaOf(page), ({ connections }) => connections.at(-1)?.sending === 0);
  }
  await act(firefox, "unHold()");
  for (const page of [firefox, chromium]) {
    await reaches(page, "IN_CALL");
    await hears(page);
  }
});

firefoxRow("64", async ({ firefox, chromium, numberOfChromium }) => {
  await talk(firefox, chromium, numberOfChromium);
  for (const [from, to, text] of [[firefox, chromium, "Grüße 🦊"], [chromium, firefox, "世界"]] as const) {
    await act(from, `sendMessage("${text}")`);
    await noted(to, ({ messages }) => messages.join() === text);
  }
});

firefoxRow("75", async ({ firefox, chromium, numberOfChromium }) => {
  await talk(firefox, chromium, numberOfChromium);
  for (const page of [firefox, chromium]) {
    await act(page, 'setRemoteDisplay("other")');
    await act(page, "attachCamera(OzCamera.getCameraByName())");
  }
  for (const page of [firefox, chromium]) {
    await until(() => seen(page), ([frames, shown]) => frames > 10 && shown === 1);
    await hears(page);
    assert.equal(await stateOf(page), "IN_CALL");
  }
});
