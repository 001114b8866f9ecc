/**
 * The early line in a real browser: what is heard before the phone's scripts have come, and what becomes of it. The
 * scripts are held back on their way.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../support/until.ts";
import { talk } from "./people.ts";
import { facesOf, PhonePage } from "./phone_page.ts";
import { type Stage, stageTest } from "./stage.ts";

/** What went over a page's sockets. */
interface Wire {
  /** How many there were. */
  sockets: number;
  /** The types of all messages that came in, oldest first. */
  readonly heard: string[];
  readonly said: string[];
}

/** Scripts that do not come before they are let through. */
interface Held {
  readonly wire: Wire;
  release(): void;
}

/** Holds back everything that the page fetches as a script, and takes down what goes over its sockets. */
async function hold(page: Page): Promise<Held> {
  const gate = Promise.withResolvers<void>();
  await page.route(/\/_i\/.*\.js$/, async (route) => {
    await gate.promise;
    // The page may be gone by now.
    await route.continue().catch(() => {});
  });
  return { wire: listen(page), release: gate.resolve };
}

function listen(page: Page): Wire {
  const wire: Wire = { sockets: 0, heard: [], said: [] };
  const typeOf = (payload: string | Uint8Array) => /"type":"(\w+)"/.exec(`${payload}`)?.[1] ?? "";
  page.on("websocket", (socket) => {
    wire.sockets++;
    socket.on("framereceived", ({ payload }) => wire.heard.push(typeOf(payload)));
    socket.on("framesent", ({ payload }) => wire.said.push(typeOf(payload)));
  });
  return wire;
}

/** Whether the page's mark says that it is registered. */
const isMarked = (page: Page): Promise<boolean> =>
  page.evaluate(() => performance.getEntriesByName("registered").length > 0);

/** Opens the page of 1001 by its link, with its scripts held back, and waits until it is registered all the same. */
async function openHeld(stage: Stage, page: Page): Promise<Held> {
  const held = await hold(page);
  await page.goto(stage.server.url("1001"), { waitUntil: "commit" });
  await until(() => isMarked(page), Boolean);
  return held;
}

/** Waits until `phone` sees 1001 so. */
const sees = (phone: PhonePage, status: "online" | "offline") =>
  until(() => phone.entry("1001").getAttribute("data-status"), (seen) => seen === status);

stageTest(
  "a page is registered before its scripts have come, and the phone goes on where it was",
  async (stage) => {
    await stage.server.agent("add", "1011", "--name", "Carol");
    const page = await stage.person();
    const { wire, release } = await openHeld(stage, page);
    assert.deepEqual(await facesOf(page), { phone: "offline", call: "none" }, "no button works yet");
    const marked = await page.evaluate(() => performance.getEntriesByName("registered")[0]?.startTime);

    // Whoever calls now is heard, and is answered as soon as there is a phone: this agent's accepts by itself.
    const other = await stage.phone("1011");
    await other.faces({ phone: "registered" });
    await sees(other, "online");
    await other.dial("1001");
    await until(() => wire.heard, (heard) => heard.includes("invite"));
    release();
    const phone = new PhonePage(page, "1001");
    await phone.faces({ phone: "registered" });
    for (const each of [phone, other]) await each.faces({ call: "established" });
    for (const each of [phone, other]) await each.seesAndHears();

    assert.equal(wire.sockets, 1);
    assert.deepEqual(wire.heard.filter((type) => type === "registered" || type === "invite"), [
      "registered",
      "invite",
    ]);
    assert.ok(!wire.said.includes("register"), "it was said with the question");
    assert.equal(
      await page.evaluate(() => performance.getEntriesByName("registered")[0]?.startTime),
      marked,
      "the mark tells when it was",
    );
    assert.equal(new URL(page.url()).hash, "", "the key has left the address bar");
  },
);

stageTest("a page that is closed before its scripts have come leaves the line at once", async (stage) => {
  await stage.server.agent("add", "1011", "--name", "Carol");
  const other = await stage.phone("1011");
  await other.faces({ phone: "registered" });
  const page = await stage.person();
  const { release } = await openHeld(stage, page);
  await sees(other, "online");
  await page.goto("about:blank");
  // Whoever is lost and not gone is waited for longer than this test waits.
  await sees(other, "offline");
  release();
});

stageTest("a page that comes back by Back connects anew", async (stage) => {
  const page = await stage.person();
  const { wire, release } = await openHeld(stage, page);
  await page.goto(`${stage.server.origin}/health`);
  release();
  await page.goBack();
  await new PhonePage(page, "1001").faces({ phone: "registered" });
  assert.equal(wire.sockets, 2);
});

stageTest(
  "a wrong key: refused without a request of its own, and with the same words as ever",
  async (stage) => {
    const page = await stage.person();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page.goto(`${stage.server.origin}/agent/1001#key=${"x".repeat(43)}`);
    const phone = new PhonePage(page, "1001");
    await phone.says(/This link is no longer valid/);
    await phone.faces({ phone: "denied", call: "none" });
    assert.deepEqual(asked.filter((line) => line.startsWith("POST")), []);
    assert.equal(await isMarked(page), false);
    assert.equal((await page.context().cookies()).length, 0);
    assert.equal(new URL(page.url()).hash, "");
  },
);

stageTest("where no socket comes through, the key is exchanged by a request of its own", async (stage) => {
  const page = await stage.person();
  let refused = 0;
  await page.routeWebSocket(/\/socket$/, (socket) => {
    if (refused++ > 0) socket.connectToServer();
    else socket.close({ code: 1013 });
  });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await page.goto(stage.server.url("1001"));
  await new PhonePage(page, "1001").faces({ phone: "registered" });
  assert.deepEqual(asked.filter((line) => line.startsWith("POST")), ["POST /agent/1001/session"]);
});

stageTest("a page that is loaded again in a call takes it up over its early line", async (stage) => {
  for (const [number, name] of [["1011", "Carol"], ["1012", "Dave"]] as const) {
    await stage.server.agent("add", number, "--name", name);
  }
  const [one, other] = [await stage.phone("1011"), await stage.phone("1012")];
  for (const phone of [one, other]) await phone.faces({ phone: "registered", call: "none" });
  await talk(one, other);
  const { wire, release } = await hold(one.page);
  await one.page.reload({ waitUntil: "commit" });
  await until(() => isMarked(one.page), Boolean);
  release();
  for (const phone of [one, other]) await phone.faces({ phone: "registered", call: "established" });
  for (const phone of [one, other]) await phone.seesAndHears();
  assert.equal(wire.sockets, 1);
});
