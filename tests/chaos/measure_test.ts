/** The suite's own reckoning: what counts as lost and doubled, and that a seed is a sequence. */
import assert from "node:assert/strict";
import { arrival, figures, lessReplaced } from "./measure.ts";
import { drawn } from "./sequences.ts";
import type { Frame, Watched } from "./watch.ts";

const NOTHING: Watched = {
  now: 0,
  gaps: [],
  said: [],
  heard: [],
  moments: [],
  dark: [],
  holds: [],
  stalls: [],
  frames: 0,
  packets: 0,
};

const frames = (...keys: string[]): Frame[] =>
  keys.map((key, index) => ({ at: 1000 * index, type: key.split(":")[0] ?? "", key }));

/** A page whose camera went off and on so many times, and that said so. */
const blinking = (times: number): Watched => ({
  ...NOTHING,
  dark: Array.from({ length: times }, (_, index) => ({ from: 1000 * index, to: 1000 * index + 200 })),
  said: Array.from({ length: 2 * times }, (_, index) => ({
    at: 1000 * Math.floor(index / 2) + 100,
    type: "media",
    key: `media:${index % 2}`,
  })),
});

const ARRIVALS: readonly [string, Watched, Frame[], number, number][] = [
  ["everything", blinking(2), frames("media:0", "media:1", "media:0", "media:1"), 0, 0],
  ["all but the last word", blinking(2), frames("media:0", "media:1", "media:0"), 1, 0],
  ["a tail that comes again", blinking(1), frames("media:0", "media:1", "media:0", "media:1"), 0, 2],
  [
    "one lost and another one doubled",
    blinking(2),
    frames("media:0", "media:1", "media:1", "media:0"),
    1,
    0,
  ],
  [
    "an offer said twice and heard once",
    { ...NOTHING, said: frames("offer:1", "offer:1") },
    frames("offer:1"),
    0,
    0,
  ],
  ["an offer heard twice", { ...NOTHING, said: frames("offer:1") }, frames("offer:1", "offer:1"), 0, 1],
  ["an offer that never came", { ...NOTHING, said: frames("offer:1", "answer:2") }, frames("answer:2"), 1, 0],
  ["holds, pressed three times", { ...NOTHING, holds: [1, 2, 3] }, frames("hold:1", "unhold:1"), 1, 0],
  [
    "a camera that the system took",
    { ...NOTHING, said: frames("media:0") },
    frames("media:0"),
    0,
    0,
  ],
];

for (const [what, from, heard, lost, doubled] of ARRIVALS) {
  Deno.test(`arrival() of ${what}: ${lost} lost, ${doubled} doubled`, () => {
    assert.deepEqual(arrival(from, { ...NOTHING, heard }), { lost, doubled });
  });
}

Deno.test("lessReplaced() leaves out what a newer description has replaced, and nothing else", () => {
  const said = frames("offer:1", "candidate:1", "offer:2", "candidate:2", "candidate:3");
  const heard = frames("offer:2", "candidate:2");
  const [one] = lessReplaced([{ ...NOTHING, said }, { ...NOTHING, heard }]);
  assert.deepEqual(one.said.map(({ key }) => key), ["offer:2", "candidate:2", "candidate:3"]);
  assert.deepEqual(arrival(one, { ...NOTHING, heard }), { lost: 1, doubled: 0 });
  const [nothingCame] = lessReplaced([{ ...NOTHING, said }, NOTHING]);
  assert.equal(nothingCame.said.length, 5);
});

Deno.test("figures() leave out a short gap while the page could not look, but no long one", () => {
  const stalled = (length: number): Watched => ({
    ...NOTHING,
    gaps: [{ kind: "audio", from: 0, to: length }],
    stalls: [{ from: 0, to: 600 }],
  });
  const gapOf = (seen: Watched) => figures({ seen: [seen, NOTHING], healedAt: 0 }).gap;
  assert.deepEqual([gapOf(stalled(1000)), gapOf(stalled(2500))], [0, 2500]);
});

Deno.test("a seed is always the same sequence, of two to five faults, and seeds bring all of them", () => {
  const all = Array.from({ length: 500 }, (_, seed) => drawn(seed));
  for (const { seed, steps } of all) {
    assert.deepEqual(drawn(seed).steps.map(({ words }) => words), steps.map(({ words }) => words));
    assert.ok(steps.length >= 2 && steps.length <= 5);
  }
  const kinds = new Set(all.flatMap(({ steps }) => steps.map(({ words }) => words.replace(/[\d(].*/, ""))));
  assert.equal(kinds.size, 11, [...kinds].join());
});
