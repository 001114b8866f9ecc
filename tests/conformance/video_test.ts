import assert from "node:assert/strict";
import { isDark, mediaOf } from "../browser/phone_page.ts";
import { until } from "../support/until.ts";
import { attach, display, isBare, moves, shownIn, shows } from "./pictures.ts";
import { act, dial, noted, notesOf, reaches, rings } from "./plain_page.ts";
import { rowTest } from "./scene.ts";

rowTest("31", async (scene) => {
  const { ann, bob } = await scene.talk();
  assert.ok((await mediaOf(ann)).local.every(({ kind }) => kind === "audio"));
  await shows(ann, bob);
}, "without a type");

rowTest("31", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await bob.evaluate("accepts = true");
  await ann.evaluate((number) => void keep(OzWebClient.createCall(number, CallType.VIDEO)).start(), number);
  for (const page of [ann, bob]) await reaches(page, "IN_CALL");
  // A type alone sends no picture: that is for the page to say.
  assert.ok((await mediaOf(ann)).local.every(({ kind }) => kind === "audio"));
  await shows(bob, ann);
}, "CallType.VIDEO");

rowTest("77", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await ann.evaluate((number) => {
    const call = keep(OzWebClient.createCall(number));
    call.attachCamera(OzCamera.getCameraByName());
    void call.start();
  }, number);
  await rings(bob);
  assert.ok((await mediaOf(ann)).local.every(({ kind }) => kind === "audio"));
  await act(bob, "accept()");
  await display(bob);
  await moves(bob, "local");
});

rowTest("78", async (scene) => {
  const { ann, bob } = await scene.talk();
  for (const page of [ann, bob]) await display(page);
  await Promise.all([attach(ann), attach(bob)]);
  for (const page of [ann, bob]) await moves(page, "local");
});

rowTest("79", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  // Before IN_CALL and before there is video; one of them before it was even accepted.
  await display(ann, "cell");
  await act(bob, "accept()");
  for (const page of [ann, bob]) await reaches(page, "IN_CALL");
  for (const page of [ann, bob]) await attach(page);
  await moves(ann, "cell");
  // In IN_CALL, and after the video.
  await until(() => mediaOf(bob), ({ connections }) => (connections.at(-1)?.framesDecoded ?? 0) > 0);
  await display(bob, "cell");
  await moves(bob, "cell");
});

rowTest("80", async (scene) => {
  const { ann, bob } = await scene.talk();
  await attach(ann);
  await bob.evaluate(() => calls[0]?.setRemoteDisplay());
  await moves(bob, "local");
});

rowTest("81", async (scene) => {
  const { ann, bob } = await scene.talk();
  await shows(ann, bob, "cell");
  await display(bob, "other");
  assert.equal((await shownIn(bob, "cell")).count, 0);
  await moves(bob, "other");
  await display(bob, "other");
  assert.equal((await shownIn(bob, "other")).count, 1);
});

rowTest("82", async (scene) => {
  const { ann, bob } = await scene.talk();
  await display(bob);
  const { connections } = await until(
    () => mediaOf(bob),
    ({ connections }) => (connections[0]?.audioEnergy ?? 0) > 1e-4,
  );
  assert.equal(connections[0]?.framesDecoded, 0);
  await isBare(bob, "local");
  assert.deepEqual((await notesOf(ann)).errors, []);
});

rowTest("83", async (scene) => {
  const { ann, bob } = await scene.talk();
  await shows(ann, bob);
  await act(bob, "hangUp()");
  await isBare(bob, "local");
  for (const page of [ann, bob]) await isDark(page);
  assert.equal(await bob.evaluate(() => document.querySelectorAll("audio, video").length), 0);
});

for (const cameras of ["asked", "none"] as const) {
  rowTest("84", async (scene) => {
    const { bob, number } = await scene.pair();
    const poor = await scene.connected({}, { cameras });
    await bob.evaluate("accepts = true");
    await poor.evaluate((number) => {
      const call = keep(OzWebClient.createCall(number));
      call.attachCamera(OzCamera.getCameraByName());
      void call.start();
    }, number);
    for (const page of [poor, bob]) await reaches(page, "IN_CALL");
    await noted(poor, ({ errors }) => errors.some((code) => code.startsWith("camera-")));
    await until(() => mediaOf(poor), ({ connections }) => (connections[0]?.audioEnergy ?? 0) > 1e-4);
  }, cameras === "asked" ? "permission refused" : "no camera");
}
