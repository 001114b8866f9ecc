import assert from "node:assert/strict";
import { Bucket } from "./bucket.ts";

Deno.test("a bucket gives what it holds at once, and then as fast as it fills, and never holds more", () => {
  let now = 1000;
  const bucket = new Bucket(() => now, { perSecond: 10, most: 5 });
  const taken = (tries: number) => Array.from({ length: tries }, () => bucket.take()).filter(Boolean).length;
  assert.equal(taken(9), 5);
  now += 200;
  assert.equal(taken(9), 2);
  now += 50;
  assert.equal(taken(9), 0);
  now += 50;
  assert.equal(taken(9), 1);
  now -= 60_000;
  assert.equal(taken(9), 0);
  now += 3_600_000;
  assert.equal(taken(9), 5);
});
