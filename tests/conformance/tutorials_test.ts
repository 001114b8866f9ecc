import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { isDark, mediaOf } from "../browser/phone_page.ts";
import { until } from "../support/until.ts";
import { rowTest, type Scene } from "./scene.ts";
import { type TutorialOptions, videoTutorial, voiceTutorial } from "./tutorials.ts";

/** How often the page's pictures have moved on, by the id of their place; -1 where there is not exactly one. */
const framesIn = (page: Page, ...ids: string[]): Promise<number[]> =>
  page.evaluate((ids) =>
    ids.map((id) => {
      const videos = document.querySelectorAll<HTMLVideoElement>(`#${id} video`);
      return videos.length === 1 ? videos[0]!.getVideoPlaybackQuality().totalVideoFrames : -1;
    }), ids);

const movesIn = (page: Page, ...ids: string[]) =>
  until(() => framesIn(page, ...ids), (frames) => frames.every((count) => count >= 10));

const hears = (page: Page) =>
  until(
    () => mediaOf(page),
    ({ connections }) =>
      (connections.at(-1)?.audioPackets ?? 0) > 20 && (connections.at(-1)?.audioEnergy ?? 0) > 1e-4,
  );

/** Whether the page plays the other side's sound, and only once. */
const soundsOf = (page: Page): Promise<number> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLMediaElement>("audio, video")].filter((element) => {
      const hasSound = (element.srcObject as MediaStream | null)?.getAudioTracks().length;
      return hasSound && !element.muted && !element.paused;
    }).length
  );

const seenBy = (page: Page): Promise<string[]> => page.evaluate("seen") as Promise<string[]>;

const CALLER = "ACCESS_GRANTED,RINGING,IN_CALL,COMPLETED,CONNECTION_CLOSED";
const CALLEE = "ACCESS_GRANTED,IN_CALL,COMPLETED,CONNECTION_CLOSED";

/** The button of one page ends the call on both: each has gone through just the states that it should. */
async function end(pages: readonly Page[], button: Page | undefined): Promise<void> {
  await button?.getByRole("button", { name: "Hang up" }).click();
  for (const page of pages) {
    await until(() => page.textContent("#header"), (text) => text === "The call has ended");
    await isDark(page);
    const seen = await until(() => seenBy(page), (seen) => seen.at(-1) === "CONNECTION_CLOSED");
    const states = seen.filter((word) => word !== "accepting" && !word.startsWith("calling")).join();
    assert.ok(states === CALLER || states === CALLEE, states);
  }
}

/** So many runs of a tutorial's page in the same two browsers, each with both pages loaded again. */
async function play(
  scene: Scene,
  times: number,
  tutorial: (options: TutorialOptions) => string,
  { wait, isSeen }: { wait?: string; isSeen: (page: Page) => Promise<unknown> },
): Promise<void> {
  const pages = [await scene.blank(), await scene.blank()];
  const url = scene.put(tutorial({ pbx: scene.server.origin, ...(wait && { wait }) }));
  for (let run = 0; run < times; run++) {
    // The second comes while the first waits.
    for (const page of pages) await page.goto(url);
    for (const page of pages) {
      await isSeen(page);
      await hears(page);
      assert.equal(await soundsOf(page), 1);
    }
    await end(pages, pages[run % 2]);
    for (const page of pages) assert.equal(await page.locator("#incomingCam video").count(), 0);
  }
}

const video = { isSeen: (page: Page) => movesIn(page, "incomingCam", "yourCam") };

const voice = {
  async isSeen(page: Page): Promise<void> {
    await hears(page);
    const { local } = await mediaOf(page);
    assert.deepEqual(local.map(({ kind }) => kind), ["audio"]);
  },
};

rowTest("105", (scene) => play(scene, 10, videoTutorial, video), "ten with the waits that the pages draw");
rowTest(
  "105",
  (scene) => play(scene, 10, videoTutorial, { ...video, wait: "0" }),
  "ten with both calling at once",
);
rowTest("106", (scene) => play(scene, 2, voiceTutorial, voice), "two with the waits that the pages draw");
rowTest(
  "106",
  (scene) => play(scene, 2, voiceTutorial, { ...voice, wait: "0" }),
  "two with both calling at once",
);
