import assert from "node:assert/strict";
import { memoryBus } from "../adapters/memory.ts";
import { Openings } from "./openings.ts";

function opened() {
  const clock = { now: 1_000_000 };
  const bus = memoryBus((error) => assert.fail(String(error)));
  return { clock, nodes: [0, 1].map(() => new Openings(bus, () => clock.now)) as [Openings, Openings] };
}

Deno.test("a page that was asked for is on its way until it is there, on every node", () => {
  const { nodes: [one, other] } = opened();
  one.asked("1001");
  assert.deepEqual([one.isOpening("1001"), other.isOpening("1001")], [true, true]);
  assert.equal(one.isOpening("1002"), false);
  other.opened("1001");
  assert.deepEqual([one.isOpening("1001"), other.isOpening("1001")], [false, false]);
});

Deno.test("a second reload before the first one is there is a page of its own", () => {
  const { nodes: [node] } = opened();
  node.asked("1001");
  node.asked("1001");
  node.opened("1001");
  assert.equal(node.isOpening("1001"), true);
  node.opened("1001");
  assert.equal(node.isOpening("1001"), false);
});

Deno.test("nobody waits longer than five seconds for a page that never comes", () => {
  const { clock, nodes: [node] } = opened();
  node.asked("1001");
  clock.now += 4999;
  assert.equal(node.isOpening("1001"), true);
  clock.now++;
  assert.equal(node.isOpening("1001"), false);
  node.opened("1001");
  assert.equal(node.isOpening("1001"), false);
});
