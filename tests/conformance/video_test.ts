import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { isDark, mediaOf } from "../browser/phone_page.ts";
import { until } from "../support/until.ts";
import { noted, reaches, rowTest } from "./scene.ts";

/** What is shown inside an element. */
interface Shown {
  readonly count: number;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

const shownIn = (page: Page, id: string): Promise<Shown> =>
  page.evaluate((id) => {
    const videos = [...document.querySelectorAll<HTMLVideoElement>(`#${id} video`)];
    const [video] = videos;
    const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
    return { count: videos.length, frames, width: video?.videoWidth ?? 0, height: video?.videoHeight ?? 0 };
  }, id);

/** Waits until one picture moves in the element. */
const moves = async (page: Page, id: string): Promise<Shown> => {
  const before = await shownIn(page, id);
  return await until(
    () => shownIn(page, id),
    ({ count, frames }) => count === 1 && frames >= before.frames + 10,
  );
};

const isBare = (page: Page, id: string) => until(() => shownIn(page, id), ({ count }) => count === 0);

const attach = (page: Page) => page.evaluate(() => calls.at(-1)?.attachCamera(OzCamera.getCameraByName()));
const display = (page: Page, id?: string) => page.evaluate((id) => calls.at(-1)?.setRemoteDisplay(id), id);

/** Shows the first page's camera on the second, in the element of this id or in the default one. */
async function shows(sender: Page, viewer: Page, id?: string): Promise<void> {
  await attach(sender);
  await display(viewer, id);
  await moves(viewer, id ?? "local");
}

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

rowTest(
  "67, 69, 70",
  "a camera is there before permission, takes all settings at once, and fits its element",
  async (scene) => {
    const page = await scene.person();
    await page.evaluate(() => {
      const camera = OzCamera.getCameraByName();
      camera.setDisplay("other");
      camera.setQuality(0, 80);
      camera.setMode(320, 240, 15);
    });
    const { width, height } = await moves(page, "other");
    assert.deepEqual([width, height], [320, 240]);
    const [box, place] = [
      await page.locator("#other video").boundingBox(),
      await page.locator("#other").boundingBox(),
    ];
    assert.ok(box && place && box.width <= place.width && box.height <= place.height);
  },
);

rowTest(
  "68",
  "an unknown camera name shows nothing and tells camera-unknown; a known one is picked",
  async (scene) => {
    const page = await scene.person();
    await page.evaluate(() => OzCamera.getCameraByName("no such camera").setDisplay("local"));
    await noted(page, ({ errors }) => errors.join() === "camera-unknown");
    assert.equal((await shownIn(page, "local")).count, 0);
    await page.evaluate(async () => {
      const devices = await navigator.mediaDevices.enumerateDevices();
      const { label } = devices.findLast(({ kind }) => kind === "videoinput")!;
      OzCamera.getCameraByName(label).setDisplay("local");
    });
    await moves(page, "local");
  },
);

rowTest(
  "71, 72",
  "setMode() while sending changes the picture sent, never above what was asked",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    await shows(ann, bob, "other");
    for (const [width, height] of [[320, 240], [200, 150]] as const) {
      await ann.evaluate(
        ([width, height]) => OzCamera.getCameraByName().setMode(width, height, 10),
        [width, height] as const,
      );
      await until(
        () => shownIn(bob, "other"),
        (shown) => shown.width > 0 && shown.width <= width && shown.height <= height,
      );
    }
  },
);

rowTest("73", "setQuality(b, 0) holds the rate at or under b bytes per second", async (scene) => {
  const { ann, bob } = await scene.talk();
  await ann.evaluate(() => OzCamera.getCameraByName().setQuality(20_000, 0));
  await shows(ann, bob);
  // Sound takes up to 40 kbit/s of what is measured.
  const most = 20_000 * 8 + 40_000;
  await until(() => rateOf(ann), (rate) => rate <= most);
  const held = await rateOf(ann);
  assert.ok(held <= most, `${held} bit/s`);
});

rowTest("74", "setQuality(0, q): a higher q takes more rate", async (scene) => {
  const { ann, bob } = await scene.talk();
  await ann.evaluate(() => OzCamera.getCameraByName().setQuality(0, 1));
  await shows(ann, bob);
  const low = await rateOf(ann);
  await ann.evaluate(() => OzCamera.getCameraByName().setQuality(0, 100));
  await until(() => rateOf(ann), (high) => high > low * 1.5);
});

rowTest(
  "31, 75, 80",
  "a call without a type takes a camera in IN_CALL, seen in the element local",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    await shows(ann, bob);
  },
);

rowTest(
  "31",
  "createCall(n, CallType.VIDEO) takes video as well, and sends none by itself",
  async (scene) => {
    const { ann, bob, number } = await scene.pair();
    await bob.evaluate("accepts = true");
    await ann.evaluate((number) => keep(OzWebClient.createCall(number, CallType.VIDEO)).start(), number);
    for (const page of [ann, bob]) await reaches(page, "IN_CALL");
    assert.ok((await mediaOf(ann)).local.every(({ kind }) => kind === "audio"));
    await attach(bob);
    await display(ann);
    await moves(ann, "local");
  },
);

rowTest("76", "attachCamera() with nothing throws", async (scene) => {
  const { ann } = await scene.talk();
  const message = await ann.evaluate(() => {
    try {
      (calls[0]?.attachCamera as () => void)();
      return "";
    } catch (error) {
      return String(error);
    }
  });
  assert.match(message, /^TypeError: Cannot attach the camera/);
});

rowTest("77", "attachCamera() before IN_CALL has no effect on the other side until then", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await ann.evaluate((number) => {
    const call = keep(OzWebClient.createCall(number));
    call.attachCamera(OzCamera.getCameraByName());
    call.start();
  }, number);
  await until(() => bob.evaluate(() => calls.length), (count) => count === 1);
  assert.ok((await mediaOf(ann)).local.every(({ kind }) => kind === "audio"));
  await bob.evaluate(() => calls[0]?.accept());
  await display(bob);
  await moves(bob, "local");
});

rowTest(
  "78, 79",
  "both attach at the same moment; displays set before see the same as those set after",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    await display(ann, "cell");
    await Promise.all([attach(ann), attach(bob)]);
    await moves(ann, "cell");
    await display(bob, "cell");
    await moves(bob, "cell");
  },
);

rowTest("81", "a second setRemoteDisplay() moves the picture: never two", async (scene) => {
  const { ann, bob } = await scene.talk();
  await shows(ann, bob, "cell");
  await display(bob, "other");
  assert.equal((await shownIn(bob, "cell")).count, 0);
  await moves(bob, "other");
  await display(bob, "other");
  assert.equal((await shownIn(bob, "other")).count, 1);
});

rowTest(
  "82",
  "with no video the element stays without a picture, and sound is not affected",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    await display(bob);
    const { connections } = await until(
      () => mediaOf(bob),
      ({ connections }) => (connections[0]?.audioEnergy ?? 0) > 1e-4,
    );
    assert.equal(connections[0]?.framesDecoded, 0);
    await isBare(bob, "local");
    assert.equal((await ann.evaluate(() => notes.errors)).length, 0);
  },
);

rowTest(
  "83",
  "the picture goes when the call ends, and no microphone or camera stays open",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    await shows(ann, bob);
    await bob.evaluate(() => calls[0]?.hangUp());
    await isBare(bob, "local");
    for (const page of [ann, bob]) await isDark(page);
    assert.equal(await bob.evaluate(() => document.querySelectorAll("audio, video").length), 0);
  },
);

rowTest("59", "video returns after unHold()", async (scene) => {
  const { ann, bob } = await scene.talk();
  await shows(ann, bob);
  await ann.evaluate(() => calls[0]?.hold());
  await reaches(bob, "HOLD");
  await isBare(bob, "local");
  await ann.evaluate(() => calls[0]?.unHold());
  await moves(bob, "local");
});

for (const cameras of ["asked", "none"] as const) {
  const why = cameras === "asked" ? "permission is refused" : "there is no camera";
  rowTest("84", `where ${why}, the page is told and the call is answered all the same`, async (scene) => {
    const { ann, bob, number } = await scene.pair();
    const poor = await scene.connected({ name: "Poor" }, { cameras });
    await bob.evaluate("accepts = true");
    await poor.evaluate((number) => {
      const call = keep(OzWebClient.createCall(number));
      call.attachCamera(OzCamera.getCameraByName());
      call.start();
    }, number);
    for (const page of [poor, bob]) await reaches(page, "IN_CALL");
    await noted(poor, ({ errors }) => errors.some((code) => code.startsWith("camera-")));
    await until(() => mediaOf(poor), ({ connections }) => (connections[0]?.audioEnergy ?? 0) > 1e-4);
    assert.equal((await ann.evaluate(() => notes.errors)).length, 0);
  });
}
