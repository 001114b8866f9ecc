import assert from "node:assert/strict";
import { ENDS, endWord, historyRow, readHistory, timeOf, timeWord } from "./call_history.ts";
import { END_REASONS, ENDINGS } from "./call_state.ts";

const NOON = Date.UTC(2026, 10, 23, 12);

Deno.test("every way to end a call has one classic word, and every word is a filter", () => {
  const words = Object.entries(ENDS).flatMap(([word, ends]) => ends.map((end) => [word, endWord(end)]));
  assert.equal(words.length, 27);
  for (const [word, again] of words) assert.equal(word, again);
});

Deno.test("timeOf() reads what timeWord() and JSON write, days, and nothing else", () => {
  for (const text of [timeWord(NOON), "2026-11-23T12:00:00", new Date(NOON).toJSON()]) {
    assert.equal(timeOf(text), NOON);
  }
  assert.equal(timeOf(new Date(NOON + 7).toJSON()), NOON + 7);
  assert.equal(timeOf("2026-11-23"), NOON - 12 * 3_600_000);
  const wrong = [
    "",
    "noon",
    "2026-02-30",
    "2026-13-01",
    "2026-11-23 25:00:00",
    "2026-11-23 12:00",
    "23.11.2026",
  ];
  assert.deepEqual(wrong.map(timeOf), wrong.map(() => undefined));
});

const entry = { id: "call-1", caller: "1001", callee: "1002", createdAt: NOON, endedAt: NOON + 10_600 };

Deno.test("a row tells the reason by word and sentence, and how long they talked in whole seconds", () => {
  for (const reason of END_REASONS) {
    const row = historyRow({ ...entry, acceptedAt: NOON + 1000, reason });
    assert.deepEqual([row.Reason, row.ReasonText, row.Duration], [reason, ENDINGS[reason], 10]);
  }
  const { Duration, ReasonText, State } = historyRow({ ...entry, reason: "of another version" });
  assert.deepEqual([Duration, ReasonText, State], [0, "", "Error"]);
});

const ALL = { filter: {}, most: 50, skip: 0 };
const READ: readonly [Record<string, unknown>, object][] = [
  [{}, ALL],
  [{ Source: "", From: undefined, State: null, pageNumber: "" }, ALL],
  [{ PageNumber: 3, RowsPerPage: "20" }, { ...ALL, most: 20, skip: 40 }],
  [{ pageNumber: "2", rowsPerPage: 500 }, { ...ALL, most: 500, skip: 500 }],
  [{ source: 1001, Destination: "1002" }, { ...ALL, filter: { caller: "1001", callee: "1002" } }],
  [{ callerId: "1001", dialed: 1002 }, { ...ALL, filter: { caller: "1001", callee: "1002" } }],
  [{ extension: 1001 }, { ...ALL, filter: { party: "1001" } }],
  [{ General: "qdb", CallId: "call-1" }, { ...ALL, filter: { text: "qdb", id: "call-1" } }],
  [{ From: new Date(NOON).toJSON() }, { ...ALL, filter: { since: NOON } }],
  [{ state: "calleehungup" }, { ...ALL, filter: { ends: [{ reason: "hangup", endedBy: "callee" }] } }],
  [{ Direction: "internal" }, ALL],
  [{ Direction: "Inbound", State: "Busy" }, { ...ALL, filter: { ends: [] } }],
  [{ Source: "1001", CallerId: "1002" }, { ...ALL, filter: { caller: "1001", ends: [] } }],
];

for (const [asked, expected] of READ) {
  Deno.test(`readHistory() understands ${JSON.stringify(asked)}`, () => {
    // What is left out and what is undefined are the same filter.
    assert.deepEqual(JSON.parse(JSON.stringify(readHistory(asked))), expected);
  });
}

const WRONG: readonly [Record<string, unknown>, RegExp][] = [
  [{ PageNumber: 0 }, /^PageNumber: expected a number from 1 to 1000000$/],
  [{ pageNumber: 1.5 }, /^PageNumber: expected a number from 1 /],
  [{ RowsPerPage: 501 }, /^RowsPerPage: expected a number from 1 to 500$/],
  [{ RowsPerPage: "many" }, /^RowsPerPage: expected a number/],
  [{ From: "yesterday" }, /^From: expected YYYY-MM-DD hh:mm:ss$/],
  [{ From: NOON }, /^From: expected YYYY-MM-DD hh:mm:ss$/],
  [{ State: "Fine" }, /^State: expected one of .*CalleeHungUp/],
  [{ Direction: 7 }, /^Direction: expected one of Internal, /],
  [{ Source: ["1001"] }, /^Source: expected a text of at most 200 characters$/],
  [{ General: "x".repeat(201) }, /^General: expected a text of at most 200 characters$/],
  [{ Colour: "red" }, /^Colour is not known here$/],
  [{ PAGENUMBER: 1 }, /^PAGENUMBER is not known here$/],
  [{ constructor: "x" }, /^constructor is not known here$/],
  [{ "": "x" }, /^ is not known here$/],
];

for (const [asked, words] of WRONG) {
  Deno.test(`readHistory() tells what is wrong with ${JSON.stringify(asked).slice(0, 50)}`, () => {
    const read = readHistory(asked);
    assert.match("wrong" in read ? read.wrong : "", words);
  });
}
