import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../support/until.ts";
import { noted } from "./plain_page.ts";
import { numberOf, rowTest, type Scene } from "./scene.ts";

rowTest("21", async (scene) => {
  const ann = await scene.connected();
  await scene.connected();
  const { clients: [bob] } = await noted(ann, ({ clients }) => clients.length > 0);
  assert.match(bob?.phoneNumber ?? "", /^\w{5}$/);
  assert.equal(bob?.status, "ONLINE");
});

rowTest("22", async (scene) => {
  const names = ["Ann", "Eve"];
  for (const name of names) await scene.connected({ name });
  const bob = await scene.connected();
  const { clients } = await noted(bob, ({ clients }) => clients.length === names.length);
  assert.deepEqual(clients.map(({ name, status }) => `${name} ${status}`).sort(), [
    "Ann ONLINE",
    "Eve ONLINE",
  ]);
});

rowTest("23", async (scene) => {
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
  await bob.evaluate(() => void OzWebClient.connect("", "Webphone1"));
  const heard = (page: Page) =>
    until(() => page.evaluate("at") as Promise<number | undefined>, (at) => at !== undefined);
  const [first = 0, second = 0] = [await heard(ann), await heard(bob)];
  for (const page of [ann, bob]) await page.evaluate(() => OzWebClient.disconnect());
  return Math.abs(first - second);
}

// The third way to leave, with no goodbye, takes as long as the grace time: patience_test.ts.
for (const how of ["it disconnects", "its tab is closed"] as const) {
  rowTest("24", async (scene) => {
    const ann = await scene.connected();
    const bob = await scene.connected({ name: "Bob", more: { a: [1] } });
    await numberOf(ann, "Bob");
    if (how === "it disconnects") await bob.evaluate(() => OzWebClient.disconnect());
    else await bob.close({ runBeforeUnload: false });
    const { clients } = await noted(ann, ({ clients }) => clients.at(-1)?.status === "OFFLINE");
    const [came, left] = clients.filter(({ name }) => name === "Bob");
    assert.deepEqual(left, { ...came, status: "OFFLINE" });
    assert.deepEqual(left?.["more"], { a: [1] });
  }, how);
}

rowTest("25", async (scene) => {
  const ann = await scene.connected({ name: "Ann" });
  const bob = await scene.connected({ name: "Bob" });
  // Whatever one was told about itself would have come with what it was told about the other.
  await bob.evaluate(() => OzWebClient.disconnect());
  const { clients } = await noted(ann, ({ clients }) => clients.at(-1)?.status === "OFFLINE");
  assert.deepEqual(clients.map(({ name }) => name), ["Bob", "Bob"]);
  assert.deepEqual((await noted(bob, ({ clients }) => clients.length > 0)).clients.map(({ name }) => name), [
    "Ann",
  ]);
});

rowTest("26", async (scene) => {
  const ann = await scene.connected();
  await scene.connected({ Nickname: "Bob", avatar: "b.png", more: { a: [1, "é"] } });
  const { clients: [bob] } = await noted(ann, ({ clients }) => clients.length > 0);
  const { phoneNumber: _number, status: _status, ...rest } = bob ?? { phoneNumber: "", status: "OFFLINE" };
  assert.deepEqual(rest, { Nickname: "Bob", avatar: "b.png", more: { a: [1, "é"] } });
});

rowTest("27", async (scene) => {
  const ann = await scene.connected();
  const heard = new Promise<string>((resolve) => {
    const frames: string[] = [];
    scene.listen(ann, (text) => {
      frames.push(text);
      if (text.includes("last words")) resolve(frames.join("\n"));
    });
  });
  await ann.evaluate(() => void OzWebClient.connect("", "Webphone1"));
  await scene.connected({ name: "Bob", Password: "s3cret-1", deep: { password: "s3cret-2" } });
  await scene.extension("1001");
  await scene.connected({ name: "last words" });
  const words = await heard;
  assert.ok(words.includes("Bob") && words.includes("1001"));
  for (const secret of ["s3cret", scene.server.key("1001")]) assert.ok(!words.includes(secret));
});

rowTest("28", async (scene) => {
  const ann = await scene.connected();
  await scene.connected({ phoneNumber: "1001", status: "AWAY", name: "Bob" });
  const { clients: [bob] } = await noted(ann, ({ clients }) => clients.length > 0);
  assert.equal(bob?.name, "Bob");
  assert.equal(bob?.status, "ONLINE");
  assert.match(bob?.phoneNumber ?? "", /^[A-Za-z0-9]{5}$/);
});

rowTest("29", async (scene) => {
  await scene.server.addLine("Webphone2");
  const ann = await scene.connected();
  await scene.connected({ name: "Zed" }, { token: "Webphone2" });
  await scene.connected({ name: "Bob" });
  const { clients } = await noted(ann, ({ clients }) => clients.some(({ name }) => name === "Bob"));
  assert.deepEqual(clients.map(({ name }) => name), ["Bob"]);
});
