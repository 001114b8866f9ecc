import assert from "node:assert/strict";
import type { Right } from "../../protocol/rights.ts";
import { ApiDesk, refusalOf } from "../../tests/support/api_desk.ts";
import { hashOf } from "../keys.ts";

const SHOP = "https://shop.example";
const HOUR = 3_600_000;

Deno.test("who comes with no token, a wrong one, or one that is over gets 401 and nothing else", async () => {
  await using desk = await ApiDesk.open();
  await desk.token("old", { expires: desk.office.clock.now() });
  const word = await desk.token("word");
  const askings: [Parameters<ApiDesk["ask"]>[1], string][] = [
    [{}, "no-token"],
    [{ headers: { authorization: `Basic ${word}` } }, "no-token"],
    [{ token: "wrong" }, "unknown-token"],
    [{ token: hashOf(word) }, "unknown-token"],
    [{ token: "old" }, "unknown-token"],
  ];
  for (const [asking, code] of askings) {
    const response = await desk.ask("ListExtensions", asking);
    assert.equal(response.headers.get("www-authenticate"), "Bearer");
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    assert.deepEqual(await refusalOf(response), [401, code]);
  }
  assert.equal((await desk.ask("ListExtensions", { token: word })).status, 200);
  assert.deepEqual(desk.waits, [250, 250, 250]);
});

Deno.test("after ten wrong tokens an address waits for the next minute; other addresses do not", async () => {
  await using desk = await ApiDesk.open();
  const token = await desk.token("word");
  for (let tries = 0; tries < 10; tries++) await desk.ask("ListExtensions", { token: "wrong" });
  assert.deepEqual(await refusalOf(await desk.ask("ListExtensions", { token })), [429, "too-many"]);
  const headers = { "x-test-address": "192.0.2.2" };
  assert.equal((await desk.ask("ListExtensions", { token, headers })).status, 200);
  await desk.office.clock.pass(60_000);
  assert.equal((await desk.ask("ListExtensions", { token })).status, 200);
});

const NEEDS: readonly [string, Right, object | undefined][] = [
  ["GetCallHistory", "history", undefined],
  ["ListExtensions", "sessions", undefined],
  ["Hangup", "modify", { CallId: "call-0001" }],
  ["Hold", "modify", { CallId: "call-0001" }],
  ["Unhold", "modify", { CallId: "call-0001" }],
  ["Forward", "modify", { CallId: "call-0001", PhoneNumber: "1003" }],
  ["BlindTransfer", "modify", { CallId: "call-0001", Transferor: "1001", PhoneNumber: "1003" }],
  ["SendDTMF", "modify", { CallId: "call-0001", Key: "1" }],
];

for (const [path, right, body] of NEEDS) {
  Deno.test(`${path} needs the right to ${right}, and no other`, async () => {
    await using desk = await ApiDesk.open();
    const others = (["calls", "messages", "sessions", "modify", "history", "listen"] as const)
      .filter((other) => other !== right);
    await desk.token("lacks", { rights: others });
    await desk.token("has", { rights: [right] });
    const asking = body && { body };
    assert.deepEqual(await refusalOf(await desk.ask(path, { token: "lacks", ...asking })), [
      403,
      "forbidden",
    ]);
    const response = await desk.ask(path, { token: "has", ...asking });
    assert.notEqual(response.status, 403);
  });
}

Deno.test("a token of some pages counts on these only, and only they can read the answer", async () => {
  await using desk = await ApiDesk.open();
  const bound = await desk.token("bound", { origins: [SHOP] });
  const free = await desk.token("free");
  const from = (token: string, headers: Record<string, string>) =>
    desk.ask("ListExtensions", { token, headers });
  const own = await from(bound, { origin: SHOP });
  assert.deepEqual([own.status, own.headers.get("access-control-allow-origin")], [200, SHOP]);
  assert.equal(own.headers.get("vary"), "origin");
  for (const headers of [{ origin: "https://evil.example" }, {}]) {
    const foreign = await from(bound, headers as Record<string, string>);
    assert.equal(foreign.headers.get("access-control-allow-origin"), null);
    assert.deepEqual(await refusalOf(foreign), [403, "wrong-origin"]);
  }
  const anywhere = await from(free, { origin: SHOP });
  assert.deepEqual([anywhere.status, anywhere.headers.get("access-control-allow-origin")], [200, null]);
});

Deno.test("a page of ours reads with a token of ours, though browsers then tell no origin", async () => {
  await using desk = await ApiDesk.open();
  const token = await desk.token("own", { origins: ["http://localhost:7777"] });
  const ask = (site: string) => desk.ask("ListExtensions", { token, headers: { "sec-fetch-site": site } });
  assert.deepEqual([(await ask("same-origin")).status, (await ask("cross-site")).status], [200, 403]);
});

Deno.test("a page is told beforehand that it may ask with a token", async () => {
  await using desk = await ApiDesk.open();
  const headers = { origin: SHOP, "access-control-request-method": "POST" };
  const response = await desk.ask("Hangup", { method: "OPTIONS", headers });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("access-control-allow-origin"), SHOP);
  assert.match(response.headers.get("access-control-allow-headers") ?? "", /authorization/);
  assert.equal(response.headers.get("access-control-allow-credentials"), null);
});

Deno.test("a token makes another one that has what was wished for, and the book keeps its hash only", async () => {
  await using desk = await ApiDesk.open();
  const now = desk.office.clock.now();
  const token = await desk.token("word", { line: "Other", expires: now + HOUR });
  const body = { line: "Other", rights: ["modify", "calls"], seconds: 60, origins: [SHOP] };
  const response = await desk.ask("GenerateSecurityToken", { token, body });
  assert.equal(response.headers.get("cache-control"), "no-store");
  const made = await response.json();
  assert.deepEqual(Object.keys(made), ["token", "expires"]);
  assert.equal(made.expires, now + 60_000);
  assert.equal(await desk.office.book.token(made.token), undefined);
  const { hash: _, ...stored } = await desk.office.book.token(hashOf(made.token)) ?? assert.fail();
  const expires = now + 60_000;
  assert.deepEqual(stored, { line: "Other", rights: ["modify", "calls"], expires, origins: [SHOP] });
  assert.ok(!JSON.stringify(desk.logged).includes(made.token));
});

Deno.test("what is not wished for is as the maker's, within what is usual", async () => {
  await using desk = await ApiDesk.open();
  const now = desk.office.clock.now();
  const stored = async (change: Parameters<ApiDesk["token"]>[1]) => {
    const token = await desk.token("word", change);
    const headers = { origin: SHOP };
    const { token: made } = await (await desk.ask("GenerateSecurityToken", { token, body: {}, headers }))
      .json();
    return await desk.office.book.token(hashOf(made)) ?? assert.fail();
  };
  const short = await stored({ expires: now + HOUR, rights: ["calls", "history"], origins: [SHOP] });
  assert.deepEqual([short.line, short.rights, short.expires], ["Webphone1", ["calls"], now + HOUR]);
  assert.deepEqual(short.origins, [SHOP]);
  const long = await stored({ expires: now + 1000 * HOUR });
  assert.deepEqual([long.rights, long.expires, long.origins], [["calls", "messages"], now + 24 * HOUR, []]);
});

const EXCESSES: readonly [string, object, RegExp][] = [
  ["another line", { line: "Webphone1" }, /is of the line Other$/],
  ["a right more", { rights: ["calls", "modify", "listen"] }, /has no right to modify, listen$/],
  ["a longer time", { seconds: 3601 }, /ends before it, at 1970-01-01T01:16:40.000Z$/],
  [
    "another page",
    { origins: [SHOP, "https://evil.example"] },
    /is for pages of https:\/\/shop.example only$/,
  ],
  ["every page", { origins: [] }, /is for pages of https:\/\/shop.example only$/],
];

for (const [what, body, words] of EXCESSES) {
  Deno.test(`a token makes none for ${what}`, async () => {
    await using desk = await ApiDesk.open();
    const token = await desk.token("word", { line: "Other", rights: ["calls", "history"], origins: [SHOP] });
    const response = await desk.ask("GenerateSecurityToken", { token, body, headers: { origin: SHOP } });
    // The page that the token names may read why.
    assert.equal(response.headers.get("access-control-allow-origin"), SHOP);
    const { code, detail, status } = await response.json();
    assert.deepEqual([status, code], [403, "forbidden"]);
    assert.match(detail, words);
  });
}

Deno.test("a token makes none with no rights, or for what is no origin", async () => {
  await using desk = await ApiDesk.open();
  const token = await desk.token("word", { rights: ["history"] });
  for (const body of [{}, { rights: [] }, { rights: ["history"], origins: ["shop.example"] }]) {
    const response = await desk.ask("GenerateSecurityToken", { token, body });
    assert.deepEqual(await refusalOf(response), [400, "bad-request"]);
  }
});
