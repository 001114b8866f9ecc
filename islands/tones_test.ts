import assert from "node:assert/strict";
import { pitchesOf } from "./tones.ts";

/** RFC 4733, table 3. */
const ROWS: readonly [string, readonly [number, number]][] = [
  ["1", [697, 1209]],
  ["2", [697, 1336]],
  ["3", [697, 1477]],
  ["4", [770, 1209]],
  ["5", [770, 1336]],
  ["6", [770, 1477]],
  ["7", [852, 1209]],
  ["8", [852, 1336]],
  ["9", [852, 1477]],
  ["*", [941, 1209]],
  ["0", [941, 1336]],
  ["#", [941, 1477]],
];

for (const [key, pitches] of ROWS) {
  Deno.test(`pitchesOf() gives ${key} its two frequencies`, () => assert.deepEqual(pitchesOf(key), pitches));
}
