import assert from "node:assert/strict";
import fc from "fast-check";
import { Delivery, isCounted, Newest } from "./delivery.ts";

/** One direction of a line: what is sent, what is on its way, and what has arrived. */
class Direction {
  readonly from = new Delivery();
  readonly to = new Delivery();
  readonly arrived: string[] = [];
  #wire: string[] = [];
  #count = 0;

  say(): void {
    const text = String(this.#count++);
    this.from.sent(text);
    this.#wire.push(text);
  }

  arrive(): void {
    const text = this.#wire.shift();
    if (text === undefined) return;
    this.to.arrived();
    this.arrived.push(text);
  }

  acknowledge(): void {
    this.from.settle(this.to.received);
  }

  breakLine(): void {
    this.acknowledge();
    this.#wire = [...this.from.rest()];
  }
}

Deno.test("Delivery brings every message exactly once and in order, however often the line breaks", () => {
  const steps = fc.array(fc.constantFrom("say", "arrive", "acknowledge", "breakLine" as const), {
    maxLength: 200,
  });
  fc.assert(fc.property(steps, (steps) => {
    const line = new Direction();
    for (const step of steps) line[step as "say"]();
    line.breakLine();
    const left = line.from.outstanding;
    for (let index = 0; index < left; index++) line.arrive();
    const said = steps.filter((step) => step === "say").length;
    assert.deepEqual(line.arrived, Array.from({ length: said }, (_, index) => String(index)));
  }));
});

Deno.test("settle() is harmless with a count that is old or beyond all that was sent", () => {
  const delivery = new Delivery();
  delivery.sent("a");
  delivery.sent("b");
  delivery.settle(1);
  delivery.settle(0);
  assert.deepEqual(delivery.rest(), ["b"]);
  delivery.settle(99);
  delivery.sent("c");
  delivery.settle(2);
  assert.deepEqual(delivery.rest(), ["c"]);
});

Deno.test("isCounted() leaves out what makes the line and what a snapshot makes void", () => {
  assert.deepEqual(["invite", "hangup", "error", "presence", "register"].map(isCounted), [
    true,
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("isNews() hears each count of a call once, and what has none always", () => {
  const newest = new Newest();
  const heard = [1, 3, 2, 3, undefined, 4, undefined].map((n) => newest.isNews({ call: "one", n }));
  assert.deepEqual(heard, [true, true, false, false, true, true, true]);
  assert.equal(newest.isNews({ call: "other", n: 1 }), true, "each call has its own count");
});

const [OFFER, ANSWER] = ['{"type":"offer"}', '{"type":"answer"}'];

Deno.test("restart() keeps all but descriptions", () => {
  const delivery = new Delivery();
  for (const text of [OFFER, "hold", ANSWER]) delivery.sent(text);
  delivery.restart();
  assert.deepEqual(delivery.rest(), ["hold"]);
});

Deno.test("restart() puts what had arrived earlier before what waits", () => {
  const delivery = new Delivery();
  for (const text of ["hold", OFFER, "unhold"]) delivery.sent(text);
  const earlier = delivery.settle(1);
  assert.deepEqual(earlier, ["hold"]);
  delivery.restart(earlier);
  assert.deepEqual(delivery.rest(), ["hold", "unhold"]);
});
