import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { stageTest } from "./stage.ts";

const LONG = "Wolfeschlegelsteinhausenbergerdorff-Maximilian-Alexander-Konstan";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(element: Locator): Promise<Box> {
  const box = await element.boundingBox();
  if (!box) throw new Error("Cannot measure what is not shown");
  return box;
}

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

for (const viewport of [{ width: 390, height: 844 }, { width: 320, height: 568 }]) {
  stageTest(`a name of 64 letters stays on a screen ${viewport.width} wide, in each state`, async (stage) => {
    await stage.server.agent("add", "1011", "--name", LONG);
    await stage.server.agent("add", "1012", "--name", "Bob");
    const options = { viewport, reducedMotion: "reduce" } as const;
    const [long, bob] = [await stage.phone("1011", options), await stage.phone("1012", options)];
    for (const phone of [long, bob]) await phone.faces({ phone: "registered", call: "none" });
    const isInside = ({ x, width }: Box) => x >= 0 && x + width <= viewport.width;
    const name = bob.page.getByRole("heading", { name: LONG });

    await bob.entry("1011").getByRole("button", { name: "Call", exact: true }).click();
    for (const phone of [long, bob]) await phone.faces({ call: "ringing" });
    assert.ok(isInside(await boxOf(name)), "ringing");
    await long.press("Accept");
    await bob.seesAndHears();
    const own = await boxOf(bob.page.getByRole("group", { name: /^Your picture/ }));
    for (const words of [name, bob.page.getByRole("timer")]) {
      const box = await boxOf(words);
      assert.ok(isInside(box) && !overlap(box, own), "in the call");
    }
    await long.press("Hang up");
    await bob.faces({ call: "ended" });
    assert.ok(isInside(await boxOf(bob.page.getByRole("button", { name: "Dismiss" }))), "afterwards");
  });
}
