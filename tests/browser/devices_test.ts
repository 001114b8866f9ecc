import assert from "node:assert/strict";
import type { Faces, PhonePage } from "./phone_page.ts";
import { type PersonOptions, type Stage, stageTest } from "./stage.ts";
import { until } from "../support/until.ts";

const IN_CALL: Faces = { phone: "registered", call: "established" };

/** Agent 1001 with these devices in a call with agent 1002, who has all. */
async function pairWith(stage: Stage, options: PersonOptions): Promise<[PhonePage, PhonePage]> {
  const both = [await stage.phone("1001", options), await stage.phone("1002")] as [PhonePage, PhonePage];
  for (const phone of both) await phone.faces(IN_CALL);
  return both;
}

/** Waits until the kinds of media that are attached to the senders of the last connection are these. */
async function sends(phone: PhonePage, count: number): Promise<void> {
  const { connections } = await until(
    () => phone.media(),
    ({ connections }) => connections.at(-1)?.connection === "connected",
  );
  await until(() => phone.media(), (media) => media.connections.at(-1)?.sending === count);
  assert.equal(connections.length, 1);
}

stageTest("camera denied: the call goes on with sound, and the page says how to mend it", async (stage) => {
  const [poor, rich] = await pairWith(stage, { cameras: "asked", grants: ["microphone"] });
  await poor.seesAndHears();
  await sends(poor, 1);
  await until(() => rich.media(), ({ connections }) => (connections.at(-1)?.audioPackets ?? 0) > 20);
  await poor.says(/may not use your camera\. Click the symbol left of the address and allow/);
  await rich.says(/Agent 1001’s camera is off/);
  assert.deepEqual([await poor.isPressed("Camera"), await poor.isPressed("Mute")], [false, false]);
});

stageTest(
  "microphone denied: the call goes on with the picture, and the page says how to mend it",
  async (stage) => {
    const [poor, rich] = await pairWith(stage, { cameras: "asked", grants: ["camera"] });
    await poor.seesAndHears();
    await sends(poor, 1);
    await until(() => rich.media(), ({ shown }) => (shown?.frames ?? 0) > 10 && shown?.isLit === true);
    assert.deepEqual([await poor.isPressed("Camera"), await poor.isPressed("Mute")], [true, true]);
    await poor.says(/may not use your microphone\. Click the symbol left of the address and allow/);
  },
);

stageTest("camera and microphone denied: one still sees and hears the other", async (stage) => {
  const [poor] = await pairWith(stage, { cameras: "asked" });
  await poor.seesAndHears();
  await sends(poor, 0);
  await poor.says(/may not use your camera and microphone\. Click the symbol left of the address and allow/);
});

stageTest("no camera in the machine: the call goes on with sound, and the page says so", async (stage) => {
  const [poor, rich] = await pairWith(stage, { cameras: "none" });
  await poor.seesAndHears();
  await sends(poor, 1);
  await until(() => rich.media(), ({ connections }) => (connections.at(-1)?.audioPackets ?? 0) > 20);
  await poor.says(/No camera was found\..*Connect it/);
});

stageTest("no devices at all: one still sees and hears the other, and the page says so", async (stage) => {
  // Chromium's fakes can leave out the camera only; the microphone is left out here.
  const before = () => {
    const missing = () => Promise.reject(new DOMException("Requested device not found", "NotFoundError"));
    if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = missing;
  };
  const [poor] = await pairWith(stage, { cameras: "none", before });
  await poor.seesAndHears();
  await sends(poor, 0);
  await poor.says(/No camera or microphone was found/);
});
