/**
 * The rows that take as long as the PBX or the page is patient. All of them begin together, in browsers and on servers
 * of their own, so that the file takes no longer than the longest of them.
 */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import type { ClientInfo } from "../../phone/webphone_types.ts";
import { installProbe } from "../browser/probe.ts";
import { launchChromium } from "../support/browsers.ts";
import { Server } from "../support/server.ts";
import { until } from "../support/until.ts";
import { DEAD, dial, noted, type Notes, notesOf, plainPage, reaches, rings } from "./plain_page.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { connect, rowTest, Scene, sceneTest } from "./scene.ts";

/** More than any of these may take, in milliseconds: ringing ends after 45 s, a silent phone after 30 s. */
const PATIENCE = 75_000;

/** How long a page that is gone may stay on the line or in a call, in milliseconds; and how often the PBX looks. */
const GRACE = { time: 30_000, step: 10_000 };

const connection = (page: Page, ...states: string[]) =>
  until(() => notesOf(page), ({ connection }) => connection.join() === states.join(), PATIENCE);

async function unreachable(scene: Scene): Promise<void> {
  const page = await scene.person();
  // Another loopback address, on which this server does not listen.
  await page.evaluate(() => void OzWebClient.connect("127.0.0.9", "Webphone1"));
  await connection(page, "CONNECTION_FAILED");
  await page.evaluate(() => void OzWebClient.connect("", "Webphone1"));
  await connection(page, "CONNECTION_FAILED", "ACCESS_GRANTED");
}

async function lostForGood(scene: Scene): Promise<void> {
  await using server = await Server.start();
  const page = await scene.person({ html: plainPage(server.origin) });
  await page.evaluate(() => void OzWebClient.connect("", "Webphone1"));
  await connection(page, "ACCESS_GRANTED");
  await server.stop();
  await connection(page, "ACCESS_GRANTED", "CONNECTION_CLOSED");
  await server.start();
  await page.evaluate(() => void OzWebClient.connect("", "Webphone1"));
  await connection(page, "ACCESS_GRANTED", "CONNECTION_CLOSED", "ACCESS_GRANTED");
}

async function unanswered(scene: Scene): Promise<void> {
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  const over = (page: Page) =>
    until(
      () => page.evaluate(() => notes.states[0] ?? []),
      (states) => DEAD.includes(states.at(-1) ?? ""),
      PATIENCE,
    );
  assert.deepEqual(await over(ann), ["RINGING", "BUSY"]);
  assert.equal((await over(bob)).length, 1);
}

/** How a page can vanish from one moment to the next, with no goodbye of its own making. */
const VANISHINGS = {
  "is killed": async (_page: Page, browser: Browser) => await browser.close(),
  "is reloaded": async (page: Page) => void await page.reload(),
  "crashes": async (page: Page) => {
    const devtools = await page.context().newCDPSession(page);
    // There is nobody to answer.
    void devtools.send("Page.crash").catch(() => {});
  },
  "is put to sleep": async (_page: Page, browser: Browser) => {
    const devtools = await browser.newBrowserCDPSession();
    const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
    for (const { type, id } of processInfo) if (type === "renderer") Deno.kill(id, "SIGSTOP");
  },
  "loses its network": async (_page: Page, browser: Browser) => {
    const devtools = await browser.newBrowserCDPSession();
    const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
    // Sockets stay open, and nothing comes or goes.
    for (const { type, id } of processInfo) if (type !== "browser") Deno.kill(id, "SIGSTOP");
  },
} as const;

/** A page in a browser of its own vanishes in the middle of a call: the other side sees both end in time. */
async function vanishes(scene: Scene, how: keyof typeof VANISHINGS): Promise<void> {
  const browser = await launchChromium();
  try {
    const ghost = await browser.newPage();
    await ghost.addInitScript(installProbe);
    await ghost.goto(scene.put());
    await connect(ghost, "Webphone1", { name: how });
    const { eve, number } = await scene.third(ghost);
    await dial(ghost, number);
    for (const page of [ghost, eve]) await reaches(page, "IN_CALL");
    const isGhost = ({ name }: ClientInfo) => name === how;
    const [came] = (await noted(eve, ({ clients }) => clients.some(isGhost))).clients.filter(isGhost);
    const since = Date.now();
    await VANISHINGS[how](ghost, browser);
    const isOver = ({ clients, states }: Notes) =>
      states[0]?.at(-1) === "COMPLETED" && clients.findLast(isGhost)?.status === "OFFLINE";
    const { clients, states } = await until(() => notesOf(eve), isOver, PATIENCE);
    const took = Date.now() - since;
    // A busy machine may look late, but not by as much as a second grace time.
    assert.ok(took < GRACE.time + 2 * GRACE.step, `${took} ms`);
    assert.deepEqual(clients.findLast(isGhost), { ...came, status: "OFFLINE" });
    assert.deepEqual(states, [["IN_CALL", "COMPLETED"]]);
    // Nothing of it rings, either.
    await dial(eve, came?.phoneNumber);
    await reaches(eve, "NOT_FOUND");
  } finally {
    await end(browser);
  }
}

/** Ends a browser, also one that is asleep. */
async function end(browser: Browser): Promise<void> {
  if (!browser.isConnected()) return;
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  for (const { type, id } of processInfo) if (type !== "browser") Deno.kill(id, "SIGCONT");
  await browser.close();
}

/** All that takes its time, begun by whichever test comes first; each test waits for its own. */
class Long {
  #begun: Map<string, Promise<unknown>> | undefined;

  constructor(readonly plays: Readonly<Record<string, (scene: Scene) => Promise<void>>>) {}

  /** Waits for the end of one of them. Throws as that has thrown. */
  async end(name: string, { server, elsewhere }: Scene): Promise<void> {
    this.#begun ??= new Map(
      Object.entries(this.plays).map(([name, play]) => [name, this.#play(play, server, elsewhere)]),
    );
    const failure = await this.#begun.get(name);
    if (failure) throw failure;
  }

  /** The error, if any: it must not be thrown before somebody waits for it. */
  async #play(play: (scene: Scene) => Promise<void>, server: Server, elsewhere: Elsewhere) {
    await using scene = new Scene(server, elsewhere, "some");
    return await play(scene).then(() => undefined, (error: unknown) => error);
  }
}

const long = new Long({
  unreachable,
  lostForGood,
  unanswered,
  ...Object.fromEntries(
    Object.keys(VANISHINGS).map((how) => [
      how,
      (scene: Scene) => vanishes(scene, how as keyof typeof VANISHINGS),
    ]),
  ),
});

rowTest("13", (scene) => long.end("unreachable", scene));
rowTest("14", (scene) => long.end("lostForGood", scene), "lost for good");
rowTest("46", (scene) => long.end("unanswered", scene));
rowTest("24", (scene) => long.end("loses its network", scene), "it loses the network");
rowTest("66", (scene) => long.end("crashes", scene), "the page crashes");
rowTest("66", (scene) => long.end("loses its network", scene), "it loses the network");

for (const how of ["is killed", "is reloaded", "is put to sleep"] as const) {
  sceneTest(
    `a page that ${how} leaves no call and no presence longer than the grace time`,
    (scene) => long.end(how, scene),
  );
}
