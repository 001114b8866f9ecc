import assert from "node:assert/strict";
import { type Figure, figuresTable, isMet, median, quantile } from "./figures.ts";

const figure = (change: Partial<Figure>): Figure => ({ row: "P0", what: "a figure", ours: 6, ...change });

Deno.test("quantile() lies between the two nearest values", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(quantile([1, 2, 3, 4, 5], 0.95), 4.8);
  assert.ok(Number.isNaN(median([])));
});

Deno.test("isMet() holds the ratio against the target where there is a floor, else the figure", () => {
  const floor = { name: "the floor", value: 10 };
  assert.ok(isMet(figure({ floor, target: { most: 0.6 } })));
  assert.ok(!isMet(figure({ floor, target: { most: 0.5 } })));
  assert.ok(isMet(figure({ target: { least: 6 } })));
  assert.ok(!isMet(figure({ target: { most: 5 } })));
  assert.ok(!isMet(figure({ ours: NaN, target: { most: 5 } })), "what was not measured is not met");
  assert.ok(isMet(figure({})));
});

Deno.test("the table tells figure, floor, ratio, target and verdict", () => {
  const floor = { name: "the floor", value: 10 };
  const [, row] = figuresTable([figure({ floor, target: { most: 0.5 } })]).split("\n");
  assert.match(row ?? "", /P0 .*a figure.*6\.00.*10\.0.*the floor.*0\.600.*≤ 0\.5.*MISSED/);
});
