import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { aliceBobCarol, talk } from "./people.ts";
import type { PhonePage } from "./phone_page.ts";
import { notePitches } from "./pitches.ts";
import { stageTest } from "./stage.ts";

/** RFC 4733, table 3: the two pitches of 5, 1, * and 9. */
const PITCHES = [770, 1336, 697, 1209, 941, 1209, 852, 1477];

async function sounds(phone: PhonePage): Promise<void> {
  const isMet = (seen: number[]) => JSON.stringify(seen) === JSON.stringify(PITCHES);
  isMet.toString = () => JSON.stringify(PITCHES);
  await until(() => phone.page.evaluate(() => pitches), isMet);
}

stageTest("keys pressed by mouse and keyboard are shown, and sound at both ends", async (stage) => {
  const [alice, bob] = await aliceBobCarol(stage, { before: notePitches });
  await talk(alice, bob);
  for (const phone of [alice, bob]) await phone.page.evaluate(() => void (pitches.length = 0));
  await alice.press("Keypad");
  const panel = alice.panel("Keypad");
  await alice.takesFocus(panel);
  await panel.getByRole("button", { name: "5", exact: true }).click();
  for (const key of "1*9") await alice.page.keyboard.press(key);
  assert.match(await panel.innerText(), /51\*9/);
  for (const phone of [alice, bob]) await sounds(phone);

  await alice.page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await alice.takesFocus(alice.button("Keypad"));
  await alice.page.keyboard.press("7");
  await alice.press("Keypad");
  assert.match(await panel.innerText(), /51\*9\n/, "keys are for the keypad only while it is open");
});
