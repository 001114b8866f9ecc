import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { aliceBobCarol, talk } from "./people.ts";
import type { PhonePage } from "./phone_page.ts";
import { notePitches } from "./pitches.ts";
import { stageTest } from "./stage.ts";

/** The pitches of islands/tones.ts, in hertz. */
const [KNOCK, BELL] = [440, 659];

/** Waits until somebody knocks. */
async function knocks(phone: PhonePage, name: RegExp) {
  const dialog = phone.page.getByRole("alertdialog", { name });
  await dialog.waitFor();
  return dialog;
}

declare global {
  /** Whether a view had its controls when it was drawn first. */
  var wasWhole: boolean | undefined;
}

/** Runs in the page: takes down how the view of this name is drawn first. */
function noteView(name: string): void {
  new MutationObserver((_, observer) => {
    const view = document.querySelector(`section[aria-label="${name}"]`);
    if (!view) return;
    observer.disconnect();
    globalThis.wasWhole = view.querySelector('[data-control="Mute"]') !== null;
  }).observe(document.body, { subtree: true, childList: true });
}

const strip = (phone: PhonePage, name: string) =>
  phone.page.getByRole("group", { name: `Call with ${name}`, exact: true });

stageTest(
  "a second call is accepted, switched to and fro, and its end brings the first one back",
  async (stage) => {
    const [alice, bob, carol] = await aliceBobCarol(stage);
    await talk(alice, bob);
    await carol.dial("1011");
    const dialog = await knocks(alice, /Carol/);
    await alice.takesFocus(dialog);
    assert.match(await dialog.innerText(), /Accept puts Bob on hold/);
    await alice.faces({ call: "established" });
    assert.doesNotMatch(await bob.words(), /hold/, "nothing has changed for the first one");

    await alice.press("Accept");
    await carol.faces({ call: "established" });
    await alice.isWith("Carol");
    await alice.seesAndHears();
    await bob.says(/Alice put you on hold/);
    assert.match(await strip(alice, "Bob").innerText(), /On hold/);

    await alice.press("Switch");
    await alice.isWith("Bob");
    await carol.says(/Alice put you on hold/);
    assert.equal(await alice.isPressed("Hold"), false);

    await alice.page.evaluate(noteView, "Call with Carol");
    await alice.press("Hang up");
    await bob.faces({ call: "ended" });
    await alice.isWith("Carol");
    assert.equal(
      await alice.page.evaluate(() => globalThis.wasWhole),
      true,
      "as a whole, from its first frame on",
    );
    assert.equal(await strip(alice, "Bob").count(), 0);
    assert.equal(await alice.isPressed("Hold"), true, "it is still held");
    await alice.press("Hold");
    await carol.says(/\d\d:\d\d/);
    for (const phone of [alice, carol]) await phone.seesAndHears();

    await carol.press("Hang up");
    await alice.faces({ phone: "registered", call: "ended" });
    await alice.isDark();
  },
);

stageTest("a second call that is declined or given up leaves the first one as it was", async (stage) => {
  const [alice, bob, carol] = await aliceBobCarol(stage, { before: notePitches });
  await talk(alice, bob);
  await alice.button("Mute").focus();
  await carol.dial("1011");
  await alice.takesFocus(await knocks(alice, /Carol/));
  const sounded = await until(() => alice.page.evaluate(() => pitches), (all) => all.includes(KNOCK));
  assert.ok(!sounded.includes(BELL), "nobody rings a bell into a call");
  await alice.page.keyboard.press("Escape");
  await carol.says(/Alice declined/);
  await alice.takesFocus(alice.button("Mute"));

  await carol.dial("1011");
  const dialog = await knocks(alice, /Carol/);
  await carol.press("Hang up");
  await dialog.waitFor({ state: "detached" });
  await alice.says(/Missed call from Carol/);
  for (const phone of [alice, bob]) await phone.faces({ call: "established" });
  assert.doesNotMatch(await bob.words(), /hold/);
});

stageTest(
  "a call that knocks takes no key from whoever is writing, and Tab and Enter accept it",
  async (stage) => {
    const [alice, bob, carol] = await aliceBobCarol(stage);
    await talk(alice, bob);
    await alice.press("Chat");
    const field = alice.page.getByLabel("Message", { exact: true });
    await alice.takesFocus(field);
    await alice.page.keyboard.type("One mo");
    await carol.dial("1011");
    await knocks(alice, /Carol/);
    await alice.page.keyboard.type("ment");
    await alice.page.keyboard.press("Enter");
    await alice.reads("One moment");
    await carol.faces({ call: "ringing" });

    await alice.page.keyboard.press("Escape");
    await alice.panel("Chat").waitFor({ state: "detached" });
    await alice.tabTo("Accept");
    await alice.page.keyboard.press("Enter");
    await carol.faces({ call: "established" });
    await bob.says(/Alice put you on hold/);
  },
);

stageTest("when the first call ends while a second one knocks, that one has the screen", async (stage) => {
  const [alice, bob, carol] = await aliceBobCarol(stage);
  await talk(alice, bob);
  await carol.dial("1011");
  await knocks(alice, /Carol/);
  await bob.press("Hang up");
  await alice.faces({ call: "ringing" });
  assert.equal(await alice.button("Mute").count(), 0);
  await until(() => alice.hasFocus(alice.button("Accept")), (has) => has);
  await alice.page.keyboard.press("Enter");
  for (const phone of [alice, carol]) await phone.faces({ call: "established" });
});
