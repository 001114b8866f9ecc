import assert from "node:assert/strict";
import { Office } from "../tests/support/office.ts";
import { callId, dialled } from "../tests/support/robot.ts";
import { FORGETTING } from "./sweeper.ts";
import { RING_TIME } from "./switchboard.ts";

Deno.test("a call that is accepted while the sweeper finds it due goes on", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  const { due } = office.calls;
  office.calls.due = async (now) => {
    const found = await due.call(office.calls, now);
    if (found.length > 0) await callee.say({ type: "accept", call: callId("one") });
    return found;
  };
  await office.clock.pass(RING_TIME + 5000);
  assert.deepEqual(caller.of(callId("one")), ["accept"]);
  assert.equal((await office.calls.live()).length, 1);
});

Deno.test("what the book keeps for a time only is forgotten at the start and every hour, an ill book or not", async () => {
  await using office = await Office.open();
  const asked: number[] = [];
  office.book.forgetExpired = (before) => {
    asked.push(before);
    return Promise.reject(new Error("busy"));
  };
  await office.clock.pass(1000);
  const start = office.clock.now();
  assert.deepEqual(asked, [start]);
  await office.clock.pass(FORGETTING - 1000);
  assert.deepEqual(asked, [start]);
  await office.clock.pass(2000);
  assert.deepEqual(asked, [start, start + FORGETTING]);
});
