import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { aliceBobCarol, talk } from "./people.ts";
import type { PhonePage } from "./phone_page.ts";
import { stageTest } from "./stage.ts";

/** Waits until the button says so many unread messages beside its name. */
async function unread(phone: PhonePage, hoped: string | undefined): Promise<void> {
  const described = () =>
    phone.button("Chat").evaluate((button) => {
      const id = button.getAttribute("aria-describedby");
      return (id && document.getElementById(id)?.innerText) || undefined;
    });
  await until(described, (seen) => seen === hoped);
}

stageTest("both sides write while it rings, in the call and on hold", async (stage) => {
  const [alice, bob] = await aliceBobCarol(stage);
  await alice.dial("1012");
  for (const phone of [alice, bob]) await phone.faces({ call: "ringing" });
  await alice.press("Chat");
  await alice.write("It is about the roof");

  await bob.says(/It is about the roof/);
  await unread(bob, "1 unread");
  await bob.page.getByRole("button", { name: /It is about the roof/ }).click();
  await bob.reads("It is about the roof");
  await unread(bob, undefined);
  await bob.write("One moment, I take it on the other phone 📞");
  await alice.reads("One moment, I take it on the other phone 📞");
  await bob.page.keyboard.press("Escape");
  await bob.panel("Chat").waitFor({ state: "detached" });
  await bob.faces({ call: "ringing" });
  await bob.press("Accept");
  for (const phone of [alice, bob]) await phone.faces({ call: "established" });

  await bob.press("Hold");
  await alice.says(/Bob put you on hold/);
  await alice.write("Take your time");
  await unread(bob, "1 unread");
  await alice.write("I wait");
  await unread(bob, "2 unread");
  await bob.press("Chat");
  await bob.reads("I wait");
  assert.equal(await bob.page.getByRole("log").locator("p").count(), 4);
  assert.equal(await bob.button("Chat").count(), 1, "its name stays what it is");
});

stageTest(
  "the chat by keyboard: Enter sends, Shift+Enter begins a line, Escape gives the focus back",
  async (stage) => {
    const [alice, bob] = await aliceBobCarol(stage);
    await talk(alice, bob);
    const { keyboard } = alice.page;
    await alice.tabTo("Chat");
    await keyboard.press("Enter");
    const field = alice.page.getByLabel("Message", { exact: true });
    await alice.takesFocus(field);
    await keyboard.press("Enter");
    await keyboard.type("One");
    await keyboard.press("Shift+Enter");
    await keyboard.type("Two");
    await keyboard.press("Enter");
    await alice.reads("One\nTwo");
    assert.equal(await field.inputValue(), "");
    await keyboard.type("A draft");
    await keyboard.press("Escape");
    await alice.panel("Chat").waitFor({ state: "detached" });
    await alice.takesFocus(alice.button("Chat"));
    await bob.press("Chat");
    await bob.reads("One\nTwo");

    await keyboard.press("Enter");
    assert.equal(await field.inputValue(), "A draft", "what was begun is still there");
    await alice.tabTo("Hang up");
    await keyboard.press("Enter");
    await bob.faces({ call: "ended" });
  },
);

stageTest("long words wrap, and who reads further up is left there", async (stage) => {
  const [alice, bob] = await aliceBobCarol(stage, { viewport: { width: 390, height: 844 } });
  await talk(alice, bob);
  for (const phone of [alice, bob]) await phone.press("Chat");
  const log = alice.page.getByRole("log");
  const distance = () =>
    log.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
  await bob.write(`https://example.test/${"a".repeat(500)}`);
  for (let count = 1; count <= 12; count++) await bob.write(`Line ${count}`);
  await alice.reads("Line 12");
  await until(distance, (pixels) => pixels < 2);
  assert.equal(await log.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), 0);

  const top = () => log.evaluate(({ scrollTop }) => scrollTop);
  await log.evaluate((element) => element.scrollTop = 0);
  await until(distance, (pixels) => pixels > 32);
  await bob.write("Line 13");
  await alice.reads("Line 13");
  assert.equal(await top(), 0);
});
