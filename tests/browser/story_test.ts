import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import type { PhonePage } from "./phone_page.ts";
import { type Stage, stageTest } from "./stage.ts";

/** Both agents of a new house, in a call that came about with no click. */
async function pair(stage: Stage): Promise<[PhonePage, PhonePage]> {
  const both = [await stage.phone("1001"), await stage.phone("1002")] as [PhonePage, PhonePage];
  for (const phone of both) await phone.faces({ phone: "registered", call: "established" });
  return both;
}

stageTest(
  "opening the two agents' URLs leads to a call that both see and hear, with no click",
  async (stage) => {
    const both = await pair(stage);
    for (const phone of both) {
      const { connections } = await phone.seesAndHears();
      assert.equal(connections.length, 1, "one peer connection made the whole call");
      assert.equal(connections[0]?.sending, 2, "sound and picture are sent");
      const marks = await phone.page.evaluate(() =>
        performance.getEntriesByType("mark").map(({ name }) => name)
      );
      for (const mark of ["registered", "established", "first-frame"]) assert.ok(marks.includes(mark), mark);
    }
  },
);

for (const [who, index] of [["one who was called", 0], ["one who called", 1]] as const) {
  stageTest(
    `"Hang up" by the ${who} ends it on both, stops the cameras, and only the other one waits`,
    async (stage) => {
      const both = await pair(stage);
      const [leaving, staying] = index === 0 ? both : [...both].reverse() as [PhonePage, PhonePage];
      for (const phone of both) await phone.seesAndHears();

      await leaving.press("Hang up");
      for (const phone of both) {
        await phone.faces({ phone: "registered", call: "ended" });
        await phone.isDark();
      }
      await until(() => leaving.isPressed("Ready for calls"), (pressed) => !pressed);
      await until(() => staying.isPressed("Ready for calls"), (pressed) => pressed);
      await leaving.says(/You hung up/);
      await staying.says(/Agent \d+ hung up/);
    },
  );
}

stageTest(
  '"Call" on the directory entry starts it again, and "Ready for calls" resumes the election',
  async (stage) => {
    const [one, two] = await pair(stage);
    await one.seesAndHears();

    await one.press("Hang up");
    for (const phone of [one, two]) await phone.faces({ call: "ended" });
    await one.entry("1002").getByRole("button", { name: /^Call/ }).click();
    for (const phone of [one, two]) {
      await phone.faces({ call: "established" });
      await phone.seesAndHears();
    }

    await one.press("Hang up");
    for (const phone of [one, two]) await phone.faces({ call: "ended" });
    await one.press("Ready for calls");
    for (const phone of [one, two]) {
      await phone.faces({ call: "established" });
      await phone.seesAndHears();
    }
  },
);

stageTest(
  "a third agent sees that the others are busy, and is paired with the one that waits again",
  async (stage) => {
    await stage.server.agent("add", "1003", "--elect");
    const [one, two] = await pair(stage);
    await one.seesAndHears();

    const three = await stage.phone("1003");
    await three.faces({ phone: "registered", call: "none" });
    for (const number of ["1001", "1002"]) {
      await until(() => three.entry(number).innerText(), (said) => /busy/i.test(said));
    }

    await one.press("Hang up");
    for (const phone of [two, three]) {
      await phone.faces({ call: "established" });
      await phone.seesAndHears();
    }
    await one.faces({ call: "ended" });
  },
);
