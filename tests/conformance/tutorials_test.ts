import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type Stage, stageTest } from "../browser/stage.ts";
import { isDark, mediaOf } from "../browser/phone_page.ts";
import { until } from "../support/until.ts";
import { Elsewhere } from "./elsewhere.ts";
import { videoTutorial, voiceTutorial } from "./tutorials.ts";

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

/** Two visitors of the same page; the second comes while the first waits. */
async function visit(stage: Stage, url: string): Promise<[Page, Page]> {
  const pages = [await stage.person(), await stage.person()] as [Page, Page];
  for (const page of pages) await page.goto(url);
  return pages;
}

async function leave(pages: readonly Page[]): Promise<void> {
  for (const page of pages) await page.context().close();
}

async function assertEnded(pages: readonly Page[], ended: readonly (readonly string[])[]): Promise<void> {
  for (const page of pages) {
    await until(() => page.textContent("#header"), (text) => text === "The call has ended");
    await isDark(page);
    const seen = await until(() => seenBy(page), (seen) => seen.at(-1) === "CONNECTION_CLOSED");
    const states = seen.filter((word) => word !== "accepting" && !word.startsWith("calling"));
    assert.ok(ended.some((hoped) => hoped.join() === states.join()), states.join());
  }
}

const CALLER = ["ACCESS_GRANTED", "RINGING", "IN_CALL", "COMPLETED", "CONNECTION_CLOSED"];
const CALLEE = ["ACCESS_GRANTED", "IN_CALL", "COMPLETED", "CONNECTION_CLOSED"];

/** One run of part 4: both see each other, then the button of one ends it on both. */
async function playVideo(stage: Stage, url: string, button: 0 | 1): Promise<void> {
  const pages = await visit(stage, url);
  for (const page of pages) {
    await movesIn(page, "incomingCam", "yourCam");
    await hears(page);
    assert.equal(await soundsOf(page), 1);
  }
  await pages[button].getByRole("button", { name: "Hang up" }).click();
  await assertEnded(pages, [CALLER, CALLEE]);
  for (const page of pages) assert.deepEqual(await framesIn(page, "incomingCam"), [-1]);
  await leave(pages);
}

stageTest("row 105: part 4 of the tutorial from another origin, five times of five", async (stage) => {
  await using elsewhere = new Elsewhere();
  const url = elsewhere.put("/video.html", videoTutorial({ pbx: stage.server.origin }));
  for (let run = 0; run < 5; run++) await playVideo(stage, url, run % 2 as 0 | 1);
});

stageTest("row 105: part 4 with both pages calling at once, ten times of ten", async (stage) => {
  await using elsewhere = new Elsewhere();
  const url = elsewhere.put("/video.html", videoTutorial({ pbx: stage.server.origin, wait: "0" }));
  for (let run = 0; run < 10; run++) await playVideo(stage, url, run % 2 as 0 | 1);
});

stageTest("row 106: part 3 of the tutorial from another origin, with glare", async (stage) => {
  await using elsewhere = new Elsewhere();
  const url = elsewhere.put("/voice.html", voiceTutorial({ pbx: stage.server.origin, wait: "0" }));
  for (let run = 0; run < 3; run++) {
    const pages = await visit(stage, url);
    for (const page of pages) {
      await hears(page);
      assert.equal(await soundsOf(page), 1);
      const { local } = await mediaOf(page);
      assert.deepEqual(local.map(({ kind }) => kind), ["audio"]);
    }
    await pages[0].getByRole("button", { name: "Hang up" }).click();
    await assertEnded(pages, [CALLER, CALLEE]);
    await leave(pages);
  }
});

for (const [name, places] of [["video", ["incomingCam", "yourCam"]], ["voice", []]] as const) {
  stageTest(
    `/examples/${name} in two browsers ends in a call, and "Hang up" ends it on both`,
    async (stage) => {
      const pages = await visit(stage, `${stage.server.origin}/examples/${name}`);
      for (const page of pages) {
        await until(() => page.textContent("h1"), (text) => /^In a call with \w{5}$/.test(text ?? ""));
        await movesIn(page, ...places);
        await hears(page);
      }
      await pages[1].getByRole("button", { name: "Hang up" }).click();
      for (const page of pages) {
        await until(() => page.textContent("h1"), (text) => text === "The call is over");
        await isDark(page);
      }
      const [source] = await Promise.all([
        pages[0].request.get(`${stage.server.origin}/static/examples/${name}.js`),
        pages[0].getByRole("link", { name: "View source" }).waitFor(),
      ]);
      assert.ok((await source.text()).split("\n").length <= 81);
    },
  );
}
