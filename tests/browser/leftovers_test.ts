import assert from "node:assert/strict";
import type { Devtools } from "../load/driver.ts";
import { type Left, look, press } from "../load/page_left.ts";
import { installCounts } from "../load/page_watch.ts";
import { until } from "../support/until.ts";
import type { PhonePage } from "./phone_page.ts";
import { type Stage, stageTest } from "./stage.ts";

/** After so many calls all is there that is kept on purpose, or for as long as the page is open. */
const FIRST = 3;

/** So many calls more: whatever one of them leaves behind is there as many times. */
const MORE = 10;

async function aliceAndBob(stage: Stage): Promise<readonly [PhonePage, PhonePage]> {
  await stage.server.agent("add", "1011", "--name", "Alice");
  await stage.server.agent("add", "1012", "--name", "Bob");
  const options = { before: installCounts };
  return [await stage.phone("1011", options), await stage.phone("1012", options)];
}

/** One calls, the other one accepts, they see each other, and the one who called hangs up. */
async function call(alice: PhonePage, bob: PhonePage): Promise<void> {
  await press(alice.page, "Call", "1012");
  await press(bob.page, "Accept");
  for (const { page } of [alice, bob]) {
    await until(
      () => page.evaluate("document.querySelector('video.remote')?.videoWidth ?? 0"),
      (width) => Number(width) > 0,
    );
  }
  await press(alice.page, "Hang up");
  for (const phone of [alice, bob]) await phone.faces({ phone: "registered", call: "ended" });
}

async function left({ page }: PhonePage): Promise<Left> {
  // The probe keeps hold of all there has been, for other tests to look at.
  await page.evaluate("probe.connections.length = probe.tracks.length = 0");
  const session = await page.context().newCDPSession(page);
  return await look(page, session as Devtools);
}

stageTest("calls leave no track, connection, socket, node or listener behind", async (stage) => {
  const both = await aliceAndBob(stage);
  for (const phone of both) await phone.faces({ phone: "registered", call: "none" });
  for (let calls = 0; calls < FIRST; calls++) await call(...both);
  const before = await Promise.all(both.map(left));
  for (let calls = 0; calls < MORE; calls++) await call(...both);
  const after = await Promise.all(both.map(left));
  for (const [index, phone] of both.entries()) {
    const [was, is] = [before[index], after[index]];
    assert.ok(was && is);
    console.log(
      `${phone.number} after ${FIRST} calls ${JSON.stringify(was)}, and ${MORE} more ${JSON.stringify(is)}`,
    );
    assert.deepEqual([is.tracks, is.connections, is.sockets], [0, 0, 1]);
    for (const what of ["nodes", "listeners"] as const) {
      assert.ok(is[what] - was[what] < MORE, `${phone.number} holds ${is[what] - was[what]} ${what} more`);
    }
  }
});
