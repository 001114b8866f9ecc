/**
 * Where the rows of the classic API are played: one server per file, a page of another origin per person, which does
 * nothing by itself but note what it hears.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import type * as classic from "../../phone/webphone_types.ts";
import { installProbe } from "../browser/probe.ts";
import { chromium } from "../browser/stage.ts";
import { browserTest, type CameraAnswer } from "../support/browsers.ts";
import { Server } from "../support/server.ts";
import { until } from "../support/until.ts";
import { Elsewhere } from "./elsewhere.ts";

/** What a page of these tests has noted. */
export interface Notes {
  readonly connection: string[];
  readonly clients: classic.ClientInfo[];
  /** States of each call, told in the order of the calls. */
  readonly states: string[][];
  readonly errors: string[];
  /** What the page wrote to the console as an error. */
  readonly console: string[];
}

/** The globals of those pages, for the functions that run there. */
declare global {
  var OzWebClient: classic.OzWebClient;
  var OzCamera: typeof classic.OzCamera;
  var ConnectionState: typeof classic.ConnectionState;
  var CallState: typeof classic.CallState;
  var CallType: typeof classic.CallType;
  /** The calls of the page, own and incoming, oldest first. */
  var calls: classic.Call[];
  var notes: Notes;
  /** Whether incoming calls are accepted. */
  var accepts: boolean;
  /** Notes what becomes of a call, and keeps it in `calls`. */
  var keep: (call: classic.Call) => classic.Call;
}

const SCRIPT = `
  var notes = { connection: [], clients: [], states: [], errors: [], console: [] };
  var calls = [];
  var accepts = false;
  console.error = function () { notes.console.push([].map.call(arguments, String).join(" ")); };
  function keep(call) {
    var states = [];
    calls.push(call);
    notes.states.push(states);
    call.onCallStateChanged(function (state) { states.push(state); });
    return call;
  }
  if (window.OzWebClient) {
    OzWebClient.onConnectionStateChanged(function (info) { notes.connection.push(info.State); });
    OzWebClient.onClientStateChanged(function (client) { notes.clients.push(client); });
    OzWebClient.onErrorOccured(function (error) { notes.errors.push(error.code); });
    OzWebClient.onIncomingCall(function (call) { keep(call); if (accepts) call.accept(); });
  }`;

const BODY = `<table><tr><td id="cell"></td></tr></table>
  <div id="local"></div><div id="other" style="width: 200px; height: 300px"></div>`;

/** A page with the script of `pbx` in it, or without any. */
export const plainPage = (pbx: string | undefined, head = ""): string =>
  `<!DOCTYPE html><html><head>
  <title>Plain</title><link rel="icon" href="data:,">
  ${pbx ? `<script src="${pbx}/WebphoneAPI"></script>` : ""}${head}<script>${SCRIPT}</script>
  </head><body>${BODY}</body></html>`;

/** How a person's browser is. */
export interface PersonOptions {
  readonly cameras?: CameraAnswer;
  /** The page; the plain one unless told. */
  readonly html?: string;
}

const shared: { server?: Promise<Server>; elsewhere?: Elsewhere } = {};

Deno.test.afterAll(async () => {
  await (await shared.server)?.[Symbol.asyncDispose]();
  await shared.elsewhere?.[Symbol.asyncDispose]();
});

/** One test's people, on the file's server. */
export class Scene implements AsyncDisposable {
  readonly server: Server;
  readonly #contexts: BrowserContext[] = [];
  #pages = 0;

  constructor(server: Server) {
    this.server = server;
  }

  /** A page of another origin in a browser of its own. */
  async person(
    { cameras = "given", html = plainPage(this.server.origin) }: PersonOptions = {},
  ): Promise<Page> {
    shared.elsewhere ??= new Elsewhere();
    const context = await (await chromium(cameras)).newContext();
    this.#contexts.push(context);
    await context.addInitScript(installProbe);
    const page = await context.newPage();
    await page.goto(shared.elsewhere.put(`/${++this.#pages}.html`, html));
    return page;
  }

  /** The same, on the line `Webphone1`; answers its number too, as another page hears of it. */
  async connected(properties?: Record<string, unknown>, options: PersonOptions = {}): Promise<Page> {
    const page = await this.person(options);
    await page.evaluate((properties) => OzWebClient.connect("", "Webphone1", properties), properties);
    await noted(page, ({ connection }) => connection.at(-1) === "ACCESS_GRANTED");
    return page;
  }

  /** Two pages that have heard of each other, and the second's number. */
  async pair(options: PersonOptions = {}): Promise<{ ann: Page; bob: Page; number: string }> {
    const ann = await this.connected({ name: "Ann" }, options);
    const bob = await this.connected({ name: "Bob" }, options);
    await noted(bob, ({ clients }) => clients.some(({ name }) => name === "Ann"));
    const { clients } = await noted(ann, ({ clients }) => clients.some(({ name }) => name === "Bob"));
    return { ann, bob, number: clients.find(({ name }) => name === "Bob")?.phoneNumber ?? "" };
  }

  /** The same in a call with each other. */
  async talk(options: PersonOptions = {}): Promise<{ ann: Page; bob: Page; number: string }> {
    const pair = await this.pair(options);
    await pair.bob.evaluate("accepts = true");
    await dial(pair.ann, pair.number);
    for (const page of [pair.ann, pair.bob]) await reaches(page, "IN_CALL");
    return pair;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const context of this.#contexts) {
      // Leaving the page takes it off the line, which the next test is on as well.
      for (const page of context.pages()) await page.goto("about:blank").catch(() => {});
      await context.close();
    }
  }
}

/** Waits until the page has noted something. */
export function noted(page: Page, hoped: (notes: Notes) => boolean): Promise<Notes> {
  return until(() => page.evaluate(() => notes), hoped);
}

/** Waits until the last call of the page has come to this state, and answers all its states. */
export async function reaches(page: Page, state: string): Promise<string[]> {
  const isThere = ({ states }: Notes) => states.at(-1)?.at(-1) === state;
  isThere.toString = () => `the call to be ${state}`;
  return (await noted(page, isThere)).states.at(-1) ?? [];
}

/** Calls `number`, or with none whom the PBX chooses. */
export const dial = (page: Page, number?: string): Promise<void> =>
  page.evaluate((number) => {
    const call = OzWebClient.createCall(number);
    call.start();
    keep(call);
  }, number);

/** Waits until an incoming call is there, and answers the page's calls so far. */
export const rings = (page: Page): Promise<number> =>
  until(() => page.evaluate(() => calls.length), (count) => count > 0);

/** A test of rows of the checklist. */
export function rowTest(row: string, sentence: string, play: (scene: Scene) => Promise<void>): void {
  browserTest(`row ${row}: ${sentence}`, ["chromium"], async () => {
    shared.server ??= Server.start();
    await using scene = new Scene(await shared.server);
    await play(scene);
  });
}

/** The states in which a call is over. */
export const DEAD = ["NOT_FOUND", "REJECTED", "BUSY", "COMPLETED"];

/** Fails unless the call has gone through just these states, of which the last is the only dead one. */
export function assertStates(states: readonly string[], hoped: readonly string[]): void {
  assert.deepEqual(states, hoped);
  assert.equal(
    states.filter((state) => DEAD.includes(state)).length,
    DEAD.includes(hoped.at(-1) ?? "") ? 1 : 0,
  );
}
