import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { PhonePage } from "./phone_page.ts";
import { type PersonOptions, type Stage, stageTest } from "./stage.ts";

/** Two agents without *elect*, idle, side by side. */
async function aliceAndBob(stage: Stage, options: PersonOptions = {}): Promise<[PhonePage, PhonePage]> {
  await stage.server.agent("add", "1011", "--name", "Alice");
  await stage.server.agent("add", "1012", "--name", "Bob");
  const both: [PhonePage, PhonePage] = [
    await stage.phone("1011", options),
    await stage.phone("1012", options),
  ];
  for (const phone of both) await phone.faces({ phone: "registered", call: "none" });
  return both;
}

/** Dials as a person without a mouse does. */
async function dialByKeyboard(phone: PhonePage, number: string): Promise<void> {
  await phone.page.getByLabel("Number", { exact: true }).focus();
  await phone.page.keyboard.type(number);
  await phone.page.keyboard.press("Enter");
}

/** Waits until a call rings by the name of the caller, and has taken the focus, as a screen reader must notice. */
async function ringsFor(phone: PhonePage, caller: RegExp): Promise<void> {
  const dialog = phone.page.getByRole("alertdialog", { name: caller });
  await until(() => dialog.count(), (count) => count === 1);
  await until(
    () => dialog.evaluate((element) => element.contains(document.activeElement)),
    (isInside) => isInside,
  );
}

/** Presses Tab until the button of this name has the focus. */
async function tabTo(phone: PhonePage, name: string): Promise<void> {
  for (let steps = 0; steps < 20; steps++) {
    if (await phone.button(name).evaluate((button) => button === document.activeElement)) return;
    await phone.page.keyboard.press("Tab");
  }
  const held = await phone.page.evaluate("document.activeElement?.outerHTML.slice(0, 200)");
  throw new Error(`Cannot reach "${name}" by Tab: the focus is on ${held}`);
}

stageTest(
  "an agent without elect rings as an alertdialog of the caller's name; Tab and Enter accept",
  async (stage) => {
    const [alice, bob] = await aliceAndBob(stage);
    await dialByKeyboard(alice, "1012");
    for (const phone of [alice, bob]) await phone.faces({ call: "ringing" });

    await ringsFor(bob, /Alice/);
    await tabTo(bob, "Decline");
    await tabTo(bob, "Accept");
    await bob.page.keyboard.press("Enter");

    for (const phone of [alice, bob]) {
      await phone.faces({ call: "established" });
      await phone.seesAndHears();
    }
    await tabTo(alice, "Hang up");
    await alice.page.keyboard.press("Enter");
    for (const phone of [alice, bob]) {
      await phone.faces({ call: "ended" });
      await phone.isDark();
    }
  },
);

stageTest('"Decline" tells the caller so in words, and nobody\'s camera stays on', async (stage) => {
  const [alice, bob] = await aliceAndBob(stage);
  await alice.entry("1012").getByRole("button", { name: /^Call/ }).click();
  await bob.faces({ call: "ringing" });
  await bob.press("Decline");
  for (const phone of [alice, bob]) await phone.faces({ phone: "registered", call: "ended" });
  await alice.says(/Bob declined/);
  await alice.isDark();
  assert.deepEqual((await bob.media()).local, [], "the callee's devices were never asked for");
});

stageTest("Escape declines a ringing call", async (stage) => {
  const [alice, bob] = await aliceAndBob(stage);
  await dialByKeyboard(alice, "1012");
  await ringsFor(bob, /Alice/);
  await bob.page.keyboard.press("Escape");
  await alice.faces({ call: "ended" });
  await alice.says(/Bob declined/);
});

stageTest("hanging up while it rings takes the question away at the other side", async (stage) => {
  const [alice, bob] = await aliceAndBob(stage);
  await dialByKeyboard(alice, "1012");
  await bob.faces({ call: "ringing" });
  await alice.press("Hang up");
  for (const phone of [alice, bob]) await phone.faces({ call: "ended" });
  await until(() => bob.page.getByRole("alertdialog").count(), (count) => count === 0);
  await bob.says(/Missed call from Alice/);
});

stageTest("a number that is nobody's ends the call in words", async (stage) => {
  const [alice] = await aliceAndBob(stage);
  await dialByKeyboard(alice, "1999");
  await alice.faces({ phone: "registered", call: "ended" });
  await alice.says(/1999 cannot be reached/);
});

stageTest(
  "connected while it rings: nothing of the callee leaves before Accept, the caller's picture is there",
  async (stage) => {
    const [alice, bob] = await aliceAndBob(stage);
    await dialByKeyboard(alice, "1012");
    await bob.faces({ call: "ringing" });
    for (const phone of [alice, bob]) {
      await until(() => phone.media(), ({ connections }) => connections.at(-1)?.connection === "connected");
    }
    // The caller's camera is open by now, so that it could send; and it goes on ringing for some heartbeats of the path.
    await until(() => alice.media(), ({ local }) => local.length === 2);
    for (const phone of [alice, bob]) {
      const { checks = 0 } = (await phone.media()).connections[0] ?? {};
      const { connections } = await until(
        () => phone.media(),
        (media) => (media.connections[0]?.checks ?? 0) >= checks + 3,
      );
      const isCaller = phone === alice;
      assert.deepEqual(
        connections.map(({ sending }) => sending),
        [isCaller ? 2 : 0],
        "tracks that are attached",
      );
      assert.equal((connections[0]?.mediaBytesSent ?? 0) > 0, isCaller);
    }
    const { shown } = await until(() => bob.media(), ({ shown }) => (shown?.width ?? 0) > 0);
    assert.equal(shown?.isMuted, true, "and nobody hears the caller yet");
    assert.equal(await bob.page.getByLabel("Remote video").isVisible(), false, "nor sees them");
    for (const phone of [alice, bob]) await phone.faces({ call: "ringing" });
    assert.deepEqual((await bob.media()).local, [], "the callee's devices were not asked for");

    await bob.press("Accept");
    for (const phone of [alice, bob]) {
      const { connections } = await phone.seesAndHears();
      assert.equal(connections.length, 1, "the connection of the ringing is the one of the call");
      assert.ok((connections[0]?.mediaBytesSent ?? 0) > 0);
    }
  },
);

/** Runs in the page before its scripts: notes what lay around the picture when its first frame was seen. */
function noteSurroundings(): void {
  const mark = performance.mark;
  performance.mark = function (name, options) {
    const began = performance.getEntriesByName("established").at(-1)?.startTime ?? 0;
    if (name === "first-frame") {
      const buttons = [...document.querySelectorAll("button")].map(({ innerText }) => innerText.trim());
      globalThis.surroundings = { buttons, waited: performance.now() - began };
    }
    return mark.call(this, name, options);
  };
}

declare global {
  /** The buttons that there were, and how long the picture had been waited for, in milliseconds. */
  var surroundings: { readonly buttons: readonly string[]; readonly waited: number } | undefined;
}

/** How long what lies around a picture waits for it, in milliseconds; shorter, for a page may note it late. */
const PATIENCE = 350;

stageTest("after Accept the picture comes first, and then what lies around it", async (stage) => {
  await stage.server.agent("add", "1011", "--name", "Alice");
  await stage.server.agent("add", "1012", "--name", "Bob");
  const [alice, bob] = [
    await stage.phone("1011"),
    await stage.phone("1012", { before: noteSurroundings }),
  ];
  for (const phone of [alice, bob]) await phone.faces({ phone: "registered", call: "none" });
  await dialByKeyboard(alice, "1012");
  await bob.faces({ call: "ringing" });
  const own = alice.page.getByRole("group", { name: /^Your picture/ });
  await until(() => own.getAttribute("data-large"), (isLarge) => isLarge === "true");
  await until(() => bob.media(), ({ shown }) => (shown?.width ?? 0) > 0);
  await bob.press("Accept");
  const seen = await until(
    () => bob.page.evaluate(() => globalThis.surroundings),
    (noted) => noted !== undefined,
  );
  assert.ok(seen?.buttons.length === 0 || (seen?.waited ?? 0) > PATIENCE, JSON.stringify(seen));
  for (const phone of [alice, bob]) {
    await phone.seesAndHears();
    for (const name of ["Mute", "Hang up", "Hold", "Transfer"]) {
      await until(() => phone.button(name).isVisible(), (isThere) => isThere);
    }
  }
  await until(() => own.getAttribute("data-large"), (isLarge) => isLarge === "false");
});

stageTest("a call without a picture has its controls all the same", async (stage) => {
  const [alice, bob] = await aliceAndBob(stage);
  await dialByKeyboard(alice, "1012");
  await bob.faces({ call: "ringing" });
  await alice.press("Camera");
  await bob.press("Accept");
  await bob.faces({ call: "established" });
  for (const name of ["Mute", "Hang up", "Hold"]) {
    await until(() => bob.button(name).isVisible(), (isThere) => isThere);
  }
});

stageTest("a call that comes before its view is there rings as soon as that has come", async (stage) => {
  const names = JSON.parse(await Deno.readTextFile(new URL("../../dist/assets.json", import.meta.url)));
  const view = Promise.withResolvers<void>();
  await stage.server.agent("add", "1011", "--name", "Alice");
  await stage.server.agent("add", "1012", "--name", "Bob");
  const alice = await stage.phone("1011");
  const page = await stage.person({ serviceWorkers: "block" });
  await page.route(`**${names.scripts.Calls.src}`, (route) => view.promise.then(() => route.continue()));
  await page.goto(stage.server.url("1012"));
  const bob = new PhonePage(page, "1012");
  for (const phone of [alice, bob]) await phone.faces({ phone: "registered", call: "none" });
  await dialByKeyboard(alice, "1012");
  await bob.faces({ call: "ringing" });
  assert.ok(
    await bob.page.getByRole("list", { name: "Directory" }).isVisible(),
    "there is no hole meanwhile",
  );
  view.resolve();
  await ringsFor(bob, /Alice/);
  await bob.page.keyboard.press("Enter");
  for (const phone of [alice, bob]) await phone.faces({ call: "established" });
});

/** Takes down how wide the pictures are that come in, whether they are shown or not, each time that this changes. */
function noteWidths(): void {
  const widths: number[] = [];
  Object.assign(globalThis, { widths });
  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener("track", ({ track }) => track.kind === "video" && void read(track));
    }
  };
  async function read(track: MediaStreamTrack): Promise<void> {
    const { MediaStreamTrackProcessor } = globalThis as unknown as {
      MediaStreamTrackProcessor: new (
        of: { track: MediaStreamTrack },
      ) => { readable: ReadableStream<VideoFrame> };
    };
    for await (const frame of new MediaStreamTrackProcessor({ track }).readable) {
      if (frame.displayWidth !== widths.at(-1)) widths.push(frame.displayWidth);
      frame.close();
    }
  }
}

stageTest("the first pictures are a quarter as wide as those that follow", async (stage) => {
  const both = await aliceAndBob(stage, { before: noteWidths });
  const [alice, bob] = both;
  await alice.entry("1012").getByRole("button", { name: /^Call/ }).click();
  await bob.press("Accept");
  for (const { page, number } of both) {
    const read = async () => await page.evaluate("widths") as number[];
    const [first = 0, ...later] = await until(read, (all) => Number(all.at(-1)) >= 640);
    console.log(`${number}: ${[first, ...later].join(", ")}`);
    assert.ok(
      first > 0 && first * 4 <= Math.max(...later),
      `${number} saw widths of ${[first, ...later].join(", ")}`,
    );
  }
});
