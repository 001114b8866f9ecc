/** Transfers that come to nothing, that are overridden, that go round, and a book that is ill meanwhile. */
import assert from "node:assert/strict";
import type { PhoneMessage } from "../protocol/messages.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { agents, callId, connected, Robot } from "../tests/support/robot.ts";
import { MOST_TRANSFERS } from "./referral.ts";
import { RING_TIME } from "./switchboard.ts";

const [c1, c2, c3] = [callId("one"), callId("two"), callId("three")];

type Four = [Robot, Robot, Robot, Robot];

/** 1001 talks to 1002; 1003 and 1004 are on line. */
async function talking(office: Office) {
  const [who, moved, third, fourth] = await agents(office, "1001", "1002", "1003", "1004") as Four;
  await connected(who, moved, c1);
  return { who, moved, third, fourth };
}

/** 1001 talks to 1003 as well, who has another device, too. */
async function consulting(office: Office) {
  const robots = await talking(office);
  await connected(robots.who, robots.third, c2);
  return { ...robots, twin: await Robot.register(office, { number: "1003" }) };
}

const open = () => Office.open(["1001", "1002", "1003", "1004"]);
const transfer = (to = "1003", call = c1): PhoneMessage => ({ type: "transfer", call, to });
const putThrough: PhoneMessage = { type: "transfer", call: c1, with: c2 };
const follow = (call: string, to = "1003", replaces = c1): PhoneMessage => ({
  type: "invite",
  call,
  to,
  offer: "new",
  replaces,
});
const statesOf = async (office: Office) =>
  (await office.calls.live()).map(({ id, state }) => `${id} ${state.name}`).sort();
const marksOf = async (office: Office) => (await office.calls.live()).flatMap(({ refer }) => refer ?? []);

Deno.test("whose transfer is overridden by the other party hears so, and by oneself does not", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  await who.say(transfer());
  await who.say(transfer("1004"));
  assert.deepEqual(who.of(c1), []);
  await moved.say(transfer());
  assert.deepEqual(who.last("error"), {
    type: "error",
    code: "transfer-failed",
    message: "Cannot transfer the call: somebody else has sent it elsewhere",
    call: c1,
  });
  assert.deepEqual(who.of(c1), ["error transfer-failed", "refer 1003"]);
  await who.say(follow(c2));
  await third.say({ type: "accept", call: c2 });
  assert.deepEqual(moved.all("error"), []);
});

Deno.test("whose transfer is overridden by an order of somebody who is no party hears so once", async () => {
  await using office = await open();
  const { who, moved } = await talking(office);
  await who.say(transfer());
  await moved.say(follow(c2));
  const details = { party: "1002", to: "1004" };
  assert.equal(await office.exchange.order(c1, "transfer", details), undefined);
  assert.equal(await office.exchange.order(c1, "transfer", { ...details, to: "1003" }), undefined);
  assert.deepEqual(who.of(c1), ["error transfer-failed"]);
  assert.deepEqual(moved.of(c1), ["refer 1003", "refer 1004", "refer 1003"]);
});

Deno.test("when the other phone never dials, the transfer has failed, and nothing is left of it", async () => {
  await using office = await open();
  const { who, moved } = await talking(office);
  await who.say(transfer());
  await office.clock.pass(RING_TIME - 2000);
  assert.deepEqual(who.of(c1), []);
  await office.clock.pass(4000);
  assert.deepEqual(who.of(c1), ["error transfer-failed"]);
  assert.equal(who.last("error")?.message, "Cannot transfer the call: the other phone did not call");
  assert.deepEqual(await marksOf(office), []);
  await moved.say(follow(c2));
  assert.deepEqual(moved.of(c2), ["hangup canceled"]);
  await who.say({ type: "hangup", call: c1 });
  assert.deepEqual(moved.of(c1), ["refer 1003", "hangup hangup"]);
  await office.clock.pass(RING_TIME);
  assert.equal(who.all("error").length, 1);
});

Deno.test("a moment before the sweeper looks, a phone that is too late is too late", async () => {
  await using office = await open();
  const { who, moved } = await talking(office);
  await who.say(transfer());
  const { refer } = await office.calls.read(c1) ?? assert.fail();
  office.calls.due = () => Promise.resolve([]);
  await office.clock.pass((refer?.until ?? assert.fail()) - office.clock.now());
  await moved.say(follow(c2));
  assert.deepEqual(moved.of(c2), ["hangup canceled"]);
  await who.say({ type: "hangup", call: c1 });
  assert.equal(moved.of(c1).at(-1), "hangup hangup");
});

Deno.test("a phone that dials late may ring as long as any", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  await who.say(transfer());
  await office.clock.pass(RING_TIME - 2000);
  await moved.say(follow(c2));
  await office.clock.pass(RING_TIME - 2000);
  assert.deepEqual([who.of(c1), third.of(c2)], [[], ["invite"]]);
  await third.say({ type: "accept", call: c2 });
  assert.deepEqual(who.of(c1), ["hangup transferred"]);
});

Deno.test("when the consulted phone is gone, its number's other devices are not rung in its place", async () => {
  await using office = await open();
  const { who, moved, third, twin } = await consulting(office);
  await office.registrar.remove(third);
  await who.say(putThrough);
  await moved.say(follow(c3));
  assert.deepEqual([moved.of(c3), who.of(c1)], [["hangup failed"], ["error transfer-failed"]]);
  assert.deepEqual([...third.of(c3), ...twin.of(c3)], []);
  assert.deepEqual(await statesOf(office), [`${c1} established`, `${c2} established`]);
});

Deno.test("a call is sent on a few times only, round and round as it may go", async () => {
  await using office = await open();
  const ring = await agents(office, "1001", "1002", "1003") as [Robot, Robot, Robot];
  const at = (index: number) => ring[index % 3] ?? assert.fail();
  await connected(ring[0], ring[1], callId("hop0"));
  for (let hop = 0; hop <= MOST_TRANSFERS; hop++) {
    const [call, next] = [callId(`hop${hop}`), callId(`hop${hop + 1}`)];
    const [by, moved, third] = [at(hop), at(hop + 1), at(hop + 2)];
    await by.say(transfer(third.number, call));
    if (hop === MOST_TRANSFERS) {
      assert.deepEqual(by.of(call).at(-1), "error wrong-state");
      assert.equal(by.last("error")?.message, "Cannot transfer the call: it was transferred too often");
      assert.ok(!moved.of(call).some((word) => word.startsWith("refer")));
    } else {
      await moved.say(follow(next, third.number, call));
      await third.say({ type: "accept", call: next });
    }
  }
  assert.deepEqual(await statesOf(office), [`${callId(`hop${MOST_TRANSFERS}`)} established`]);
});

Deno.test("a book that is ill ends no call that was just accepted, and both hear of the transfer", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  office.book.addHistory = () => Promise.reject(new Error("ill"));
  await who.say(transfer());
  await moved.say(follow(c2));
  await third.say({ type: "accept", call: c2 });
  assert.deepEqual([who.of(c1), moved.of(c2), third.of(c2)], [["hangup transferred"], ["accept"], [
    "invite",
  ]]);
  assert.deepEqual(await statesOf(office), [`${c2} established`]);
  const [logged] = office.log.filter(({ level }) => level === "error");
  assert.deepEqual([logged?.event, logged?.fields], ["after-step", { call: c1, error: "Error: ill" }]);
});

Deno.test("a book that is ill leaves no mark of a transfer that failed, and who asked hears so", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  office.book.addHistory = () => Promise.reject(new Error("ill"));
  await who.say(transfer());
  await moved.say(follow(c2));
  await third.say({ type: "reject", call: c2 });
  assert.deepEqual([who.of(c1), third.of(c2)], [["error transfer-failed"], ["invite"]]);
  assert.deepEqual(await marksOf(office), []);
});

Deno.test("a first call that could not be ended when it should have been is ended when its time is up", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  await who.say(transfer());
  await moved.say(follow(c2));
  const { swap } = office.calls;
  office.calls.swap = (before, after) =>
    before.id === c1 ? Promise.reject(new Error("ill")) : swap.call(office.calls, before, after);
  await third.say({ type: "accept", call: c2 });
  assert.deepEqual(await statesOf(office), [`${c1} established`, `${c2} established`]);
  office.calls.swap = swap;
  await office.clock.pass(RING_TIME + 2000);
  assert.deepEqual(who.of(c1), ["hangup transferred"]);
  assert.deepEqual(await statesOf(office), [`${c2} established`]);
});

Deno.test("who is put through, and who has put through, hear so before the book has written anything", async () => {
  await using office = await open();
  const { who, moved, third } = await consulting(office);
  await who.say(putThrough);
  await moved.say(follow(c3));
  const { promise, resolve } = Promise.withResolvers<void>();
  office.book.addHistory = () => promise;
  third.blurt({ type: "accept", call: c3 });
  await settle();
  assert.deepEqual(moved.of(c3), ["accept"]);
  assert.deepEqual([who.of(c1), who.of(c2)], [["hangup transferred"], ["hangup transferred"]]);
  assert.deepEqual(third.of(c2), ["hangup transferred"]);
  resolve();
  await settle();
});
