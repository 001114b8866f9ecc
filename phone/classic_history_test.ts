import assert from "node:assert/strict";
import { ClassicDesk, ClassicPair, noted } from "../tests/support/classic_desk.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import type * as classic from "./webphone_types.ts";

/** A page with the right to the history, two that have called each other, and a third. */
async function afterCalls() {
  const pair = await ClassicPair.open();
  for (const _ of [1, 2]) {
    const [out] = await pair.talk();
    out.hangUp();
    await pair.settle();
  }
  const eve = await new ClassicDesk(pair.office).connect();
  const call = eve.client.createCall(pair.bob.client.phoneNumber);
  call.start();
  await pair.settle();
  call.hangUp();
  await pair.settle();
  const reader = await new ClassicDesk(pair.office).connectWith("history");
  const received = noted<classic.CallHistoryEntry[]>((f) => reader.client.onCallHistoryInfoReceived(f));
  const errors = noted<classic.ErrorInfo>((f) => reader.client.onErrorOccured(f));
  return { pair, client: reader.client, received, errors };
}

Deno.test("row 38: getCallHistory() answers through the event and the promise, in both cases of the first letter", async () => {
  const { pair, client, received } = await afterCalls();
  await using _ = pair;
  const answer = await client.getCallHistory({ RowsPerPage: 2, Source: pair.ann.client.phoneNumber });
  assert.equal(answer.length, 2);
  const [entry] = answer;
  assert.match(entry?.StartTime ?? "", /^\d{4}(-\d\d){2} (\d\d:){2}\d\d$/);
  assert.equal(entry?.startTime, entry?.StartTime);
  assert.deepEqual([entry?.source, entry?.Destination, entry?.state], [
    pair.ann.client.phoneNumber,
    pair.bob.client.phoneNumber,
    "CallerHungUp",
  ]);
  await settle();
  assert.deepEqual(received, [answer]);
});

Deno.test("getCallHistory() with no filters gives all", async () => {
  const { pair, client } = await afterCalls();
  await using _ = pair;
  assert.equal((await client.getCallHistory()).length, 3);
});

Deno.test("getCallHistoryOfExtension() gives the calls of that one, in both directions", async () => {
  const { pair, client, received } = await afterCalls();
  await using _ = pair;
  const { phoneNumber } = pair.ann.client;
  const answer = await client.helper.getCallHistoryOfExtension(phoneNumber, { PageNumber: 1 });
  assert.equal(answer.length, 2);
  assert.ok(answer.every(({ Source }) => Source === phoneNumber));
  assert.equal((await client.helper.getCallHistoryOfExtension("100")).length, 0);
  await settle();
  assert.equal(received.length, 2);
});

Deno.test("a filter that is not understood rejects with its code, and is told by onErrorOccured", async () => {
  const { pair, client, received, errors } = await afterCalls();
  await using _ = pair;
  await assert.rejects(client.getCallHistory({ From: "yesterday" }), { code: "bad-request" });
  await settle();
  assert.deepEqual(errors.map(({ code }) => code), ["bad-request"]);
  assert.deepEqual(received, []);
});

Deno.test("without the right to the history it throws at once, and while not connected as well", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  assert.throws(() => desk.client.getCallHistory(), { code: "not-connected" });
  await desk.connect();
  const problem = {
    code: "forbidden",
    message: "Cannot act by getCallHistory: there is no right to history",
  };
  assert.throws(() => desk.client.getCallHistory(), problem);
  assert.throws(() => desk.client.helper.getCallHistoryOfExtension("1001"), { code: "forbidden" });
});

Deno.test("filters that are no object are refused", async () => {
  await using office = await Office.open();
  const { client } = await new ClassicDesk(office).connectWith("history");
  const wrong = "1001" as unknown as classic.CallHistoryFilters;
  assert.throws(
    () => client.getCallHistory(wrong),
    /^TypeError: Cannot act by getCallHistory: filters is no object/,
  );
  assert.throws(
    () => client.helper.getCallHistoryOfExtension("1001", wrong),
    /^TypeError: Cannot act by getCallHistoryOfExtension: properties is no object/,
  );
});
