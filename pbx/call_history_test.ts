import assert from "node:assert/strict";
import { memoryBook } from "../adapters/memory.ts";
import { HistoryError, historyPage } from "./call_history.ts";

const NOON = Date.UTC(2026, 10, 23, 12);

async function aBook() {
  const book = memoryBook();
  for (const [id, callee] of [["call-0001", "1002"], ["call-0002", "1003"], ["call-0003", "1002"]] as const) {
    const createdAt = NOON + Number(id.slice(-4)) * 1000;
    const entry = { id, caller: "1001", callee, createdAt, endedAt: createdAt + 9000, reason: "hangup" };
    await book.addHistory({ ...entry, acceptedAt: createdAt + 2000, endedBy: "callee" });
  }
  return book;
}

Deno.test("historyPage() gives a page of what was asked for, newest first, and the number of all", async () => {
  const book = await aBook();
  const ids = async (asked: Record<string, unknown>) => {
    const { total, calls } = await historyPage(book, asked);
    return [total, ...calls.map(({ CallId }) => CallId)];
  };
  assert.deepEqual(await ids({}), [3, "call-0003", "call-0002", "call-0001"]);
  assert.deepEqual(await ids({ pageNumber: "2", RowsPerPage: 2 }), [3, "call-0001"]);
  assert.deepEqual(await ids({ Destination: "1002", rowsPerPage: 1 }), [2, "call-0003"]);
  assert.deepEqual(await ids({ Extension: "1003" }), [1, "call-0002"]);
  assert.deepEqual(await ids({ PageNumber: 9 }), [3]);
});

Deno.test("historyPage() tells of a call in the fields of GetCallHistory, and in three of ours", async () => {
  const { calls } = await historyPage(await aBook(), { CallId: "call-0002" });
  assert.deepEqual(calls, [{
    StartTime: "2026-11-23 12:00:02",
    Direction: "Internal",
    Source: "1001",
    Destination: "1003",
    State: "CalleeHungUp",
    Dialed: "1003",
    CallerId: "1001",
    Type: "Audio",
    CallId: "call-0002",
    Reason: "hangup",
    ReasonText: "Somebody hung up",
    Duration: 7,
  }]);
});

Deno.test("historyPage() throws in words for what it does not understand", async () => {
  const book = await aBook();
  const message = "Cannot read the history: From: expected YYYY-MM-DD hh:mm:ss";
  await assert.rejects(
    historyPage(book, { From: "noon" }),
    new HistoryError("From: expected YYYY-MM-DD hh:mm:ss"),
  );
  await assert.rejects(historyPage(book, { from: "noon" }), { name: "HistoryError", message });
  await assert.rejects(historyPage(book, { Colour: "red" }), {
    message: "Cannot read the history: Colour is not known here",
  });
});
