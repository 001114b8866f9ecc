/**
 * Where the rows of the classic API are played: one server per file, a page of another origin per person.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import { mediaOf } from "../browser/phone_page.ts";
import type { Evaluates } from "../browser/phone_page.ts";
import { installProbe } from "../browser/probe.ts";
import { chromium } from "../browser/stage.ts";
import { type BrowserName, browserTest, type CameraAnswer } from "../support/browsers.ts";
import { Server } from "../support/server.ts";
import { until } from "../support/until.ts";
import { Elsewhere } from "./elsewhere.ts";
import { DEAD, dial, installSockets, noted, type Notes, notesOf, plainPage, reaches } from "./plain_page.ts";
import { type Row, ROWS } from "./rows.ts";

/** How a person's browser is, and how it connects. */
export interface PersonOptions {
  readonly cameras?: CameraAnswer;
  /** The page; the plain one unless told. */
  readonly html?: string;
  /** The line, extension or token; `Webphone1` unless told. */
  readonly token?: string;
}

/** Two people, the number by which Bob can be called, and Ann's. */
export interface Pair {
  readonly ann: Page;
  readonly bob: Page;
  readonly number: string;
  readonly numberOfAnn: string;
}

const shared: { server?: Promise<Server>; elsewhere?: Elsewhere; token?: Promise<string> } = {};

Deno.test.afterAll(async () => {
  await (await shared.server)?.[Symbol.asyncDispose]();
  await shared.elsewhere?.[Symbol.asyncDispose]();
});

/** How many pages were put there, and how many people were named, over all scenes of the file. */
const count = { pages: 0, people: 0 };

/** Nobody else in this file has it. */
const newName = (name: string): string => `${name} ${++count.people}`;

/** One test's people, on the file's server. */
export class Scene implements AsyncDisposable {
  readonly #contexts: BrowserContext[] = [];
  #alone: Promise<unknown> | undefined;

  /** `company` tells whether others may be on the line, or those of the test before must have left it. */
  constructor(
    readonly server: Server,
    readonly elsewhere: Elsewhere,
    readonly company: "none" | "some" = "none",
  ) {}

  /** A page of another origin in a browser of its own. */
  async person({ cameras = "given", html }: PersonOptions = {}): Promise<Page> {
    const page = await this.blank(cameras);
    await page.goto(this.put(html));
    return page;
  }

  /** A browser of its own with nothing in it. */
  async blank(cameras: CameraAnswer = "given"): Promise<Page> {
    await this.alone();
    const context = await (await chromium(cameras)).newContext();
    this.#contexts.push(context);
    await context.addInitScript(installProbe);
    await context.addInitScript(installSockets);
    return await context.newPage();
  }

  /** Waits, once, until those of the test before have left the line. */
  alone(): Promise<unknown> {
    const { server, company } = this;
    return this.#alone ??= company === "some" ? Promise.resolve() : isEmpty(server);
  }

  /** Hears every text that those sockets of the page bring which open from now on. */
  listen(page: Page, hear: (text: string) => void): void {
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => hear(String(payload))));
  }

  /** Puts a page there, the plain one unless told, and answers its URL. */
  put(html: string = plainPage(this.server.origin)): string {
    return this.elsewhere.put(`/${++count.pages}.html`, html);
  }

  /** A page of another origin that is on the line. */
  async connected(properties?: Record<string, unknown>, options: PersonOptions = {}): Promise<Page> {
    const page = await this.person(options);
    await connect(page, options.token, properties);
    return page;
  }

  /** The same as the extension of agent `number`. */
  async extension(number: string): Promise<Page> {
    return await this.connected({ Password: this.server.key(number) }, { token: number });
  }

  /** A token with these rights; all of them unless told. */
  async token(...rights: string[]): Promise<string> {
    const all = "calls,messages,sessions,modify,history,listen";
    shared.token ??= this.server.token("--line", "Webphone1", "--may", all);
    const token = await shared.token;
    return rights.length === 0 ? token : await this.lesser({ rights });
  }

  /** A token made of one that has all rights, by the HTTP API. */
  async lesser(wanted: { rights?: string[]; seconds?: number; origins?: string[] }): Promise<string> {
    const response = await fetch(`${this.server.origin}/api/GenerateSecurityToken`, {
      method: "POST",
      headers: { authorization: `Bearer ${await this.token()}`, "content-type": "application/json" },
      body: JSON.stringify(wanted),
    });
    const answer = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer.token;
  }

  /** A page that watches the calls of the others and may do all that there is to do to them, or only some of it. */
  async boss(...rights: string[]): Promise<Page> {
    const page = await this.person();
    await page.evaluate("watch()");
    await connect(page, await this.token(...rights));
    return page;
  }

  /** Two pages that have heard of each other, and the second's number. */
  async pair(options: PersonOptions = {}): Promise<Pair> {
    const [nameOfAnn, nameOfBob] = [newName("Ann"), newName("Bob")];
    const ann = await this.connected({ name: nameOfAnn }, options);
    const bob = await this.connected({ name: nameOfBob }, options);
    const numberOfAnn = await numberOf(bob, nameOfAnn);
    return { ann, bob, numberOfAnn, number: await numberOf(ann, nameOfBob) };
  }

  /** The same in a call with each other. */
  async talk(options: PersonOptions = {}): Promise<Pair> {
    const pair = await this.pair(options);
    await pair.bob.evaluate("accepts = true");
    await dial(pair.ann, pair.number);
    for (const page of [pair.ann, pair.bob]) await reaches(page, "IN_CALL");
    return pair;
  }

  /** Somebody third, and their number. */
  async third(witness: Page, accepts = true): Promise<{ eve: Page; number: string }> {
    const name = newName("Eve");
    const eve = await this.connected({ name });
    await eve.evaluate(`accepts = ${accepts}`);
    return { eve, number: await numberOf(witness, name) };
  }

  /** What the pages have noted, for the message of a failing test. */
  async report(): Promise<string> {
    const open = this.#contexts.flatMap((context) => context.pages());
    const notes = open.map((page) => page.evaluate("JSON.stringify(window.notes)").catch(String));
    return (await Promise.all(notes)).map((text, index) => `\npage ${index + 1}: ${text}`).join("");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const context of this.#contexts) {
      for (const page of context.pages()) await leave(page);
      await context.close();
    }
  }
}

/** Goes on the line, or on it anew, and waits until it is granted. */
export async function connect(
  page: Evaluates,
  token = "Webphone1",
  properties: Record<string, unknown> = {},
): Promise<void> {
  const before = (await notesOf(page)).connection.length;
  await page.evaluate(
    `void OzWebClient.connect("", ${JSON.stringify(token)}, ${JSON.stringify(properties)})`,
  );
  const isGranted = ({ connection }: Notes) =>
    connection.length > before && connection.at(-1) === "ACCESS_GRANTED";
  await noted(page, isGranted);
}

/** Takes the page off the line, which the next test is on as well. */
export async function leave(page: Evaluates): Promise<void> {
  // One that has crashed, or is elsewhere by now, has no client.
  await page.evaluate("window.OzWebClient && OzWebClient.disconnect()").catch(() => {});
}

/** The number of somebody, as `witness` hears of it. */
export async function numberOf(witness: Evaluates, name: string): Promise<string> {
  const isThere = ({ name: other, status }: { name?: unknown; status: string }) =>
    other === name && status === "ONLINE";
  const { clients } = await noted(witness, ({ clients }) => clients.some(isThere));
  return clients.find(isThere)?.phoneNumber ?? "";
}

/** Longer than the PBX waits for a page whose goodbye was lost, in milliseconds. */
const LEAVING = 45_000;

/** Waits until nobody is on the line, as a client hears it. */
async function isEmpty({ origin }: Server): Promise<void> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/socket`);
  const say = (message: Record<string, unknown>) => socket.send(JSON.stringify(message));
  const closed = new Promise((resolve) => socket.onclose = resolve);
  const others = new Map<string, string>();
  let own: string | undefined;
  socket.onopen = () => say({ type: "register", device: crypto.randomUUID(), token: "Webphone1" });
  socket.onmessage = ({ data }) => {
    const { type, number, presence = [], changes = presence } = JSON.parse(data);
    if (type === "registered") own = number;
    for (const { number, status } of changes) others.set(number, status);
  };
  const present = () =>
    own && [...others].filter(([number, status]) => number !== own && status !== "offline");
  await until(present, (present) => present?.length === 0, LEAVING);
  say({ type: "unregister" });
  socket.close();
  await closed;
}

/** How much sound, not counting silence, each of the page's connections has brought. */
const soundOf = async (page: Evaluates) =>
  (await mediaOf(page)).connections.map(({ audioEnergy }) => audioEnergy);

/** Waits until more sound comes over any of the page's connections. */
export async function hears(page: Evaluates): Promise<void> {
  const before = await soundOf(page);
  const isMore = (now: readonly number[]) => now.some((energy, index) => energy > (before[index] ?? 0));
  await until(() => soundOf(page), isMore);
}

/** A test on the file's server. Without the browsers that it needs it is ignored, or fails in CI. */
export function sceneTest(
  name: string,
  play: (scene: Scene) => Promise<void>,
  needs: readonly BrowserName[] = ["chromium"],
): void {
  browserTest(name, needs, async () => {
    shared.server ??= Server.start();
    shared.elsewhere ??= new Elsewhere();
    await using scene = new Scene(await shared.server, shared.elsewhere);
    await play(scene).catch(async (error) => {
      throw new Error(`${error instanceof Error ? error.message : error}${await scene.report()}`, {
        cause: error,
      });
    });
  });
}

/** The test of a row of the checklist, or of the part of it that `which` names. */
export function rowTest(row: Row, play: (scene: Scene) => Promise<void>, which?: string): void {
  sceneTest(`row ${row}: ${ROWS[row]}${which ? ` (${which})` : ""}`, play);
}

/** Fails unless the call has gone through just these states, of which the last is the only dead one. */
export function assertStates(states: readonly string[], hoped: readonly string[]): void {
  assert.deepEqual(states, hoped);
  const dead = states.filter((state) => DEAD.includes(state)).length;
  assert.equal(dead, DEAD.includes(hoped.at(-1) ?? "") ? 1 : 0);
}
