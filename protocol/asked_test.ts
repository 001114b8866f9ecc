import assert from "node:assert/strict";
import { expectationOf, readAs, type Shape } from "./asked.ts";

const COUNT: Shape = { type: "integer", minimum: 1, maximum: 9 };
const WORDS: Shape = { type: "string", enum: ["Busy", "Free"] };
const KEYS: Shape = { type: "string", pattern: "^[0-9]{1,3}$" };
const LIST: Shape = { type: "array", items: WORDS, maxItems: 2 };

const READ: readonly [Shape, unknown, unknown][] = [
  [COUNT, 1, 1],
  [COUNT, "9", 9],
  [COUNT, 0, undefined],
  [COUNT, 10, undefined],
  [COUNT, 1.5, undefined],
  [COUNT, "1e0", undefined],
  [COUNT, "", undefined],
  [COUNT, [1], undefined],
  [{ type: "string", maxLength: 3 }, "abc", "abc"],
  [{ type: "string", maxLength: 3 }, "abcd", undefined],
  [{ type: "string" }, 7, undefined],
  [WORDS, "bUSY", "Busy"],
  [WORDS, "", undefined],
  [KEYS, "123", "123"],
  [KEYS, "1234", undefined],
  [KEYS, "1\n", undefined],
  [LIST, ["free", "Busy"], ["Free", "Busy"]],
  [LIST, "busy, free", ["Busy", "Free"]],
  [LIST, ["Busy", "Gone"], undefined],
  [LIST, ["Busy", "Busy", "Busy"], undefined],
  [LIST, { length: 1 }, undefined],
];

for (const [shape, value, expected] of READ) {
  Deno.test(`readAs() makes ${JSON.stringify(expected)} of ${JSON.stringify(value)}, as ${expectationOf(shape)}`, () => {
    assert.deepEqual(readAs(shape, value), expected);
  });
}

Deno.test("expectationOf() says what a value may be", () => {
  assert.deepEqual([COUNT, WORDS, KEYS, LIST, { type: "string", maxLength: 3 } as const].map(expectationOf), [
    "a number from 1 to 9",
    "one of Busy, Free",
    "a text like ^[0-9]{1,3}$",
    "a list; in it one of Busy, Free",
    "a text of at most 3 characters",
  ]);
});
