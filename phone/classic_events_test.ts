import assert from "node:assert/strict";
import { PageEvent } from "./classic_events.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve));
const silent = () => {};

Deno.test("PageEvent calls no handler from inside emit() or on()", async () => {
  const event = new PageEvent<[number]>("onThing", silent);
  const seen: number[] = [];
  event.on((value) => seen.push(value));
  event.emit(1);
  assert.deepEqual(seen, []);
  await turn();
  assert.deepEqual(seen, [1]);
});

Deno.test("PageEvent keeps what happens before the first handler, in its order", async () => {
  const event = new PageEvent<[number]>("onThing", silent);
  const seen: number[] = [];
  event.emit(1);
  event.emit(2);
  await turn();
  event.emit(3);
  event.on((value) => seen.push(value));
  event.emit(4);
  assert.deepEqual(seen, []);
  await turn();
  assert.deepEqual(seen, [1, 2, 3, 4]);
});

Deno.test("PageEvent keeps the newest thousand at most", async () => {
  const event = new PageEvent<[number]>("onThing", silent);
  const seen: number[] = [];
  for (let value = 1; value <= 1500; value++) event.emit(value);
  await turn();
  event.on((value) => seen.push(value));
  await turn();
  assert.equal(seen.length, 1000);
  assert.equal(seen.at(-1), 1500);
});

Deno.test("PageEvent calls several handlers in the order of registration, the same one as often as registered", async () => {
  const event = new PageEvent<[string]>("onThing", silent);
  const seen: string[] = [];
  const twice = (value: string) => seen.push(`twice ${value}`);
  event.on(twice);
  event.on((value) => seen.push(`other ${value}`));
  const stop = event.on(twice);
  event.emit("a");
  await turn();
  assert.deepEqual(seen, ["twice a", "other a", "twice a"]);
  stop();
  event.emit("b");
  await turn();
  assert.deepEqual(seen.slice(3), ["twice b", "other b"]);
});

Deno.test("PageEvent goes on after a handler that throws, and reports it by the event's name", async () => {
  const reports: unknown[][] = [];
  const event = new PageEvent<[number]>("onThing", (...what) => reports.push(what));
  const seen: number[] = [];
  const bug = new Error("bug");
  event.on(() => {
    throw bug;
  });
  event.on((value) => seen.push(value));
  event.emit(1);
  event.emit(2);
  await turn();
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(reports[0], ["A handler of onThing has failed:", bug]);
  assert.equal(reports.length, 2);
});

Deno.test("PageEvent runs `before` also when nobody listens, and again when the value is told late", async () => {
  let current = 0;
  const event = new PageEvent<[number]>("onThing", silent, { before: (value) => current = value });
  event.emit(1);
  event.emit(2);
  await turn();
  assert.equal(current, 2);
  const seen: [number, number][] = [];
  event.on((value) => seen.push([value, current]));
  await turn();
  assert.deepEqual(seen, [[1, 1], [2, 2]]);
});

Deno.test("PageEvent drops what is no news any more", async () => {
  const event = new PageEvent<[number]>("onThing", silent, { isNews: (value) => value > 1 });
  const seen: number[] = [];
  event.emit(1);
  event.emit(2);
  event.on((value) => seen.push(value));
  await turn();
  assert.deepEqual(seen, [2]);
});

Deno.test("PageEvent refuses what is no function, naming the event", () => {
  const event = new PageEvent<[number]>("onThing", silent);
  assert.throws(
    () => event.on("begin()" as unknown as () => void),
    /^TypeError: Cannot act by onThing: handler is no function/,
  );
});
