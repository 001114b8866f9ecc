import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { mediaOf } from "../browser/phone_page.ts";
import { until } from "../support/until.ts";
import { attach, display, moves, shownIn, shows } from "./pictures.ts";
import { noted } from "./plain_page.ts";
import { rowTest } from "./scene.ts";

/** How long a rate is measured, in milliseconds by the browser's own clock. */
const SPAN = 2000;

/** Bits per second of sound and picture that leave the page. */
async function rateOf(page: Page): Promise<number> {
  const sent = async () => {
    const { mediaBytesSent = 0, at = 0 } = (await mediaOf(page)).connections.at(-1) ?? {};
    return { mediaBytesSent, at };
  };
  const before = await sent();
  const after = await until(sent, ({ at }) => at >= before.at + SPAN);
  return (after.mediaBytesSent - before.mediaBytesSent) * 8 / ((after.at - before.at) / 1000);
}

rowTest("67", async (scene) => {
  const page = await scene.person({ cameras: "asked" });
  const kinds = await page.evaluate(() => {
    const [camera, same] = [OzCamera.getCameraByName(), OzCamera.getCameraByName()];
    return [typeof camera, typeof camera.setDisplay, camera === same];
  });
  assert.deepEqual(kinds, ["object", "function", true]);
  // Nobody was asked for anything.
  assert.deepEqual((await mediaOf(page)).local, []);
});

rowTest("68", async (scene) => {
  const page = await scene.person();
  await page.evaluate(() => OzCamera.getCameraByName("no such camera").setDisplay("local"));
  await noted(page, ({ errors }) => errors.join() === "camera-unknown");
  assert.equal((await shownIn(page, "local")).count, 0);
  const name = await page.evaluate(async () => {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const { label } = devices.findLast(({ kind }) => kind === "videoinput")!;
    OzCamera.getCameraByName(label).setDisplay("local");
    return label;
  });
  await moves(page, "local");
  assert.equal(await page.evaluate(() => probe.tracks.at(-1)?.label), name);
});

rowTest("69", async (scene) => {
  const page = await scene.person();
  for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0]]) {
    await page.evaluate((order) => {
      const camera = OzCamera.getCameraByName();
      const steps = [
        () => camera.setDisplay("other"),
        () => camera.setQuality(0, 80),
        () => camera.setMode(320, 240, 15),
      ];
      for (const step of order) steps[step]?.();
    }, order);
    const { width, height } = await moves(page, "other");
    assert.deepEqual([width, height], [320, 240]);
    await page.evaluate(() => OzCamera.getCameraByName().setDisplay(""));
  }
});

rowTest("70", async (scene) => {
  const page = await scene.person();
  for (const id of ["cell", "other"]) {
    await page.evaluate((id) => OzCamera.getCameraByName().setDisplay(id), id);
    await moves(page, id);
    const [box, place] = [
      await page.locator(`#${id} video`).boundingBox(),
      await page.locator(`#${id}`).boundingBox(),
    ];
    assert.ok(box && place && box.width <= place.width && box.height <= place.height, id);
  }
  assert.equal((await shownIn(page, "cell")).count, 0);
});

rowTest("71", async (scene) => {
  const page = await scene.person();
  await page.evaluate(() => OzCamera.getCameraByName().setDisplay("other"));
  await moves(page, "other");
  for (const [width, height] of [[320, 240], [200, 150], [4000, 3000]] as const) {
    await page.evaluate(
      ([width, height]) => OzCamera.getCameraByName().setMode(width, height, 10),
      [width, height] as const,
    );
    const isInForce = ({ width: own, height: high }: { width: number; height: number }) =>
      own > 0 && own <= width && high <= height && own >= Math.min(width, 640) / 2;
    await until(() => shownIn(page, "other"), isInForce);
    const rate = await page.evaluate(() => probe.tracks.at(-1)?.getSettings().frameRate);
    assert.ok(rate && rate <= 10, `${rate} fps`);
  }
});

rowTest("72", async (scene) => {
  const { ann, bob } = await scene.talk();
  await shows(ann, bob, "other");
  const { connections } = await mediaOf(ann);
  await ann.evaluate(() => OzCamera.getCameraByName().setMode(320, 240, 10));
  await until(() => shownIn(bob, "other"), ({ width, height }) => width === 320 && height === 240);
  await moves(bob, "other");
  assert.equal((await mediaOf(ann)).connections.length, connections.length);
  assert.equal(await ann.evaluate("calls.length"), 1);
});

rowTest("73", async (scene) => {
  const { ann, bob } = await scene.talk();
  await ann.evaluate(() => OzCamera.getCameraByName().setQuality(20_000, 0));
  await shows(ann, bob);
  // Sound takes up to 40 kbit/s of what is measured.
  const most = 20_000 * 8 + 40_000;
  await until(() => rateOf(ann), (rate) => rate <= most);
  const held = await rateOf(ann);
  assert.ok(held <= most, `${held} bit/s`);
});

rowTest("74", async (scene) => {
  const { ann, bob } = await scene.talk();
  await ann.evaluate(() => OzCamera.getCameraByName().setQuality(0, 1));
  await shows(ann, bob);
  const low = await rateOf(ann);
  await ann.evaluate(() => OzCamera.getCameraByName().setQuality(0, 100));
  await until(() => rateOf(ann), (high) => high > low * 1.5);
});

rowTest("75", async (scene) => {
  const { ann, bob } = await scene.talk();
  await attach(ann);
  await until(() => mediaOf(bob), ({ connections }) => (connections.at(-1)?.framesDecoded ?? 0) > 0);
  assert.equal(await bob.locator("video").count(), 0);
  await display(bob, "cell");
  await moves(bob, "cell");
});

rowTest("76", async (scene) => {
  const { ann } = await scene.talk();
  for (const argument of ["", "null", "{}", '"camera"']) {
    const said = await ann.evaluate(`(function () {
      try { calls[0].attachCamera(${argument}); } catch (error) { return String(error); }
    })()`);
    assert.match(String(said), /^TypeError: Cannot .*attachCamera/, argument);
  }
});
