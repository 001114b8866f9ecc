import assert from "node:assert/strict";
import axe, { type AxeResults } from "axe-core";
import type { PhonePage } from "./phone_page.ts";
import { type PersonOptions, stageTest } from "./stage.ts";

/** Violations that keep people out, in one line each. */
async function barriers(phone: PhonePage): Promise<string[]> {
  // Handed over as an expression: as a script element the page's own policy would refuse it.
  await phone.page.evaluate(axe.source);
  const results = await phone.page.evaluate("axe.run()") as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) =>
      `${id}: ${help} (${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")})`
    );
}

const LOOKS: readonly PersonOptions[] = [
  { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { colorScheme: "dark", viewport: { width: 390, height: 844 } },
  { colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  { colorScheme: "light", viewport: { width: 390, height: 844 } },
];

for (const look of LOOKS) {
  const { colorScheme, viewport } = look;
  // Contrast is measured as painted; a picture that is fading in is no fault.
  const options: PersonOptions = { ...look, reducedMotion: "reduce" };

  stageTest(
    `no barriers (axe) idle, ringing and in a call, ${colorScheme}, ${viewport?.width} wide`,
    async (stage) => {
      await stage.server.agent("add", "1011", "--name", "Alice");
      await stage.server.agent("add", "1012", "--name", "Bob");
      const [alice, bob] = [await stage.phone("1011", options), await stage.phone("1012", options)];
      for (const phone of [alice, bob]) await phone.faces({ phone: "registered", call: "none" });
      assert.deepEqual(await barriers(alice), [], "idle");

      await alice.entry("1012").getByRole("button", { name: "Call", exact: true }).click();
      for (const phone of [alice, bob]) await phone.faces({ call: "ringing" });
      assert.deepEqual(await barriers(alice), [], "calling");
      assert.deepEqual(await barriers(bob), [], "incoming");

      await bob.press("Accept");
      for (const phone of [alice, bob]) await phone.seesAndHears();
      assert.deepEqual(await barriers(alice), [], "in a call");

      await bob.press("Hang up");
      await alice.faces({ call: "ended" });
      assert.deepEqual(await barriers(alice), [], "after the call");
    },
  );
}
