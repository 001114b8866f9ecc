import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { freePort, Server } from "../support/server.ts";
import { until } from "../support/until.ts";
import { barriers } from "./barriers.ts";
import { PhonePage } from "./phone_page.ts";
import { behindFirewall, ourRelay, relayTest } from "./relays.ts";
import { type PersonOptions, type Stage, stageTest } from "./stage.ts";

const LOOKS: readonly PersonOptions[] = [
  { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { colorScheme: "dark", viewport: { width: 390, height: 844 } },
];

const BUTTON = "Check the network";

/** Longer than any way to the relay is tried, and than a call may look for its way; in milliseconds. */
const PATIENCE = 60_000;

/** Opens the check by keyboard, waits for its verdict, and answers all that it says. */
async function check(phone: PhonePage, verdict: RegExp): Promise<string> {
  const dialog = phone.page.getByRole("dialog", { name: "Check of the network" });
  await phone.button(BUTTON).waitFor();
  await phone.tabTo(BUTTON);
  await phone.page.keyboard.press("Enter");
  const status = dialog.getByRole("status");
  await until(() => status.innerText(), (said) => verdict.test(said), PATIENCE);
  return (await dialog.innerText()).replaceAll(/\s+/g, " ");
}

for (const look of LOOKS) {
  const { colorScheme, viewport } = look;
  stageTest(
    `without a relay the check of the network says so and when one is needed, ${colorScheme}, ${viewport?.width} wide`,
    async (stage) => {
      const phone = await stage.phone("1001", { ...look, reducedMotion: "reduce" });
      await phone.faces({ phone: "registered", call: "none" });
      const said = await check(phone, /needed where .* firewall/);
      assert.match(said, /Signalling works, \d+ ms there and back/);
      assert.match(said, /Relay this server has none/);
      assert.match(said, /may need a relay, and this server has none\..*TURN=coturn:/);
      assert.deepEqual(await barriers(phone), []);

      await phone.page.keyboard.press("Escape");
      await phone.page.getByRole("dialog").waitFor({ state: "detached" });
      await phone.takesFocus(phone.button(BUTTON));
    },
  );
}

stageTest("the check of the network says when the server does not answer", async (stage) => {
  const phone = await stage.phone("1001");
  await phone.faces({ phone: "registered" });
  await phone.button(BUTTON).waitFor();
  await check(phone, /none\./);
  await stage.server.stop();
  await phone.press("Check again");
  await phone.says(/Signalling the server does not answer/);
  await phone.says(/The server cannot be reached/);
  await stage.server.start();
});

/** The phone behind this URL, in this browser. */
async function open(stage: Stage, browser: Browser, url: string): Promise<PhonePage> {
  const context = await browser.newContext();
  await stage.watch(context);
  const page = await context.newPage();
  await page.goto(url);
  const phone = new PhonePage(page, /\d{4}(?=#)/.exec(url)?.[0] ?? "");
  await phone.faces({ phone: "registered" });
  return phone;
}

relayTest("the check of the network finds every way to our relay", ourRelay, async (stage, browser) => {
  const phone = await open(stage, browser, stage.server.url("1001"));
  const said = await check(phone, /^All is well/);
  assert.match(
    said,
    /Relay by UDP works Relay by TCP works Relay by TLS works UDP gets through to the relay/,
  );
});

const port = freePort();

relayTest(
  "the check of the network says that the relay refuses whoever has a wrong secret",
  () => ourRelay(port),
  async (stage, browser) => {
    await using other = await Server.start({ TURN: `turn://127.0.0.1:${port}?secret=wrong` });
    const phone = await open(stage, browser, other.url("1001"));
    const said = await check(phone, /^The relay refuses this phone: ask whoever runs the server\./);
    assert.match(said, /Relay by UDP refuses this phone \(401/);
  },
);

/** Two people whose networks let nothing through, in a call that has no way. */
async function cutOff(stage: Stage, browser: Browser, look: PersonOptions): Promise<PhonePage> {
  const both = [
    await behindFirewall(stage, browser, "1001", "^turn:", { ...look, reducedMotion: "reduce" }),
    await behindFirewall(stage, browser, "1002", "^turn:"),
  ] as const;
  for (const phone of both) await phone.faces({ call: "established" });
  await both[0].says(/Agent 1002 cannot be reached at the moment – trying again…/);
  return both[0];
}

for (const look of LOOKS) {
  relayTest(
    `a call that finds no way says that it needs a relay, ${look.colorScheme}, ${look.viewport?.width} wide`,
    () => ({}),
    async (stage, browser) => {
      const alice = await cutOff(stage, browser, look);
      await alice.says(/No direct way to Agent 1002 was found\..*needs a relay.*TURN=coturn:/);
      assert.deepEqual(await barriers(alice), []);
    },
  );
}

relayTest(
  "a call that finds no way says that the relay cannot be reached",
  () => ({ TURN: `turn://127.0.0.1:${freePort()}?secret=any` }),
  async (stage, browser) => {
    const alice = await cutOff(stage, browser, {});
    await alice.says(
      /No way to Agent 1002 was found\..*The relay cannot be reached from here: UDP.*TCP.*\(701/,
    );
  },
);

declare global {
  var vanish: () => void;
}

/** Runs in the page before its scripts, and so stands alone: it can be made to neither say nor hear nor send anything. */
function mayVanish(): void {
  const Original = globalThis.WebSocket;
  const sockets: WebSocket[] = [];
  let isGone = false;
  globalThis.WebSocket = class extends Original {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
      if (isGone) this.close();
    }
  };
  globalThis.vanish = () => {
    isGone = true;
    for (const socket of sockets) Object.assign(socket, { send: () => {}, onmessage: null, onclose: null });
    for (const connection of globalThis.probe.connections) {
      for (const sender of connection.getSenders()) void sender.replaceTrack(null);
    }
  };
}

stageTest(
  "whoever is in a call with somebody who vanishes is told that it is the other side",
  async (stage) => {
    const alice = await stage.phone("1001");
    const bob = await stage.phone("1002", { before: mayVanish });
    for (const phone of [alice, bob]) await phone.seesAndHears();
    await bob.page.evaluate(() => vanish());
    await alice.says(/Agent 1002 cannot be reached at the moment – trying again…/);
    // The PBX waits for it, and so do we.
    await until(() => alice.words(), (said) => /The connection to Agent 1002 was lost/.test(said), PATIENCE);
  },
);
