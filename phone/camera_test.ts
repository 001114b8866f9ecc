import assert from "node:assert/strict";
import { settle } from "../tests/support/clock.ts";
import { established, received } from "../tests/support/desks.ts";
import { Office } from "../tests/support/office.ts";

Deno.test("a camera that ends by itself, as in a machine that has slept, is asked for again, and its call goes on", async () => {
  await using office = await Office.open();
  const { desks: [alice], callee } = await established(office);
  await office.clock.pass(60_000);
  const [camera] = alice.browser.tracks.filter(({ kind }) => kind === "video");
  camera!.readyState = "ended";
  camera!.onended?.();
  await settle();
  assert.equal(received(callee, "video")?.readyState, "live");
  assert.notEqual(received(callee, "video"), camera);
  assert.deepEqual(alice.phone.camera.troubles.value, {});
});

Deno.test("a camera that ends as soon as it has begun is not asked for again and again", async () => {
  await using office = await Office.open();
  const { desks: [alice], callee } = await established(office);
  alice.browser.tracks.find(({ kind }) => kind === "video")?.onended?.();
  await settle();
  assert.equal(alice.browser.asked.length, 1);
  assert.equal(received(callee, "video"), null);
  assert.deepEqual(alice.phone.camera.troubles.value, { camera: "missing" });
});
