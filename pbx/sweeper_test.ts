import assert from "node:assert/strict";
import { Office } from "../tests/support/office.ts";
import { FORGETTING } from "./sweeper.ts";

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
