import assert from "node:assert/strict";
import { barriers } from "./barriers.ts";
import { aliceBobCarol, talk } from "./people.ts";
import type { PhonePage } from "./phone_page.ts";
import { type PersonOptions, stageTest } from "./stage.ts";

const LOOKS: readonly PersonOptions[] = [
  { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { colorScheme: "dark", viewport: { width: 390, height: 844 } },
];

const PANELS = ["Chat", "Keypad", "Transfer"] as const;

/** The buttons that are there in every call. */
const BUTTONS = ["Mute", "Camera", "Chat", "Hang up", "Hold", "Keypad", "Transfer"];

/** Whether a finger on the middle of the button presses it and nothing else. */
const isInReach = (phone: PhonePage, name: string): Promise<boolean> =>
  phone.button(name).evaluate((button) => {
    const { x, y, width, height } = button.getBoundingClientRect();
    return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  });

for (const look of LOOKS) {
  const { colorScheme, viewport } = look;
  const options: PersonOptions = { ...look, reducedMotion: "reduce" };

  stageTest(
    `no barriers (axe) in any panel and with two calls, ${colorScheme}, ${viewport?.width} wide`,
    async (stage) => {
      const [alice, bob, carol] = await aliceBobCarol(stage, options);
      await talk(alice, bob);
      for (const name of BUTTONS) assert.ok(await isInReach(alice, name), `${name} is in reach`);
      await bob.press("Chat");
      await bob.write("Good morning");
      await alice.says(/Good morning/);
      assert.deepEqual(await barriers(alice), [], "a message that came");
      for (const name of PANELS) {
        await alice.press(name);
        await alice.panel(name).waitFor();
        assert.deepEqual(await barriers(alice), [], name);
        for (const button of BUTTONS.slice(0, 4)) {
          assert.ok(await isInReach(alice, button), `${button} beside ${name}`);
        }
        await alice.press("Close");
        await alice.takesFocus(alice.button(name));
      }

      await carol.dial("1011");
      await alice.page.getByRole("alertdialog").waitFor();
      assert.deepEqual(await barriers(alice), [], "a second call knocks");
      await alice.press("Accept");
      await alice.button("Switch").waitFor();
      assert.deepEqual(await barriers(alice), [], "two calls");
      for (const name of [...BUTTONS, "Switch"]) {
        assert.ok(await isInReach(alice, name), `${name} with two calls`);
      }
      await alice.press("Transfer");
      assert.deepEqual(await barriers(alice), [], "transfer with two calls");
    },
  );
}
