import assert from "node:assert/strict";
import fc from "fast-check";
import { byWaiting, elect, isWaiting } from "./elect.ts";
import type { Presence } from "./presence.ts";

const waiting = (number: string, since: number): Presence => ({
  number,
  since,
  status: "online",
  elect: true,
});

const presences = fc.uniqueArray(
  fc.record({
    number: fc.integer({ min: 1000, max: 1999 }).map(String),
    since: fc.nat(5),
    status: fc.constantFrom<Presence["status"]>("online", "busy", "offline"),
    elect: fc.boolean(),
  }),
  { selector: ({ number }) => number, maxLength: 12 },
);

Deno.test("elect() tells exactly one of two waiting phones to call, whatever the order of the list", () => {
  fc.assert(fc.property(fc.nat(), fc.nat(), fc.boolean(), (a, b, swap) => {
    const list = [waiting("1001", a), waiting("1002", b)];
    if (swap) list.reverse();
    const calls = [elect(list, "1001"), elect(list, "1002")].filter(Boolean);
    assert.equal(calls.length, 1);
  }));
});

Deno.test("elect() lets the longest-waiting phone be called", () => {
  assert.equal(elect([waiting("1001", 7), waiting("1002", 3)], "1001"), "1002");
});

Deno.test("elect() forms pairs until at most one waiting phone is left", () => {
  fc.assert(fc.property(presences, (list) => {
    const phones = list.filter(isWaiting).map(({ number }) => number);
    const pairs = phones.flatMap((number) => {
      const called = elect(list, number);
      return called === undefined ? [] : [[number, called]];
    });
    const paired = pairs.flat();
    assert.equal(new Set(paired).size, paired.length, "nobody is in two pairs");
    assert.equal(pairs.length, Math.floor(phones.length / 2));
    for (const number of paired) assert.ok(phones.includes(number), "only those who wait are paired");
  }));
});

Deno.test("elect() tells a phone that is not waiting nothing", () => {
  const list: Presence[] = [waiting("1001", 1), { ...waiting("1002", 2), status: "busy" }];
  assert.equal(elect(list, "1002"), undefined);
  assert.equal(elect(list, "1003"), undefined);
});

Deno.test("byWaiting() puts equal times into the same order everywhere", () => {
  const list = [waiting("1002", 5), waiting("1001", 5), waiting("1003", 4)];
  assert.deepEqual(list.sort(byWaiting).map(({ number }) => number), ["1003", "1001", "1002"]);
});
