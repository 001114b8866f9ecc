/** The examples for people at a desk, `hud` and `assistant`, and what all example pages have in common. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { EXAMPLE_LIST } from "../../routes/examples_list.ts";
import { Elsewhere } from "../conformance/elsewhere.ts";
import { OTHER_NAME } from "../support/browsers.ts";
import { until } from "../support/until.ts";
import { barriers, button, example, hears, reads, says } from "./examples.ts";
import { type PersonOptions, type Stage, stageTest } from "./stage.ts";

const numberOf = async (page: Page): Promise<string> =>
  (await says(page, /^Your number is \w{5}$/)).split(" ").at(-1) ?? "";

/** Two pages of `calls` in a call with each other, and the caller's number and the callee's. */
async function talk(stage: Stage) {
  const [ann, bob] = [await example(stage, "calls"), await example(stage, "calls")];
  const [callee, caller] = [await numberOf(ann), await numberOf(bob)];
  await button(bob, `Call ${callee}`).click();
  await button(ann, "Accept").click();
  for (const page of [ann, bob]) await reads(page.locator("#calls li"), /: in a call/);
  return { ann, bob, caller, callee };
}

async function hudWith(stage: Stage, may: string): Promise<Page> {
  const hud = await example(stage, "hud");
  await hud.getByLabel("Token").fill(await stage.server.token("--line", "Webphone1", "--may", may));
  await hud.keyboard.press("Enter");
  return hud;
}

stageTest("/examples/hud shows every call, holds, transfers and ends it", async (stage) => {
  const { ann, bob, caller, callee } = await talk(stage);
  const hud = await hudWith(stage, "calls,messages,sessions,modify,history,listen");
  await says(hud, /^Calls: 1$/);
  const [row] = [hud.locator("#sessions li")];
  await reads(
    row,
    new RegExp(`${caller} → ${callee} IN_CALL for 00:\\d\\d:\\d\\d, talking for 00:\\d\\d:\\d\\d`),
  );
  await reads(row, /talking for 00:00:(?!0[01])\d\d/);

  assert.deepEqual(await barriers(hud), []);

  await button(row, "Hold").click();
  await reads(row, /HOLD for/);
  for (const page of [ann, bob]) await reads(page.locator("#calls li"), /: on hold/);
  await button(row, "Unhold").click();
  await reads(row, /IN_CALL for/);
  for (const page of [ann, bob]) await reads(page.locator("#calls li"), /: in a call/);

  const carl = await example(stage, "calls");
  await hud.getByLabel("Number to transfer callers to").fill("");
  await button(row, "Transfer").click();
  await reads(hud.locator("#trouble"), /blindTransfer/);
  await hud.getByLabel("Number to transfer callers to").fill(await numberOf(carl));
  await button(row, "Transfer").click();
  await reads(carl.locator("#calls li"), new RegExp(`^${caller}: ringing`));
  await says(hud, /^Calls: 2$/);
  await button(carl, "Accept").click();
  await reads(ann.locator("#calls li"), /: The call was transferred$/);
  await says(hud, /^Calls: 1$/);
  for (const page of [bob, carl]) await hears(page);

  await button(row, "Hang up").click();
  await says(hud, /^Calls: 0$/);
  await reads(carl.locator("#calls li"), /: Somebody hung up$/);
});

stageTest("/examples/hud with less rights, with none, and after a reload", async (stage) => {
  const hud = await hudWith(stage, "sessions");
  await says(hud, /^Calls: 0$/);
  await hud.reload();
  await says(hud, /^Calls: 0$/);
  const { caller, callee } = await talk(stage);
  await reads(hud.locator("#sessions li h3"), new RegExp(`${caller} → ${callee}`));
  assert.equal(await button(hud, "Hang up").isVisible(), false);
  await hud.evaluate("OzWebClient.disconnect()");
  await says(hud, /^CONNECTION_CLOSED$/);
  await button(hud, "Show").click();
  await says(hud, /^Calls: 1$/);

  const blind = await hudWith(stage, "calls");
  await reads(blind.locator("#trouble"), /right/);
  const wrong = await example(stage, "hud");
  await wrong.getByLabel("Token").fill("no-such-token");
  await wrong.keyboard.press("Enter");
  await says(wrong, /^ACCESS_DENIED$/);
  assert.ok(await wrong.getByLabel("Token").isVisible());
});

/** Logs in at the assistant as agent `number`, whose key is the password. */
async function assistant(stage: Stage, number: string): Promise<Page> {
  const page = await example(stage, "assistant");
  await page.getByLabel("Extension").fill(number);
  await page.getByLabel("Password").fill(new URL(stage.server.url(number)).hash.replace("#key=", ""));
  await page.keyboard.press("Enter");
  return page;
}

stageTest("/examples/assistant: colleagues, presence, click to call, history", async (stage) => {
  await stage.server.agent("add", "1011", "--name", "Alice", "--supervisor");
  await stage.server.agent("add", "1012", "--name", "Bob");
  const alice = await assistant(stage, "1011");
  await says(alice, /^You are Alice$/);
  const entry = alice.locator("#users li").filter({ hasText: "Bob" });
  await reads(entry, /^Bob OFFLINE Call 1012$/);
  const bob = await assistant(stage, "1012");
  await says(bob, /^You are Bob$/);
  await reads(entry, /^Bob ONLINE Call 1012$/);
  await reads(bob.locator("#history"), /Only a supervisor/);

  await button(entry, "Call 1012").press("Enter");
  const popup = bob.getByRole("alertdialog", { name: "Alice is calling" });
  await popup.waitFor();
  for (const page of [alice, bob]) assert.deepEqual(await barriers(page), []);
  await button(popup, "Accept").press("Enter");
  await says(alice, /^Bob: IN_CALL$/);
  await says(bob, /^Alice: IN_CALL$/);
  for (const page of [alice, bob]) await hears(page);
  await button(bob, "Hang up").click();
  await says(alice, /^Bob: Somebody hung up$/);
  await reads(alice.locator("#history"), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 1011 → 1012 CalleeHungUp/);

  await button(entry, "Call 1012").click();
  await popup.waitFor();
  await bob.keyboard.press("Escape");
  await says(alice, /^Bob: The call was declined$/);

  const wrong = await example(stage, "assistant");
  await wrong.getByLabel("Extension").fill("1011");
  await wrong.getByLabel("Password").fill("wrong");
  await wrong.keyboard.press("Enter");
  await says(wrong, /^ACCESS_DENIED$/);
});

stageTest(
  "the source of an example is shown, copied, and works on a page of another origin",
  async (stage) => {
    await using elsewhere = new Elsewhere();
    const page = await example(stage, "voice");
    await page.getByText("View source").focus();
    await page.keyboard.press("Enter");
    const script = await (await page.request.get(`${stage.server.origin}/static/examples/voice.js`)).text();
    await until(() => page.locator("#script").textContent(), (text) => text === script.trimEnd());
    await button(page, "Copy the whole page").press("Enter");
    await reads(page.locator("#copied"), /^Copied$/);
    assert.equal(await page.evaluate("document.activeElement.id"), "copy");

    const copy = await pasted(page);
    assert.match(copy, /^<!DOCTYPE html>\n/);
    assert.ok(copy.includes(script.trimEnd()), copy);
    const visitor = await stage.person();
    await visitor.goto(
      elsewhere.put("/voice.html", copy.replace("<head>", '<head><link rel="icon" href="data:,">')),
    );
    for (const each of [page, visitor]) {
      await says(each, /^In a call with \w{5}$/);
      await hears(each);
    }
  },
);

stageTest("over plain HTTP a page says that there is no microphone, and can be copied", async (stage) => {
  const page = await stage.person();
  const { port } = new URL(stage.server.origin);
  await page.goto(`http://${OTHER_NAME}:${port}/examples/calls`);
  const link = page.locator("#insecure").getByRole("link", { name: "Open it over HTTPS" });
  assert.match(await link.getAttribute("href") ?? "", /^https:.*\/examples\/calls$/);
  await page.getByText("View source").click();
  await button(page, "Copy the whole page").click();
  await reads(page.locator("#copied"), /^Copied$/);
  assert.match(await pasted(page), new RegExp(`<script src="http://${OTHER_NAME}:${port}/WebphoneAPI">`));
});

/** What the clipboard holds, as the keyboard brings it. */
async function pasted(page: Page): Promise<string> {
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement("textarea"), { id: "pasted" }));
  });
  await page.locator("#pasted").focus();
  await page.keyboard.press("Control+V");
  return await page.locator("#pasted").inputValue();
}

const LOOKS: readonly PersonOptions[] = [
  { colorScheme: "light", viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" },
  { colorScheme: "dark", viewport: { width: 390, height: 844 }, reducedMotion: "reduce" },
];

for (const look of LOOKS) {
  stageTest(
    `the examples have no barriers (axe) and fit, ${look.colorScheme}, ${look.viewport?.width} wide`,
    async (stage) => {
      const page = await stage.person(look);
      for (const name of ["", ...EXAMPLE_LIST.map(([name]) => name)]) {
        await page.goto(`${stage.server.origin}/examples/${name}`);
        if (name) await page.getByText("View source").click();
        assert.deepEqual(await barriers(page), [], name);
        const [whole, seen] = await page.evaluate(
          "[document.documentElement.scrollWidth, innerWidth]",
        ) as number[];
        assert.equal(whole, seen, `${name} is wider than the screen`);
        assert.equal(await page.locator("h1").count(), 1);
      }
    },
  );
}
