import assert from "node:assert/strict";
import jquery from "jquery/dist/jquery.min.js" with { type: "text" };
import jqueryUi from "jquery-ui/dist/jquery-ui.min.js" with { type: "text" };
import type { Page } from "playwright-core";
import { mediaOf } from "../browser/phone_page.ts";
import { until } from "../support/until.ts";
import { act, dial, noted, reaches, rings } from "./plain_page.ts";
import { chatPage, conferencePage, popUpPage } from "./sample_pages.ts";
import { rowTest } from "./scene.ts";

rowTest("107", async (scene) => {
  const html = popUpPage({
    pbx: scene.server.origin,
    token: await scene.token("sessions"),
    number: "1001",
    libraries: Object.entries({ jquery, jqueryUi }).map(([name, text]) =>
      scene.elsewhere.put(`/${name}.js`, text)
    ),
  });
  const callee = await scene.extension("1002");
  const caller = await scene.extension("1001");
  const stranger = await scene.connected({ name: "Stranger" });
  const popUp = await scene.person({ html });
  // The sample's own client is heard of once it is granted, and with it its handlers are there.
  await noted(stranger, ({ clients }) => clients.filter(({ name }) => name === undefined).length >= 3);
  // A call of two others than the watched number has no dialog.
  await dial(stranger, "1002");
  await rings(callee);
  await dial(caller, "1002");
  await rings(callee, 2);
  const dialog = popUp.getByRole("dialog", { name: "Call of 1001" });
  await dialog.filter({ hasText: "1001 to 1002, Internal: RINGING" }).waitFor();
  assert.equal(await popUp.getByRole("dialog").count(), 1);
  await act(callee, "accept()");
  await dialog.filter({ hasText: "1001 to 1002, Internal: IN_CALL" }).waitFor();
  await act(caller, "hangUp()");
  await reaches(callee, "COMPLETED");
  await dialog.waitFor({ state: "detached" });
});

/** Which of the page's connections bring sound, by how much they have brought. */
async function voicesOf(page: Page): Promise<number[]> {
  const { connections } = await mediaOf(page);
  return connections.filter(({ connection }) => connection === "connected").map(({ audioEnergy }) =>
    audioEnergy
  );
}

rowTest("109", async (scene) => {
  const pages: Page[] = [];
  for (let count = 0; count < 3; count++) {
    pages.push(await scene.person({ html: conferencePage(scene.server.origin) }));
  }
  for (const page of pages) await until(() => page.textContent("#others"), (text) => text === "2");
  for (const page of pages) {
    const before = await until(() => voicesOf(page), ({ length }) => length === 2);
    await until(() => voicesOf(page), (now) => now.every((energy, index) => energy > (before[index] ?? 0)));
    const playing = await page.evaluate(() =>
      [...document.querySelectorAll("audio")].filter(({ paused, muted }) => !paused && !muted).length
    );
    assert.equal(playing, 2);
  }
});

rowTest("110", async (scene) => {
  const { origin } = scene.server;
  const ann = await scene.person({ html: chatPage(origin, "Ann") });
  const bob = await scene.person({ html: chatPage(origin, "Bob") });
  const press = (page: Page, name: string) => page.getByRole("button", { name }).click();
  const say = async (page: Page, text: string) => {
    await page.getByLabel("Text").fill(text);
    await press(page, "Send");
  };
  const reads = (page: Page, line: string) => page.getByRole("listitem").filter({ hasText: line }).waitFor();
  await press(ann, "Bob");
  await until(() => ann.textContent("#state"), (state) => state === "RINGING");
  await say(ann, "Hello, Bob 👋");
  await reads(bob, "Ann: Hello, Bob 👋");
  await say(bob, "Grüße, Ann");
  await reads(ann, "Bob: Grüße, Ann");
  await press(bob, "Voice");
  for (const page of [ann, bob]) {
    await until(() => page.textContent("#state"), (state) => state === "IN_CALL");
    await until(() => voicesOf(page), (voices) => (voices.at(-1) ?? 0) > 1e-4);
  }
  await say(bob, "Do you hear me?");
  await reads(ann, "Bob: Do you hear me?");
  await press(ann, "Hang up");
  for (const page of [ann, bob]) {
    await until(() => page.textContent("#state"), (state) => state === "COMPLETED");
  }
});
