/** What waits for phones that were in a call when this node started, and what does not. */
import assert from "node:assert/strict";
import { memoryBus, memoryCalls, memoryRegistrar } from "../adapters/memory.ts";
import { MOST_PARKED, Parked } from "./parked.ts";
import type { CallRecord, Party, Registration } from "./ports.ts";
import { deviceTopic, evictTopic } from "./topics.ts";

const caller: Party = { number: "1001", device: "device-a" };
const callee: Party = { number: "1002", device: "device-b" };

const call: CallRecord = {
  id: "call-one",
  caller,
  callee,
  rung: [],
  line: "webphone",
  state: { name: "established", heldBy: [] },
  early: true,
  elected: false,
  createdAt: 0,
  version: 1,
};

const registrationOf = (party: Party, expires: number): Registration => ({
  ...party,
  line: "Webphone1",
  rights: [],
  ready: true,
  since: 0,
  resume: `resume of ${party.device}`,
  epoch: `epoch of ${party.device}`,
  expires,
});

/** A node that starts in the middle of a call, at the time 1000. */
async function started(...registrations: readonly Registration[]) {
  const logged: string[] = [];
  const bus = memoryBus((error) => assert.fail(String(error)));
  const [calls, registrar] = [memoryCalls(), memoryRegistrar(() => 1000)];
  await calls.create(call);
  for (const registration of registrations) await registrar.put(registration);
  const log = (_level: string, event: string) => void logged.push(event);
  const parked = new Parked({ bus, calls, registrar, after: () => () => {}, log });
  await parked.ready;
  return { bus, parked, logged };
}

Deno.test("what is said to a phone of a live call that is nowhere waits for it, in its order", async () => {
  const { bus, parked, logged } = await started();
  for (const text of ["one", "two"]) bus.publish(deviceTopic(callee), text);
  assert.deepEqual([parked.has(callee), parked.numberOf(callee.device)], [true, "1002"]);
  assert.deepEqual(parked.take(callee), ["one", "two"]);
  bus.publish(deviceTopic(callee), "three");
  assert.deepEqual([parked.has(callee), parked.take(callee), logged], [false, [], []]);
});

Deno.test("nothing waits for a phone that another node holds, for it has heard that", async () => {
  const { bus, parked } = await started(registrationOf(caller, 2000), registrationOf(callee, 500));
  for (const party of [caller, callee]) bus.publish(deviceTopic(party), "hello");
  assert.deepEqual([parked.has(caller), parked.take(caller)], [false, []]);
  assert.deepEqual(parked.take(callee), ["hello"], "its registration was over");
});

Deno.test("nor for one that has come back to another node", async () => {
  const { bus, parked } = await started();
  bus.publish(evictTopic(caller), "another epoch");
  for (const party of [caller, callee]) bus.publish(deviceTopic(party), "hello");
  assert.deepEqual([parked.take(caller), parked.take(callee)], [[], ["hello"]]);
});

Deno.test("of too much that waits for one phone the oldest is dropped, and that is logged once", async () => {
  const { bus, parked, logged } = await started();
  for (let index = 0; index < MOST_PARKED + 5; index++) bus.publish(deviceTopic(callee), String(index));
  const texts = parked.take(callee);
  assert.deepEqual([texts.length, texts[0], texts.at(-1)], [MOST_PARKED, "5", String(MOST_PARKED + 4)]);
  assert.deepEqual(logged, ["parked-too-much"]);
});
