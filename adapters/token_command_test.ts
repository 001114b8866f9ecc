import assert from "node:assert/strict";
import { hashOf } from "./keys.ts";
import { memoryBook } from "./memory.ts";
import { runTokenCommand } from "./token_command.ts";

const NOW = 1_000_000;

async function aHouse() {
  const book = memoryBook();
  await book.putLine("Other");
  const run = async (...words: string[]) => {
    const printed: string[] = [];
    await runTokenCommand(words, { book, now: () => NOW, print: (line) => void printed.push(line) });
    return printed;
  };
  return { book, run };
}

Deno.test("new prints a token of 256 bits as its last line, and the book has its hash only", async () => {
  const { book, run } = await aHouse();
  const printed = await run("new", "--line", "Webphone1");
  const token = printed.at(-1) ?? "";
  assert.match(token, /^[\w-]{43}$/);
  assert.ok(!printed.slice(0, -1).some((line) => line.includes(token)));
  assert.equal(await book.token(token), undefined);
  assert.deepEqual(await book.token(hashOf(token)), {
    hash: hashOf(token),
    line: "Webphone1",
    rights: ["calls", "messages"],
    expires: NOW + 86_400_000,
    origins: [],
  });
  assert.notEqual((await run("new", "--line", "Webphone1")).at(-1), token);
});

Deno.test("new takes rights, time and origins as they are told", async () => {
  const { book, run } = await aHouse();
  const flags = ["--may", "listen, calls,calls", "--for=90s", "--origin", "https://Shop.example/"];
  const printed = await run("new", "--line", "Other", ...flags, "--origin", "http://localhost:8080");
  const { rights, expires, origins, line } = await book.token(hashOf(printed.at(-1) ?? "")) ?? assert.fail();
  assert.deepEqual([line, rights, expires], ["Other", ["calls", "listen"], NOW + 90_000]);
  assert.deepEqual(origins, ["https://shop.example", "http://localhost:8080"]);
  for (const [time, seconds] of [["15m", 900], ["8h", 28_800], ["2d", 172_800]] as const) {
    const token = (await run("new", "--line", "Other", "--for", time)).at(-1) ?? "";
    assert.equal((await book.token(hashOf(token)))?.expires, NOW + seconds * 1000);
  }
});

Deno.test("new makes the book forget the tokens whose time is over", async () => {
  const { book, run } = await aHouse();
  await book.putToken({ hash: "old", line: "Other", rights: [], expires: NOW, origins: [] });
  await run("new", "--line", "Other");
  assert.equal(await book.token("old"), undefined);
});

Deno.test("list tells of each token what it is good for, by its hash and never by itself", async () => {
  const { book, run } = await aHouse();
  const flags = [
    "--may=history",
    "--for=1h",
    "--origin",
    "https://a.example",
    "--origin",
    "https://b.example",
  ];
  const tokens = [
    (await run("new", "--line", "Other")).at(-1),
    (await run("new", "--line", "Other", ...flags)).at(-1),
  ];
  await book.putToken({ hash: "-old-hash-old-hash", line: "Other", rights: [], expires: NOW, origins: [] });
  const listed = await run("list");
  const [day, hour] = tokens.map((token) => hashOf(token ?? "").slice(0, 12));
  assert.deepEqual(listed, [
    "-old-hash-ol\tOther\t\tover since 1970-01-01T00:16:40.000Z\tany page",
    `${hour}\tOther\thistory\tuntil 1970-01-01T01:16:40.000Z\thttps://a.example,https://b.example`,
    `${day}\tOther\tcalls,messages\tuntil 1970-01-02T00:16:40.000Z\tany page`,
  ]);
});

Deno.test("remove takes away the one token whose hash begins so", async () => {
  const { book, run } = await aHouse();
  for (const hash of ["abcd1", "abcd2", "-abc3"]) {
    await book.putToken({ hash, line: "Other", rights: [], expires: NOW, origins: [] });
  }
  await assert.rejects(run("remove", "abcd"), {
    message: "Cannot remove token abcd: there are 2 that begin so",
  });
  assert.deepEqual(await run("remove", "-abc"), ["Removed the token -abc3 of Other."]);
  await run("remove", "abcd2");
  assert.deepEqual((await book.tokens()).map(({ hash }) => hash), ["abcd1"]);
});

const LINE = ["new", "--line", "Other"];
const WRONG: readonly [string[], RegExp][] = [
  [["new"], /^Cannot make token: tell its line, such as --line Webphone1$/],
  [["new", "--line", "Nowhere"], /^Cannot make token: there is no line Nowhere$/],
  [["new", "--line"], /^Cannot make token: Option '--line <value>' argument missing$/],
  [[...LINE, "--may", "calls,fly"], /^Cannot make token: --may calls,fly: expected some of calls,messages,/],
  [[...LINE, "--may", ""], /^Cannot make token: --may : expected some of /],
  [[...LINE, "--for", "1w"], /^Cannot make token: --for 1w: expected a time such as 90s, 15m, 8h or 1d/],
  [[...LINE, "--for", "0d"], /^Cannot make token: --for 0d: expected a time/],
  [[...LINE, "--for", "99999d"], /^Cannot make token: --for 99999d: .* ten years at most$/],
  [[...LINE, "--origin", "shop.example"], /^Cannot make token: --origin shop.example: expected an origin/],
  [[...LINE, "--origin", "https://shop.example/path"], /^Cannot make token: --origin .*: expected an origin/],
  [[...LINE, "--color", "red"], /^Cannot make token: Unknown option '--color'$/],
  [[...LINE, "more"], /^Cannot make token: unknown argument more$/],
  [["list", "more"], /^Cannot list tokens: unknown argument more$/],
  [["remove"], /^Cannot remove token: tell the first 4 signs or more of what token list shows$/],
  [["remove", "abc"], /^Cannot remove token: tell the first 4 signs/],
  [["remove", "abcd", "efgh"], /^Cannot remove token: unknown argument efgh$/],
  [["remove", "abcd"], /^Cannot remove token abcd: there is no such token$/],
  [["old"], /^Cannot run "token old": expected new, list or remove$/],
  [[], /^Cannot run "token ": expected new/],
];

for (const [words, message] of WRONG) {
  Deno.test(`token ${JSON.stringify(words)} is refused in words`, async () => {
    await assert.rejects((await aHouse()).run(...words), { message });
  });
}
