/** The examples in which pages call one another, as their visitors play them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { EXAMPLE_LIST } from "../../routes/examples_list.ts";
import { ROOT } from "../support/server.ts";
import { until } from "../support/until.ts";
import { barriers, button, example, hears, reads, says } from "./examples.ts";
import { facesOf, isDark, mediaOf } from "./phone_page.ts";
import { type Stage, stageTest } from "./stage.ts";

/** What an item of the page's list of calls says; the newest is the last. */
const items = (page: Page) => page.locator("#calls li");

const numberOf = async (page: Page): Promise<string> =>
  (await says(page, /^Your number is \w{5}$/)).split(" ").at(-1) ?? "";

for (const [name] of EXAMPLE_LIST) {
  Deno.test(`the script of /examples/${name} is a classic one of at most 80 lines`, async () => {
    const text = await Deno.readTextFile(join(ROOT, `static/examples/${name}.js`));
    const lines = text.trimEnd().split("\n");
    assert.ok(lines.length <= 80, `${lines.length} lines`);
    assert.doesNotMatch(text, /^\s*(?:import|export)\b|\bimport\(|=>|\bclass\b|\basync\b/m);
    assert.match(text, /\bOzWebClient\.connect\(/);
  });
}

stageTest("/examples/calls: two pages call by a button, accept, press keys and hang up", async (stage) => {
  const [ann, bob] = [await example(stage, "calls"), await example(stage, "calls")];
  const number = await numberOf(ann);
  await button(bob, `Call ${number}`).click();
  await reads(items(bob), new RegExp(`^${number}: ringing`));
  await reads(items(ann), /: ringing/);
  await button(ann, "Accept").click();
  for (const page of [ann, bob]) {
    await reads(items(page), /: in a call/);
    await hears(page);
  }
  for (const key of ["5", "#"]) await button(bob, key).click();
  await reads(items(ann), /: in a call, key 5, key #/);
  assert.deepEqual(await barriers(ann), []);

  await button(ann, "Hang up").click();
  for (const page of [ann, bob]) {
    await reads(items(page), /: Somebody hung up$/);
    await isDark(page);
  }
});

stageTest("/examples/calls: by the keyboard alone, a second call holds the first", async (stage) => {
  const [ann, bob, carl] = [
    await example(stage, "calls"),
    await example(stage, "calls"),
    await example(stage, "calls"),
  ];
  const number = await numberOf(ann);
  for (const page of [bob, carl]) {
    await numberOf(page);
    await page.getByLabel("Number", { exact: true }).focus();
    await page.keyboard.type(number);
    await page.keyboard.press("Enter");
    await items(ann).nth(page === bob ? 0 : 1).waitFor();
    await button(ann, "Accept").press("Enter");
    await reads(items(page), /: in a call/);
  }
  await reads(items(ann).nth(0), /: on hold/);
  await reads(items(ann).nth(1), /: in a call/);
  await reads(items(bob), /: on hold/);

  await button(ann, "Unhold").press("Enter");
  await reads(items(bob), /: in a call/);
  await reads(items(carl), /: on hold/);
  await reads(items(ann).nth(1), /: on hold/);
  await button(carl, "Hang up").press("Enter");
  await reads(items(ann).nth(1), /: Somebody hung up$/);
  await reads(items(ann).nth(0), /: in a call/);
});

stageTest("/examples/calls: a call that is rejected, and a number that is nobody's", async (stage) => {
  const [ann, bob] = [await example(stage, "calls"), await example(stage, "calls")];
  await button(bob, `Call ${await numberOf(ann)}`).click();
  await button(ann, "Reject").click();
  await reads(items(bob), /: The call was declined$/);
  await bob.getByLabel("Number", { exact: true }).fill("zzzzz");
  await button(bob, "Call").click();
  await reads(items(bob).nth(1), /^zzzzz: Nobody has this number$/);
});

stageTest("/examples/sip says what is missing, dials, and takes calls", async (stage) => {
  const [ann, bob] = [await example(stage, "sip"), await example(stage, "sip")];
  await reads(ann.locator("#lacking"), /No media engine and no SIP trunk is configured/);
  const number = (await says(ann, /by the number \w{5}$/)).split(" ").at(-1) ?? "";
  await says(bob, /by the number \w{5}$/);
  for (const dialled of ["2001", "+3612345678"]) {
    await bob.getByLabel("Number", { exact: true }).fill(dialled);
    await button(bob, "Call").click();
    await says(bob, /^NOT_FOUND: Nobody has this number$/);
  }
  await bob.getByLabel("Number", { exact: true }).fill(number);
  await button(bob, "Call").click();
  await says(bob, /^It rings at /);
  await says(ann, / is calling$/);
  await button(ann, "Accept").click();
  for (const page of [ann, bob]) await hears(page);
  await button(bob, "Hang up").click();
  for (const page of [ann, bob]) await says(page, /^COMPLETED: Somebody hung up$/);
});

/** How often the page's pictures have moved on, by the id of their place; -1 where there is not exactly one. */
const framesIn = (page: Page, ids: readonly string[]): Promise<number[]> =>
  page.evaluate((ids) =>
    ids.map((id) => {
      const videos = document.querySelectorAll<HTMLVideoElement>(`#${id} video`);
      return videos.length === 1 ? videos[0]!.getVideoPlaybackQuality().totalVideoFrames : -1;
    }), ids);

for (const [name, places] of [["video", ["incomingCam", "yourCam"]], ["voice", []]] as const) {
  stageTest(`/examples/${name}: two pages find each other, and leave agents alone`, async (stage) => {
    const agent = await stage.phone("1001");
    await agent.faces({ phone: "registered", call: "none" });
    const ann = await example(stage, name);
    await says(ann, /^Waiting for a second page$/);
    const other = await example(stage, name === "voice" ? "video" : "voice");
    await says(other, /^Waiting for a second page$/);
    const bob = await example(stage, name);
    for (const page of [ann, bob]) {
      await says(page, /^In a call with \w{5}$/);
      await until(() => framesIn(page, places), (frames) => frames.every((count) => count >= 10));
      await hears(page);
    }
    assert.deepEqual(await facesOf(agent.page), { phone: "registered", call: "none" });
    await says(other, /^Waiting for a second page$/);

    await button(bob, "Hang up").click();
    for (const page of [ann, bob]) {
      await says(page, /^The call is over$/);
      await isDark(page);
    }
  });
}

stageTest("/examples/conference: three pages hear one another, and one leaves", async (stage) => {
  const pages = await threeOf(stage, "conference");
  await reads(pages[0].locator("#lacking"), /needs a media engine. None is configured/);
  for (const page of pages) await button(page, "Join").click();
  for (const page of pages) {
    await says(page, /^You are \w{5}, with 2 more$/);
    assert.equal((await page.locator("#people li").allInnerTexts()).length, 2);
    await hears(page, 2);
  }
  await button(pages[0], "Mute").click();
  assert.equal(await button(pages[0], "Mute").getAttribute("aria-pressed"), "true");
  assert.deepEqual(await barriers(pages[0]), []);
  await button(pages[1], "Leave").click();
  await says(pages[1], /^You have left$/);
  await isDark(pages[1]);
  for (const page of [pages[0], pages[2]]) await says(page, /, with 1 more$/);
});

stageTest("row 110: /examples/chat: nicknames, messages both ways, then voice on top", async (stage) => {
  const pages = await threeOf(stage, "chat");
  const names = ["Ann", "Bob", "Carl"];
  for (const [index, page] of pages.entries()) {
    await page.getByLabel("Nickname").fill(names[index] ?? "");
    await page.keyboard.press("Enter");
    await says(page, /^You are in$/);
  }
  for (const [index, page] of pages.entries()) {
    const others = names.filter((_, other) => other !== index);
    await until(
      () => page.locator("#people li").allInnerTexts(),
      (seen) => seen.toSorted().join() === others.join(),
    );
  }
  const texts = ["Szia, <b>Ann</b>!", "árvíztűrő 🦊👩‍👩‍👧", "שלום", "last"];
  for (const [index, text] of texts.entries()) await write(pages[index % 2 ? 0 : 1], text);
  await reads(pages[1].locator("#log"), /Ann: last/);
  await until(() => linesOf(pages[2]), (lines) => lines.length === texts.length);
  assert.deepEqual(
    (await linesOf(pages[2])).toSorted(),
    texts.map((text, index) => `${index % 2 ? "Ann" : "Bob"}: ${text}`).toSorted(),
  );
  for (const page of pages) {
    assert.deepEqual((await mediaOf(page)).local, [], "a microphone was opened for text");
  }

  for (const page of pages.slice(0, 2)) await button(page, "Talk").click();
  for (const page of pages.slice(0, 2)) await hears(page);
  await hears(pages[2], 2);
  await write(pages[0], "while we talk");
  await reads(pages[1].locator("#log"), /Ann: while we talk/);
  assert.deepEqual(await barriers(pages[0]), []);
  await pages[2].close();
  await reads(pages[0].locator("#log"), /Carl has left/);
});

async function threeOf(stage: Stage, name: string): Promise<[Page, Page, Page]> {
  return [await example(stage, name), await example(stage, name), await example(stage, name)];
}

async function write(page: Page | undefined, text: string): Promise<void> {
  await page?.getByLabel("Message", { exact: true }).fill(text);
  await page?.keyboard.press("Enter");
}

/** What others have written on this page. */
const linesOf = async (page: Page): Promise<string[]> =>
  (await page.locator("#log li").allInnerTexts()).filter((line) => /^\w+: /.test(line));
