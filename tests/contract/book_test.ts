import assert from "node:assert/strict";
import type { Agent, Book, CallHistoryEntry, HistoryFilter, Session, Token } from "../../pbx/ports.ts";
import { BOOKS, holdTo } from "./adapters.ts";

const promise = (words: string, test: (book: Book) => Promise<void>) =>
  holdTo("Book", BOOKS, words, undefined, test);

const anAgent = (number: string, change: Partial<Agent> = {}): Agent => ({
  number,
  name: `Agent ${number}`,
  line: "Webphone1",
  elect: true,
  supervisor: false,
  keyHash: "hash",
  ...change,
});

const aSession = (hash: string, change: Partial<Session> = {}): Session => ({
  hash,
  number: "1001",
  keyHash: "hash",
  expires: 100,
  ...change,
});

const aHistoryEntry = (id: string, createdAt: number) => ({
  id,
  caller: "1001",
  callee: "1002",
  createdAt,
  acceptedAt: createdAt + 5,
  endedAt: createdAt + 10,
  reason: "hangup",
});

promise("gives back agents to the last field, in the order of their numbers", async (book) => {
  const [ada, bob] = [
    anAgent("1001", { name: "Ada Ő'; --", elect: false }),
    anAgent("1002", { supervisor: true }),
  ];
  await book.putAgent(bob);
  await book.putAgent(ada);
  await book.putAgent(anAgent("1003", { line: "Other", email: "ada@example.com", mobile: "+36301234567" }));
  assert.deepEqual(await book.agent("1001"), ada);
  assert.equal(await book.agent("1009"), undefined);
  const { email, mobile } = await book.agent("1003") ?? assert.fail();
  assert.deepEqual([email, mobile], ["ada@example.com", "+36301234567"]);
  assert.deepEqual(await book.agents("Webphone1"), [ada, bob]);
  assert.equal((await book.agents()).length, 3);
});

promise("puts an agent in the place of the one with that number", async (book) => {
  await book.putAgent(anAgent("1001", { email: "ada@example.com", mobile: "555" }));
  await book.putAgent(anAgent("1001", { name: "Ada", keyHash: "other" }));
  assert.deepEqual(await book.agents(), [anAgent("1001", { name: "Ada", keyHash: "other" })]);
});

promise("removes an agent and the sessions of that agent", async (book) => {
  await book.putAgent(anAgent("1001"));
  await book.putAgent(anAgent("1002"));
  await book.putSession(aSession("hash-1"));
  await book.putSession(aSession("hash-2", { number: "1002" }));
  assert.equal(await book.removeAgent("1001"), true);
  assert.equal(await book.removeAgent("1001"), false);
  assert.equal(await book.agent("1001"), undefined);
  assert.equal(await book.sessionNumber("hash-1", 0), undefined);
  assert.equal(await book.sessionNumber("hash-2", 0), "1002");
  await book.putAgent(anAgent("1001"));
  assert.equal(await book.sessionNumber("hash-1", 0), undefined);
});

promise("knows its lines, however often one is put", async (book) => {
  assert.equal(await book.hasLine("Webphone1"), false);
  await book.putLine("Webphone1");
  await book.putLine("Other");
  await book.putLine("Webphone1");
  assert.equal(await book.hasLine("Webphone1"), true);
  assert.deepEqual(await book.lines(), ["Other", "Webphone1"]);
});

promise("knows whose a session is until its time is over", async (book) => {
  await book.putAgent(anAgent("1001"));
  await book.putSession(aSession("hash-1"));
  assert.equal(await book.sessionNumber("hash-1", 99), "1001");
  assert.equal(await book.sessionNumber("hash-1", 100), undefined);
  assert.equal(await book.sessionNumber("hash-2", 0), undefined);
});

promise("knows nobody by a session that was begun with another key than the agent has now", async (book) => {
  await book.putAgent(anAgent("1001", { keyHash: "new" }));
  await book.putSession(aSession("hash-1", { keyHash: "old" }));
  await book.putSession(aSession("hash-2", { keyHash: "new" }));
  assert.equal(await book.sessionNumber("hash-1", 0), undefined);
  assert.equal(await book.sessionNumber("hash-2", 0), "1001");
  await book.putAgent(anAgent("1001", { keyHash: "newest" }));
  assert.equal(await book.sessionNumber("hash-2", 0), undefined);
});

promise("puts a session in the place of the one with that hash", async (book) => {
  await book.putAgent(anAgent("1001"));
  await book.putSession(aSession("hash-1", { keyHash: "old", expires: 50 }));
  await book.putSession(aSession("hash-1"));
  assert.equal(await book.sessionNumber("hash-1", 99), "1001");
});

promise("ends all sessions of a number", async (book) => {
  for (const number of ["1001", "1002"]) await book.putAgent(anAgent(number));
  await book.putSession(aSession("hash-1"));
  await book.putSession(aSession("hash-2"));
  await book.putSession(aSession("hash-3", { number: "1002" }));
  await book.removeSessions("1001");
  const left = await Promise.all(["hash-1", "hash-2", "hash-3"].map((hash) => book.sessionNumber(hash, 0)));
  assert.deepEqual(left, [undefined, undefined, "1002"]);
});

promise("gives the newest calls of its history first, with and without an accept", async (book) => {
  const { acceptedAt: _, ...missed } = aHistoryEntry("call-0002", 200);
  await book.addHistory(aHistoryEntry("call-0001", 100));
  await book.addHistory(aHistoryEntry("call-0003", 1_800_000_000_000));
  await book.addHistory(missed);
  const [newest, older] = await book.history(2);
  assert.deepEqual({ endedBy: undefined, ...newest }, {
    ...aHistoryEntry("call-0003", 1_800_000_000_000),
    endedBy: undefined,
  });
  const gone = { acceptedAt: undefined, endedBy: undefined };
  assert.deepEqual({ ...gone, ...older }, { ...missed, ...gone });
});

promise("writes one call once, though two nodes may end it", async (book) => {
  await book.addHistory(aHistoryEntry("call-0001", 100));
  await book.addHistory(aHistoryEntry("call-0001", 100));
  assert.equal((await book.history(10)).length, 1);
});

const aToken = (hash: string, change: Partial<Token> = {}): Token => ({
  hash,
  line: "Webphone1",
  rights: ["calls", "history"],
  expires: 1_800_000_000_000,
  origins: ["https://shop.example", "https://other.example:8443"],
  ...change,
});

promise(
  "gives back tokens to the last field, and puts one in the place of the one with that hash",
  async (book) => {
    await book.putToken(aToken("hash-1"));
    await book.putToken(aToken("hash-2", { rights: [], origins: [] }));
    assert.deepEqual(await book.token("hash-1"), aToken("hash-1"));
    assert.deepEqual(await book.token("hash-2"), aToken("hash-2", { rights: [], origins: [] }));
    assert.equal(await book.token("hash-3"), undefined);
    await book.putToken(aToken("hash-1", { line: "Other", rights: ["listen"] }));
    assert.deepEqual(await book.token("hash-1"), aToken("hash-1", { line: "Other", rights: ["listen"] }));
  },
);

promise("gives all tokens, those that are over too, the first to end first", async (book) => {
  assert.deepEqual(await book.tokens(), []);
  const tokens = [aToken("hash-3", { expires: 1 }), aToken("hash-2", { origins: [] }), aToken("hash-4")];
  for (const token of tokens) await book.putToken(token);
  assert.deepEqual(await book.tokens(), tokens);
});

promise("removes a token once", async (book) => {
  await book.putToken(aToken("hash-1"));
  await book.putToken(aToken("hash-2"));
  assert.equal(await book.removeToken("hash-1"), true);
  assert.equal(await book.removeToken("hash-1"), false);
  assert.equal(await book.token("hash-1"), undefined);
  assert.ok(await book.token("hash-2"));
});

promise("forgets the tokens and sessions whose time is over, and no others", async (book) => {
  await book.putAgent(anAgent("1001"));
  const times = [99, 100, 101];
  for (const expires of times) {
    await book.putToken(aToken(`hash-${expires}`, { expires }));
    await book.putSession(aSession(`hash-${expires}`, { expires }));
  }
  await book.forgetExpired(100);
  const tokens = await Promise.all(times.map((expires) => book.token(`hash-${expires}`)));
  assert.deepEqual(tokens.map((token) => token?.hash), [undefined, undefined, "hash-101"]);
  // Asked as if it were long ago, so that what is not found is not there.
  const sessions = await Promise.all(times.map((expires) => book.sessionNumber(`hash-${expires}`, 0)));
  assert.deepEqual(sessions, [undefined, undefined, "1001"]);
});

const CALLS: readonly CallHistoryEntry[] = [
  { ...aHistoryEntry("call-0001", 100), endedBy: "callee" },
  { ...aHistoryEntry("call-0002", 200), endedBy: "caller" },
  { ...aHistoryEntry("call-0003", 300), callee: "Qdb3W", reason: "busy", endedBy: undefined },
  { ...aHistoryEntry("call_0004", 300), caller: "1003", reason: "busy", endedBy: "callee" },
];

const MEANT: readonly [string, HistoryFilter, readonly string[]][] = [
  ["all", {}, ["call_0004", "call-0003", "call-0002", "call-0001"]],
  ["one", { id: "call-0002" }, ["call-0002"]],
  ["those of a caller", { caller: "1003" }, ["call_0004"]],
  ["those to a callee", { callee: "Qdb3W" }, ["call-0003"]],
  ["those from or to a number", { party: "1003" }, ["call_0004"]],
  ["those from or to another number", { party: "1002", ends: [{ reason: "busy", endedBy: "callee" }] }, [
    "call_0004",
  ]],
  ["those since a time", { since: 200 }, ["call_0004", "call-0003", "call-0002"]],
  ["those ended by one side", { ends: [{ reason: "hangup", endedBy: "callee" }] }, ["call-0001"]],
  ["those ended by the PBX", { ends: [{ reason: "busy" }] }, ["call-0003"]],
  ["those ended in one of two ways", {
    ends: [{ reason: "busy", endedBy: "callee" }, { reason: "hangup", endedBy: "caller" }],
  }, ["call_0004", "call-0002"]],
  ["those ended in no way", { ends: [] }, []],
  ["those with a part of a number in it, in any letter case", { text: "qDB" }, ["call-0003"]],
  ["those with a part of the id in it, taken as it is", { text: "L_0" }, ["call_0004"]],
  ["those with a sign in it that SQL knows", { text: "%" }, []],
  ["those of which two things are true", { caller: "1001", since: 200 }, ["call-0003", "call-0002"]],
];

for (const [what, filter, ids] of MEANT) {
  promise(`finds of its history ${what}, and counts them`, async (book) => {
    for (const entry of CALLS) await book.addHistory(entry);
    assert.deepEqual((await book.history(10, filter)).map(({ id }) => id), ids);
    assert.equal(await book.historyCount(filter), ids.length);
  });
}

promise("gives its history by pages that neither overlap nor leave a gap", async (book) => {
  for (const entry of CALLS) await book.addHistory(entry);
  const pages = await Promise.all([0, 2, 4].map((skip) => book.history(2, { since: 0 }, skip)));
  assert.deepEqual(pages.map((page) => page.map(({ id }) => id)), [
    ["call_0004", "call-0003"],
    ["call-0002", "call-0001"],
    [],
  ]);
  assert.deepEqual((await book.history(1, {}, 2))[0], CALLS[1]);
});

promise("keeps apart what is written at the same moment", async (book) => {
  const numbers = Array.from({ length: 20 }, (_, index) => `10${String(index).padStart(2, "0")}`);
  await Promise.all(numbers.map((number) => book.putAgent(anAgent(number))));
  await Promise.all(numbers.map((number) => book.removeAgent(number)));
  assert.deepEqual(await book.agents(), []);
});

promise("is well after opening", (book) => book.check());
