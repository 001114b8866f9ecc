/**
 * Links between real browsers: connections to trusted contacts that stand before any call, and calls over them.
 */
import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { processOf } from "./house_process.ts";
import { PhonePage } from "./phone_page.ts";
import { type Stage, stageTest } from "./stage.ts";

/** Agents by name, in the order of their numbers. */
const NAMES = ["Alice", "Bob", "Carol"] as const;

/** So many of them on the line; with `--elect` they are in a call soon. */
async function agents(stage: Stage, count = 2, more: readonly string[] = []): Promise<PhonePage[]> {
  const phones: PhonePage[] = [];
  for (const [index, name] of NAMES.slice(0, count).entries()) {
    const number = `101${index + 1}`;
    await stage.server.agent("add", number, "--name", name, ...more);
    phones.push(await stage.phone(number));
  }
  for (const phone of phones) await phone.faces({ phone: "registered" });
  return phones;
}

const toggleFor = (phone: PhonePage, number: string) =>
  phone.entry(number).getByRole("button", { name: "Keep connected", exact: true });

/** Waits until the link with `number` is so: `off`, `wanted` or `standing`. */
async function linkIs(phone: PhonePage, number: string, hoped: string): Promise<void> {
  const isMet = (seen: string | null) => seen === hoped;
  isMet.toString = () => `${phone.number} to ${number}: ${hoped}`;
  await until(() => toggleFor(phone, number).getAttribute("data-link"), isMet);
}

async function link(one: PhonePage, other: PhonePage): Promise<void> {
  await toggleFor(one, other.number).click();
  await toggleFor(other, one.number).click();
  await linkIs(one, other.number, "standing");
  await linkIs(other, one.number, "standing");
}

/** How many peer connections of calls and links the page has that are not closed. */
const alive = async (phone: PhonePage): Promise<number> =>
  (await phone.media()).connections.filter(({ connection }) => connection !== "closed").length;

/** What of the page's socket concerns a call or a link, from now on. */
function listen({ page }: PhonePage): string[] {
  const types: string[] = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => types.push(/"type":"(\w+)"/.exec(`${payload}`)?.[1] ?? ""));
  });
  return types;
}

async function talksByLink(caller: PhonePage, callee: PhonePage): Promise<void> {
  await caller.dial(callee.number);
  await callee.press("Accept");
  for (const phone of [caller, callee]) {
    await phone.faces({ call: "established" });
    await phone.seesAndHears();
    assert.equal(await alive(phone), 1, "over the connection that was there");
  }
}

async function bothMove(...phones: readonly PhonePage[]): Promise<void> {
  for (const phone of phones) {
    const count = async () => (await phone.media()).connections.at(-1)?.framesDecoded ?? 0;
    const before = await count();
    await until(count, (now) => now > before + 5 || (now > 5 && now < before));
  }
}

stageTest("off by default, and nothing is connected before both have switched it on", async (stage) => {
  await stage.server.agent("add", "1011", "--name", "Alice");
  await stage.server.agent("add", "1012", "--name", "Bob");
  const pages = [await stage.person(), await stage.person()];
  const [alice, bob] = pages.map((page, index) => new PhonePage(page, `101${index + 1}`)) as [
    PhonePage,
    PhonePage,
  ];
  const said = [listen(alice), listen(bob)];
  for (const phone of [alice, bob]) await phone.page.goto(stage.server.url(phone.number));
  for (const phone of [alice, bob]) await phone.faces({ phone: "registered", call: "none" });
  for (const [phone, other] of [[alice, "1012"], [bob, "1011"]] as const) {
    await linkIs(phone, other, "off");
    assert.equal(await toggleFor(phone, other).getAttribute("aria-pressed"), "false");
  }
  await alice.says(/each can see the other's network address/);
  await toggleFor(alice, "1012").click();
  await linkIs(alice, "1012", "wanted");
  // The wish has gone out, and whatever might follow from it would have.
  await until(() => said[0], (types) => types?.includes("links") ?? false);
  await alice.page.waitForTimeout(1000);
  assert.deepEqual([await alive(alice), await alive(bob)], [0, 0]);
  assert.deepEqual(said.flat().filter((type) => type === "linking"), []);
  await toggleFor(bob, "1011").click();
  await linkIs(alice, "1012", "standing");
  assert.equal(await alive(alice), 1);
  const { connections: [link] } = await alice.media();
  assert.deepEqual([link?.sending, link?.mediaBytesSent], [0, 0]);
});

stageTest(
  "a linked call shows pictures both ways, takes few messages, and the link is made anew",
  async (stage) => {
    const [alice, bob] = await agents(stage) as [PhonePage, PhonePage];
    await link(alice, bob);
    await talksByLink(alice, bob);
    await alice.press("Hold");
    await until(() => alice.isPressed("Hold"), (isPressed) => isPressed);
    await bob.says(/hold/i);
    await alice.press("Hold");
    await bothMove(alice, bob);
    await alice.press("Hang up");
    for (const phone of [alice, bob]) await phone.faces({ call: "ended" });
    await linkIs(alice, "1012", "standing");
    await linkIs(bob, "1011", "standing");
    for (const phone of [alice, bob]) assert.equal(await alive(phone), 1, "the one of the call is closed");
  },
);

stageTest("a callee by hand sends nothing over the link before Accept", async (stage) => {
  const [alice, bob] = await agents(stage) as [PhonePage, PhonePage];
  await link(alice, bob);
  await alice.dial("1012");
  for (const phone of [alice, bob]) await phone.faces({ call: "ringing" });
  const { shown } = await until(() => bob.media(), ({ shown }) => (shown?.width ?? 0) > 0);
  assert.equal(shown?.isMuted, true);
  const { connections, local } = await bob.media();
  assert.deepEqual(connections.map(({ sending, mediaBytesSent }) => [sending, mediaBytesSent]), [[0, 0]]);
  assert.deepEqual(local, [], "the callee's devices were not asked for");
  assert.equal(await bob.page.getByLabel("Remote video").isVisible(), false);
  await bob.press("Accept");
  for (const phone of [alice, bob]) await phone.seesAndHears();
});

stageTest("an elected call goes over the link, and both agree on it", async (stage) => {
  const [alice, bob] = await agents(stage, 2, ["--elect"]) as [PhonePage, PhonePage];
  for (const phone of [alice, bob]) await phone.faces({ call: "established" });
  await alice.press("Hang up");
  for (const phone of [alice, bob]) await phone.faces({ call: "ended" });
  await link(alice, bob);
  await alice.press("Ready for calls");
  for (const phone of [alice, bob]) {
    await phone.faces({ call: "established" });
    await phone.seesAndHears();
    assert.equal(await alive(phone), 1);
  }
  await bob.press("Hang up");
  for (const phone of [alice, bob]) await phone.faces({ call: "ended" });
});

stageTest("where the other page was loaded again just now, the call goes the usual way", async (stage) => {
  const [alice, bob] = await agents(stage) as [PhonePage, PhonePage];
  await link(alice, bob);
  await bob.page.reload();
  await bob.faces({ phone: "registered", call: "none" });
  await alice.dial("1012");
  await bob.press("Accept");
  for (const phone of [alice, bob]) {
    await phone.faces({ call: "established" });
    await phone.seesAndHears();
  }
});

stageTest(
  "whoever switches it off ends the link for both; the sixth contact is refused in words",
  async (stage) => {
    for (let digit = 3; digit <= 7; digit++) {
      await stage.server.agent(
        "add",
        `101${digit}`,
        "--name",
        `No ${digit}`,
      );
    }
    const [alice, bob] = await agents(stage) as [PhonePage, PhonePage];
    await link(alice, bob);
    await toggleFor(bob, "1011").click();
    await linkIs(alice, "1012", "wanted");
    for (const phone of [alice, bob]) await until(() => alive(phone), (count) => count === 0);
    for (let digit = 3; digit <= 6; digit++) await toggleFor(alice, `101${digit}`).click();
    await toggleFor(alice, "1017").click();
    await alice.says(/Cannot keep more than 5/);
    assert.equal(await toggleFor(alice, "1017").getAttribute("aria-pressed"), "false");
    await alice.page.reload();
    await until(() => alice.page.locator(".keep[aria-pressed=true]").count(), (count) => count === 5);
  },
);

stageTest("a linked call lives through a killed server and a reload of either page", async (stage) => {
  const [alice, bob] = await agents(stage) as [PhonePage, PhonePage];
  await link(alice, bob);
  await talksByLink(alice, bob);
  Deno.kill(processOf(stage.server), "SIGKILL");
  await stage.server.stop();
  await stage.server.start();
  for (const phone of [alice, bob]) await phone.faces({ phone: "registered", call: "established" });
  await bothMove(alice, bob);
  for (const phone of [alice, bob]) {
    await phone.page.reload();
    await phone.faces({ phone: "registered", call: "established" });
    await bothMove(alice, bob);
  }
});

stageTest("a linked call is transferred to somebody else", async (stage) => {
  const [alice, bob, carol] = await agents(stage, 3) as [PhonePage, PhonePage, PhonePage];
  await link(alice, bob);
  await talksByLink(alice, bob);
  await alice.press("Transfer");
  await alice.press("Transfer to Carol");
  await carol.press("Accept");
  for (const phone of [bob, carol]) {
    await phone.faces({ call: "established" });
    await phone.seesAndHears();
  }
  await alice.faces({ call: "ended" });
});

stageTest("a link whose connection is lost is made anew, and carries the next call", async (stage) => {
  const [alice, bob] = await agents(stage) as [PhonePage, PhonePage];
  await link(alice, bob);
  // A browser tells of a connection that is lost, but not of one that the page itself has closed.
  await alice.page.evaluate(
    "(({ connections: [lost] }) => (lost.close(), lost.dispatchEvent(new Event('connectionstatechange'))))(probe)",
  );
  await linkIs(bob, "1011", "wanted");
  for (const [phone, other] of [[alice, bob], [bob, alice]] as const) {
    await linkIs(phone, other.number, "standing");
  }
  await talksByLink(bob, alice);
});

stageTest("two linked contacts that dial each other at the same moment are in one call", async (stage) => {
  const [alice, bob] = await agents(stage) as [PhonePage, PhonePage];
  await link(alice, bob);
  await Promise.all([alice.dial("1012"), bob.dial("1011")]);
  for (const phone of [alice, bob]) {
    await until(async () => {
      const accept = phone.button("Accept");
      if (await accept.count() > 0) await accept.click();
      return await phone.faces({});
    }, ({ call }) => call === "established");
    await phone.seesAndHears();
  }
});
