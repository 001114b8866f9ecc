import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../support/until.ts";
import { noted, rowTest, type Scene } from "./scene.ts";

rowTest(
  "21, 22, 25, 26",
  "both hear of each other with all properties, and nobody of itself",
  async (scene) => {
    const ann = await scene.connected({ Nickname: "Ann", avatar: "a.png" });
    const bob = await scene.connected({ Nickname: "Bob", more: { a: [1, "é"] } });
    const { clients: [toAnn, ...moreToAnn] } = await noted(ann, ({ clients }) => clients.length > 0);
    const { clients: [toBob, ...moreToBob] } = await noted(bob, ({ clients }) => clients.length > 0);
    assert.equal(toAnn?.["Nickname"], "Bob");
    assert.deepEqual(toAnn?.["more"], { a: [1, "é"] });
    assert.equal(toBob?.["avatar"], "a.png");
    assert.equal(toAnn?.status, "ONLINE");
    assert.notEqual(toAnn?.phoneNumber, toBob?.phoneNumber);
    assert.deepEqual([...moreToAnn, ...moreToBob], []);
  },
);

rowTest("23", "both hear of each other within a fifth of a second", async (scene) => {
  const apart: number[] = [];
  // A machine that is busy with something else may be late once.
  while (apart.length < 3 && apart.every((time) => time > 200)) apart.push(await timeApart(scene));
  assert.ok(Math.min(...apart) <= 200, `${apart.join(", ")} ms apart`);
});

/** Milliseconds between the moments at which two pages that have just met hear of each other. */
async function timeApart(scene: Scene): Promise<number> {
  const [ann, bob] = [await scene.connected(), await scene.person()];
  for (const page of [ann, bob]) {
    await page.evaluate("var at; OzWebClient.onClientStateChanged(function () { at ??= Date.now(); })");
  }
  await bob.evaluate(() => OzWebClient.connect("", "Webphone1"));
  const heard = (page: Page) =>
    until(() => page.evaluate("at") as Promise<number | undefined>, (at) => at !== undefined);
  const [first = 0, second = 0] = [await heard(ann), await heard(bob)];
  for (const page of [ann, bob]) await page.evaluate(() => OzWebClient.disconnect());
  return Math.abs(first - second);
}

for (const how of ["disconnects", "closes the tab"] as const) {
  rowTest("24", `when B ${how}, A gets OFFLINE with the same number and properties`, async (scene) => {
    const { ann, bob } = await scene.pair();
    if (how === "disconnects") await bob.evaluate(() => OzWebClient.disconnect());
    else await bob.close({ runBeforeUnload: false });
    const { clients } = await noted(ann, ({ clients }) => clients.at(-1)?.status === "OFFLINE");
    const [came, left] = clients.filter(({ name }) => name === "Bob");
    assert.deepEqual(left, { ...came, status: "OFFLINE" });
  });
}

rowTest(
  "27, 28",
  "Password never leaves, and properties overwrite neither phoneNumber nor status",
  async (scene) => {
    const ann = await scene.connected();
    await scene.connected({ Password: "secret", phoneNumber: "1001", status: "AWAY", name: "Bob" });
    const { clients: [bob] } = await noted(ann, ({ clients }) => clients.length > 0);
    assert.equal(bob?.status, "ONLINE");
    assert.notEqual(bob?.phoneNumber, "1001");
    assert.ok(!JSON.stringify(bob).includes("secret"));
  },
);
