/**
 * Counts that make a phone slow when they grow, whatever the machine: messages and bytes of a call, and what is asked
 * before a page is registered. Times are measured by `deno task bench` alone.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../support/until.ts";
import type { Wired } from "../load/pages/clock.ts";
import { saidIn } from "../load/pages/said.ts";
import { faces } from "./phone_page.ts";
import { stageTest } from "./stage.ts";

/** Messages that the two phones send for a call with nothing at hand; candidates come in as many as the machine likes. */
const MOST_MESSAGES = 9;

/** What these messages are long, in UTF-16 units: two descriptions, and candidates. */
const MOST_BYTES = 12_000;

/** What the two phones send for a call once connections are at hand; candidates that are late come on top. */
const LEAST_WORDS = "invite ringing accept";

/** What a page says after its socket has opened before it is registered; each waits for an answer. */
const MOST_QUESTIONS = 0;

/** Requests until a page is registered: document, style, scripts, the exchange of the key, and the socket. */
const MOST_REQUESTS = 8;

/** Takes down what goes over the page's sockets, and what it asks for before it is registered. */
function listen(page: Page): { readonly wired: Wired[]; readonly asked: string[] } {
  const [wired, asked]: [Wired[], string[]] = [[], []];
  const isRegistered = () => wired.some(({ type }) => type === "registered");
  page.on("request", (request) => isRegistered() || asked.push(request.url()));
  page.on("websocket", (socket) => {
    asked.push(socket.url());
    const note = (way: Wired["way"], text: string) => {
      const [, type = ""] = /"type":"(\w+)"/.exec(text) ?? [];
      wired.push({ way, type, bytes: text.length, at: performance.now() });
    };
    socket.on("framesent", ({ payload }) => note("out", `${payload}`));
    socket.on("framereceived", ({ payload }) => note("in", `${payload}`));
  });
  return { wired, asked };
}

stageTest("a page asks for little before it is registered, and a call takes few messages", async (stage) => {
  const [first, second] = [await stage.person(), await stage.person()];
  const [one, other] = [listen(first), listen(second)];
  await first.goto(stage.server.url("1001"));
  await faces(first, { phone: "registered" });
  const sent = one.wired.slice(0, one.wired.findIndex(({ type }) => type === "registered"));
  const questions = sent.filter(({ way }) => way === "out");
  assert.ok(
    questions.length <= MOST_QUESTIONS,
    `said before it was registered: ${JSON.stringify(questions)}`,
  );
  const asked = one.asked.filter((url) => !url.includes("/icons/"));
  assert.ok(asked.length <= MOST_REQUESTS, `asked for before it was registered: ${asked.join(" ")}`);

  await second.goto(stage.server.url("1002"));
  for (const page of [first, second]) await faces(page, { call: "established" });
  const isWhole = ({ sent }: { sent: string }) => sent.includes("accept");
  await until(() => saidIn([...one.wired, ...other.wired]), isWhole);
  for (const page of [first, second]) {
    await until(() => page.evaluate("performance.getEntriesByName('first-frame').length"), Boolean);
  }
  const said = saidIn([...one.wired, ...other.wired]);
  console.log(`${said.count} messages of ${said.bytes} bytes: ${said.sent}; ${asked.length} requests`);
  assert.ok(said.count <= MOST_MESSAGES, `${said.count} messages: ${said.sent}`);
  assert.ok(said.bytes <= MOST_BYTES, `${said.bytes} bytes: ${said.sent}`);
});

/** Takes down the page's peer connections. */
function keepConnections(): void {
  const all: RTCPeerConnection[] = [];
  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      all.push(this);
    }
  };
  Object.assign(globalThis, { made: all });
}

/** Whether one waits to offer with, its candidates gathered, and one to answer with. */
const AT_HAND = `(() => {
  const idle = made.filter((each) => each.signalingState !== "closed" && !each.remoteDescription);
  return idle.length === 2 && idle.some((each) => each.localDescription && each.iceGatheringState === "complete");
})()`;

stageTest("with connections at hand a call is three messages", async (stage) => {
  await stage.server.agent("add", "1011", "--name", "Alice");
  await stage.server.agent("add", "1012", "--name", "Bob");
  const pages = [
    await stage.person({ before: keepConnections }),
    await stage.person({ before: keepConnections }),
  ];
  const heard = pages.map(listen);
  for (const [index, page] of pages.entries()) {
    await page.goto(stage.server.url(`101${index + 1}`));
    await until(() => page.evaluate(AT_HAND), Boolean);
  }
  const [caller, callee] = pages as [Page, Page];
  const people = caller.getByRole("list", { name: "Directory", exact: true }).getByRole("listitem");
  await people.filter({ hasText: "1012" }).getByRole("button", { name: /^Call/ }).click();
  await callee.getByRole("button", { name: "Accept", exact: true }).click();
  for (const page of pages) {
    await until(() => page.evaluate("performance.getEntriesByName('first-frame').length"), Boolean);
  }
  const said = saidIn(heard.flatMap(({ wired }) => wired));
  console.log(`${said.count} messages of ${said.bytes} bytes: ${said.sent}`);
  assert.equal(said.sent.replaceAll(/ ?\bcandidate\b/g, "").trim(), LEAST_WORDS);
  assert.ok(said.bytes <= MOST_BYTES, `${said.bytes} bytes: ${said.sent}`);
});
