import assert from "node:assert/strict";
import { Clock, settle } from "../tests/support/clock.ts";
import { Bucket, tooMany } from "./bucket.ts";

const waitBy = (clock: Clock) => (milliseconds: number) =>
  new Promise<void>((resolve) => void clock.after(milliseconds, resolve));

Deno.test("Bucket.grant() gives at once what is there, and the rest as it fills again", async () => {
  const clock = new Clock();
  const bucket = new Bucket(clock.now, { perSecond: 10, most: 3 });
  let granted = 0;
  void (async () => {
    while (await bucket.grant(waitBy(clock), () => 1)) granted++;
  })();
  await settle();
  assert.equal(granted, 3);
  await clock.pass(1000);
  assert.equal(granted, 13);
});

Deno.test("Bucket.grant() gives nothing more when too many wait", async () => {
  const clock = new Clock();
  const bucket = new Bucket(clock.now, { perSecond: 1, most: 1 });
  assert.equal(await bucket.grant(waitBy(clock), () => 10_001), true, "what is there is there");
  assert.equal(await bucket.grant(waitBy(clock), () => 10_001), false);
});

Deno.test("tooMany() names the call and what it was", () => {
  const message = tooMany({ type: "dtmf", call: "call-0001", key: "1" });
  assert.deepEqual(message, {
    type: "error",
    code: "too-many",
    message: "Cannot pass on this dtmf: too many at once",
    call: "call-0001",
  });
});
