import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { stageTest } from "./stage.ts";

stageTest(
  "nobody in the directory moves while a hand is over it, so that the press hits whom it was meant for",
  async (stage) => {
    for (const [number, name] of [["1011", "Mia"], ["1012", "Noah"], ["1013", "Adam"]] as const) {
      await stage.server.agent("add", number, "--name", name);
    }
    const mia = await stage.phone("1011");
    await stage.phone("1012").then((noah) => noah.faces({ phone: "registered" }));
    await mia.faces({ phone: "registered" });
    const list = mia.page.getByRole("list", { name: "Directory" }).getByRole("listitem");
    const order = async () =>
      (await list.allInnerTexts()).flatMap((text) => /Noah|Adam/.exec(text) ?? []).join(" ");
    assert.equal(await order(), "Noah Adam", "Adam is not there yet");

    const call = mia.entry("1012").getByRole("button", { name: "Call", exact: true });
    await call.hover();
    const before = await call.boundingBox();
    const adam = await stage.phone("1013");
    await adam.faces({ phone: "registered" });
    await mia.entry("1013").getByText("Online").waitFor();
    assert.equal(await order(), "Noah Adam", "he has come, and stands behind whoever was there");
    assert.deepEqual(await call.boundingBox(), before);

    await mia.page.mouse.move(700, 5);
    await until(order, (seen) => seen === "Adam Noah");
  },
);
