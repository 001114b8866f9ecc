/** What the classic API never had: promises, devices, mute, keys on a call, quality, reasons, refused arguments. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { mediaOf } from "../browser/phone_page.ts";
import { until } from "../support/until.ts";
import { act, dial, noted, notesOf, reaches, rings } from "./plain_page.ts";
import { connect, hears, sceneTest } from "./scene.ts";

/** Resolves with what the promise of this expression came to: `in <state>`, or the code that it was rejected with. */
const outcome = (page: Page, promise: string): Promise<unknown> =>
  page.evaluate(`${promise}.then(
    function (value) { return "in " + (value.State || value.getCallState()); },
    function (error) { return error instanceof Error ? error.code : "no error"; }
  )`);

sceneTest(
  "connect() resolves when access is granted, and rejects with the state that came instead",
  async (scene) => {
    const page = await scene.person();
    assert.equal(await outcome(page, 'OzWebClient.connect("", "Webphone1")'), "in ACCESS_GRANTED");
    assert.equal(await outcome(page, 'OzWebClient.connect("", "Nowhere")'), "ACCESS_DENIED");
  },
);

sceneTest("start() and accept() resolve in IN_CALL, and reject with the reason of the end", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  const start = (dialled: string) => outcome(ann, `keep(OzWebClient.createCall("${dialled}")).start()`);
  assert.equal(await start("zzzzz"), "not-found");
  const refused = start(number);
  await rings(bob);
  await act(bob, "reject()");
  assert.equal(await refused, "rejected");
  const taken = start(number);
  await rings(bob, 2);
  assert.equal(await outcome(bob, "calls[1].accept()"), "in IN_CALL");
  assert.equal(await taken, "in IN_CALL");
  await act(ann, "hangUp()");
  await reaches(bob, "COMPLETED");
  const reason = await bob.evaluate(() => calls[1]?.getEndReason());
  assert.deepEqual(reason, { code: "hangup", message: "Somebody hung up" });
});

sceneTest("rejections that a page ignores are no unhandled rejections", async (scene) => {
  const page = await scene.connected();
  await page.evaluate(() => {
    addEventListener("unhandledrejection", () => notes.console.push("unhandled"));
    void keep(OzWebClient.createCall("zzzzz")).start();
  });
  await reaches(page, "NOT_FOUND");
  await page.evaluate(() => void OzWebClient.connect("", "Nowhere"));
  await noted(page, ({ connection }) => connection.at(-1) === "ACCESS_DENIED");
  // The browser tells of those after the turn in which they were left alone.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  assert.deepEqual((await notesOf(page)).console, []);
});

sceneTest("phoneNumber and rights are there while connected", async (scene) => {
  const page = await scene.person();
  const both = () => page.evaluate(() => [OzWebClient.phoneNumber, [...OzWebClient.rights]]);
  assert.deepEqual(await both(), ["", []]);
  await connect(page, "1001", { Password: scene.server.key("1001") });
  assert.deepEqual(await both(), ["1001", ["calls", "messages"]]);
  await connect(page, await scene.token("sessions", "modify"));
  assert.deepEqual((await both())[1], ["sessions", "modify"]);
  await page.evaluate(() => OzWebClient.disconnect());
  assert.deepEqual(await both(), ["", []]);
});

sceneTest("an agent who supervises has all rights as an extension", async (scene) => {
  await scene.server.addAgent("1004", "--supervisor");
  const page = await scene.extension("1004");
  const rights = await page.evaluate(() => [...OzWebClient.rights]);
  assert.deepEqual(rights, ["calls", "messages", "sessions", "modify", "history", "listen"]);
  await scene.server.agent("remove", "1004");
});

sceneTest("what a handler's registration returned takes it away again", async (scene) => {
  const page = await scene.person();
  await page.evaluate(() => {
    const stop = OzWebClient.onConnectionStateChanged(() => notes.messages.push("stopped"));
    OzWebClient.onConnectionStateChanged(() => notes.messages.push("kept"));
    stop();
  });
  await connect(page);
  assert.deepEqual((await notesOf(page)).messages, ["kept"]);
});

sceneTest("mute() silences this side only, and lasts over a hold", async (scene) => {
  const { ann, bob } = await scene.talk();
  for (const page of [ann, bob]) await hears(page);
  await act(ann, "mute()");
  assert.equal(await ann.evaluate(() => calls[0]?.isMuted()), true);
  const energy = async () => (await mediaOf(bob)).connections.at(-1)?.audioEnergy ?? 0;
  const isSilent = async () => {
    const before = [await energy(), (await mediaOf(ann)).connections.at(-1)?.audioPackets ?? 0] as const;
    // A second of the other direction's packets is the clock.
    await until(
      () => mediaOf(ann),
      ({ connections }) => (connections.at(-1)?.audioPackets ?? 0) > before[1] + 50,
    );
    return await energy() - before[0] < 1e-6;
  };
  await until(isSilent, (silent) => silent);
  await act(bob, "hold()");
  await reaches(ann, "HOLD");
  await act(bob, "unHold()");
  await reaches(ann, "IN_CALL");
  await hears(ann);
  assert.ok(await isSilent());
  await act(ann, "unmute()");
  assert.equal(await ann.evaluate(() => calls[0]?.isMuted()), false);
  await hears(bob);
});

sceneTest("sendDtmf() of a call reaches the other side, key by key", async (scene) => {
  const { ann, bob } = await scene.talk();
  await act(ann, 'sendDtmf("12*#")');
  const { keys } = await noted(bob, ({ keys }) => keys.length === 4);
  assert.deepEqual(keys, ["1", "2", "*", "#"]);
  assert.deepEqual((await notesOf(ann)).keys, []);
});

sceneTest("onQualityChanged() tells the level, measured by the page's own thresholds", async (scene) => {
  const { ann } = await scene.talk();
  const qualities = await ann.evaluate(() =>
    new Promise<{ level: string; loss: number; roundTrip: number; bitrate: number }[]>((resolve) => {
      const told: { level: string; loss: number; roundTrip: number; bitrate: number }[] = [];
      calls[0]?.onQualityChanged((quality) => {
        told.push({ ...quality });
        if (told.length === 1) {
          // Nothing is as good as that; but a round trip on one machine may well take 0 ms.
          calls[0]?.onQualityChanged(() => {}, { loss: 0, jitter: 0, roundTrip: 0 });
        } else resolve(told);
      });
    })
  );
  assert.deepEqual(qualities.map(({ level }) => level), ["good", "poor"]);
  const [{ loss, roundTrip, bitrate } = { loss: 1, roundTrip: 0, bitrate: 0 }] = qualities;
  assert.ok(loss < 0.02 && roundTrip < 250 && bitrate > 0, JSON.stringify(qualities));
});

sceneTest(
  "getDevices() lists them, and setMicrophone() takes another one in the middle of a call",
  async (scene) => {
    const { ann, bob } = await scene.talk();
    const microphones = await ann.evaluate(async () =>
      (await OzWebClient.getDevices()).filter(({ kind }) => kind === "audioinput").map((
        { id, label },
      ) => [id, label])
    );
    assert.ok(microphones.length > 1, JSON.stringify(microphones));
    const [id = "", label] = microphones.at(-1) ?? [];
    await ann.evaluate((id) => OzWebClient.setMicrophone(id), id);
    await until(
      () => ann.evaluate(() => probe.tracks.findLast(({ kind }) => kind === "audio")?.label),
      (now) => now === label,
    );
    await hears(bob);
  },
);

/** What takes an argument, and one that it cannot use. */
const WRONG: readonly (readonly [method: string, call: string])[] = [
  ["connect", 'OzWebClient.connect("", "Webphone1", "Ann")'],
  ["createCall", "OzWebClient.createCall({})"],
  ["onIncomingCall", "OzWebClient.onIncomingCall('accept')"],
  ["onSessionCreated", "OzWebClient.onSessionCreated()"],
  ["onCallStateChanged", "calls[0].onCallStateChanged(1)"],
  ["sendMessage", "calls[0].sendMessage({})"],
  ["sendDtmf", "calls[0].sendDtmf('abc')"],
  ["transfer", "calls[0].transfer()"],
  ["forward", "calls[0].forward('')"],
  ["attendedTransfer", "calls[0].attendedTransfer({})"],
  ["attachCamera", "calls[0].attachCamera('camera')"],
  ["setMode", "OzCamera.getCameraByName().setMode(-1)"],
  ["setQuality", "OzCamera.getCameraByName().setQuality(0, 101)"],
];

sceneTest("a wrong argument is a TypeError that names the method", async (scene) => {
  const { ann, bob } = await scene.talk();
  for (const [method, call] of WRONG) {
    const said = await ann.evaluate(`(function () {
      try { ${call}; return "nothing"; } catch (error) { return String(error); }
    })()`);
    assert.match(String(said), new RegExp(`^TypeError: Cannot .*\\b${method}\\b`), call);
  }
  for (const page of [ann, bob]) await hears(page);
});

sceneTest("a handler that throws is reported with its event's name, and stops no call", async (scene) => {
  const { ann, bob, number } = await scene.pair();
  await bob.evaluate(() => {
    OzWebClient.onIncomingCall((call) => {
      call.onCallStateChanged(() => {
        throw new Error("bug of the page");
      });
    });
  });
  await dial(ann, number);
  await rings(bob);
  await act(bob, "accept()");
  await reaches(ann, "IN_CALL");
  const { console } = await noted(bob, ({ console }) => console.length > 0);
  assert.match(console[0] ?? "", /onCallStateChanged.*bug of the page/);
  await reaches(bob, "IN_CALL");
});
