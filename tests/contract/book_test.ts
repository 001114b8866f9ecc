import assert from "node:assert/strict";
import type { Agent, Book } from "../../pbx/ports.ts";
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
  await book.putAgent(anAgent("1003", { line: "Other" }));
  assert.deepEqual(await book.agent("1001"), ada);
  assert.equal(await book.agent("1009"), undefined);
  assert.deepEqual(await book.agents("Webphone1"), [ada, bob]);
  assert.equal((await book.agents()).length, 3);
});

promise("puts an agent in the place of the one with that number", async (book) => {
  await book.putAgent(anAgent("1001"));
  await book.putAgent(anAgent("1001", { name: "Ada", keyHash: "other" }));
  assert.deepEqual(await book.agents(), [anAgent("1001", { name: "Ada", keyHash: "other" })]);
});

promise("removes an agent and the sessions of that agent", async (book) => {
  await book.putAgent(anAgent("1001"));
  await book.putSession("hash-1", "1001", 100);
  await book.putSession("hash-2", "1002", 100);
  assert.equal(await book.removeAgent("1001"), true);
  assert.equal(await book.removeAgent("1001"), false);
  assert.equal(await book.agent("1001"), undefined);
  assert.equal(await book.sessionNumber("hash-1", 0), undefined);
  assert.equal(await book.sessionNumber("hash-2", 0), "1002");
});

promise("knows its lines, however often one is put", async (book) => {
  assert.equal(await book.hasLine("Webphone1"), false);
  await book.putLine("Webphone1");
  await book.putLine("Webphone1");
  assert.equal(await book.hasLine("Webphone1"), true);
});

promise("knows whose a session is until its time is over", async (book) => {
  await book.putSession("hash-1", "1001", 100);
  assert.equal(await book.sessionNumber("hash-1", 99), "1001");
  assert.equal(await book.sessionNumber("hash-1", 100), undefined);
  assert.equal(await book.sessionNumber("hash-2", 0), undefined);
});

promise("ends all sessions of a number", async (book) => {
  await book.putSession("hash-1", "1001", 100);
  await book.putSession("hash-2", "1001", 100);
  await book.putSession("hash-3", "1002", 100);
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
  assert.deepEqual(newest, aHistoryEntry("call-0003", 1_800_000_000_000));
  assert.deepEqual({ acceptedAt: undefined, ...older }, { ...missed, acceptedAt: undefined });
});

promise("writes one call once, though two nodes may end it", async (book) => {
  await book.addHistory(aHistoryEntry("call-0001", 100));
  await book.addHistory(aHistoryEntry("call-0001", 100));
  assert.equal((await book.history(10)).length, 1);
});

promise("keeps apart what is written at the same moment", async (book) => {
  const numbers = Array.from({ length: 20 }, (_, index) => `10${String(index).padStart(2, "0")}`);
  await Promise.all(numbers.map((number) => book.putAgent(anAgent(number))));
  await Promise.all(numbers.map((number) => book.removeAgent(number)));
  assert.deepEqual(await book.agents(), []);
});

promise("is well after opening", (book) => book.check());
