/** Attended transfer: 1001 talks to 1002 and has asked 1003 back, and now puts the two through. */
import assert from "node:assert/strict";
import type { PhoneMessage } from "../protocol/messages.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { agents, callId, connected, Robot } from "../tests/support/robot.ts";

const [c1, c2, c3] = [callId("one"), callId("two"), callId("three")];

/** 1001 is in both calls; the other two may have called it, or been called. 1003 has a second device. */
async function consulting(office: Office, calledBy: { moved?: boolean; third?: boolean } = {}) {
  const [who, moved, third] = await agents(office, "1001", "1002", "1003") as [Robot, Robot, Robot];
  const put = async (other: Robot, isCaller: boolean | undefined, id: string) =>
    isCaller ? await connected(other, who, id) : await connected(who, other, id);
  await put(moved, calledBy.moved, c1);
  await put(third, calledBy.third, c2);
  const second = await Robot.register(office, { number: "1003" });
  return { who, moved, third, second };
}

const open = () => Office.open(["1001", "1002", "1003", "1004"]);
const putThrough: PhoneMessage = { type: "transfer", call: c1, with: c2 };
const follow: PhoneMessage = { type: "invite", call: c3, to: "1003", offer: "new", replaces: c1 };
const statesOf = async (office: Office) =>
  (await office.calls.live()).map(({ id, state }) => `${id} ${state.name}`).sort();

for (const moved of [false, true]) {
  for (const third of [false, true]) {
    const who = `1002 was ${moved ? "caller" : "callee"}, 1003 ${third ? "caller" : "callee"}`;
    Deno.test(`attended transfer: the two go on as one call, and both of 1001's end (${who})`, async () => {
      await using office = await open();
      const robots = await consulting(office, { moved, third });
      await robots.who.say(putThrough);
      assert.deepEqual(robots.moved.of(c1), ["refer 1003"]);
      await robots.moved.say(follow);
      assert.deepEqual(robots.third.last("invite"), {
        type: "invite",
        call: c3,
        from: "1002",
        name: "Agent 1002",
        offer: "new",
        early: true,
        elected: false,
        replaces: c2,
      });
      assert.deepEqual(robots.second.heard.filter(({ type }) => type === "invite"), []);
      await robots.third.say({ type: "accept", call: c3, answer: "new" });
      assert.deepEqual(robots.moved.of(c3), ["accept"]);
      assert.deepEqual(robots.who.of(c1), ["hangup transferred"]);
      assert.deepEqual(robots.who.of(c2), ["hangup transferred"]);
      assert.deepEqual(robots.third.of(c2), ["hangup transferred"]);
      assert.deepEqual(await statesOf(office), [`${c3} established`]);
    });
  }
}

Deno.test("the consulted phone alone can accept, whatever other devices of its number say", async () => {
  await using office = await open();
  const { who, moved, third, second } = await consulting(office);
  await who.say(putThrough);
  await moved.say(follow);
  await second.say({ type: "accept", call: c3 });
  assert.deepEqual(moved.of(c3), []);
  await third.say({ type: "accept", call: c3 });
  assert.deepEqual(moved.of(c3), ["accept"]);
});

Deno.test("a guest who called to consult is put through as well", async () => {
  await using office = await open();
  const [who, moved] = await agents(office, "1001", "1002") as [Robot, Robot];
  const guest = await Robot.register(office);
  await connected(who, moved, c1);
  await connected(guest, who, c2);
  await who.say(putThrough);
  await moved.say({ ...follow, to: guest.number });
  assert.deepEqual([guest.last("invite")?.replaces, guest.last("invite")?.from], [c2, "1002"]);
  await guest.say({ type: "accept", call: c3 });
  assert.deepEqual(await statesOf(office), [`${c3} established`]);
});

Deno.test("when the consulted party has left before, the transfer fails, and the first call goes on", async () => {
  await using office = await open();
  const { who, moved, third, second } = await consulting(office);
  await who.say(putThrough);
  await third.say({ type: "hangup", call: c2 });
  await moved.say(follow);
  assert.deepEqual(moved.of(c3), ["hangup failed"]);
  assert.deepEqual(who.of(c1), ["error transfer-failed"]);
  assert.deepEqual(second.all("invite"), []);
  assert.deepEqual(await statesOf(office), [`${c1} established`]);
});

Deno.test("when the consulted party declines, both calls go on", async () => {
  await using office = await open();
  const { who, moved, third } = await consulting(office);
  await who.say(putThrough);
  await moved.say(follow);
  await third.say({ type: "reject", call: c3 });
  assert.deepEqual(who.of(c1), ["error transfer-failed"]);
  assert.deepEqual(await statesOf(office), [`${c1} established`, `${c2} established`]);
});

Deno.test("who puts through may leave both calls at once", async () => {
  await using office = await open();
  const { who, moved, third } = await consulting(office);
  await who.say(putThrough);
  await moved.say(follow);
  await who.say({ type: "hangup", call: c1 });
  await third.say({ type: "accept", call: c3 });
  assert.deepEqual(moved.of(c1), ["refer 1003", "hangup transferred"]);
  assert.deepEqual(await statesOf(office), [`${c3} established`]);
});

Deno.test("a newer attended transfer counts, and the older blind one does not", async () => {
  await using office = await open();
  const { who, moved, third } = await consulting(office);
  await Robot.register(office, { number: "1004" });
  await who.say({ type: "transfer", call: c1, to: "1004" });
  await moved.say({ ...follow, to: "1004" });
  await who.say(putThrough);
  assert.deepEqual(moved.of(c3), ["hangup canceled"]);
  await moved.say({ ...follow, call: callId("four") });
  assert.equal(third.last("invite")?.replaces, c2);
});

for (const isFirst of [false, true]) {
  const order = isFirst ? "before" : "after";
  Deno.test(`a newer wish that comes a moment ${order} the accept tears nothing`, async () => {
    await using office = await open();
    const { who, moved, third } = await consulting(office);
    await Robot.register(office, { number: "1004" });
    await who.say(putThrough);
    await moved.say(follow);
    const said = [
      () => who.blurt({ type: "transfer", call: c1, to: "1004" }),
      () => third.blurt({ type: "accept", call: c3 }),
    ];
    for (const say of isFirst ? said : said.reverse()) say();
    await settle();
    const live = await statesOf(office);
    const isTaken = live.includes(`${c3} established`);
    assert.deepEqual(live, isTaken ? [`${c3} established`] : [`${c1} established`, `${c2} established`]);
    if (!isTaken) assert.ok(moved.of(c1).includes("refer 1004"));
  });
}

Deno.test("nobody puts through a call that is not their own, or that still rings", async () => {
  await using office = await open();
  const { who, moved, third } = await consulting(office);
  const fourth = await Robot.register(office, { number: "1004" });
  await fourth.say({ type: "invite", call: c3, to: "1001" });
  await who.say({ type: "transfer", call: c1, with: c3 });
  assert.deepEqual(who.of(c1), ["error wrong-state"]);
  await moved.say(putThrough);
  assert.deepEqual(moved.of(c1), ["error not-a-party"], "1002 is in the first call only");
  await third.say(putThrough);
  assert.deepEqual(third.of(c1), ["error not-a-party"]);
  const twin = await Robot.register(office, { number: "1001" });
  await twin.say(putThrough);
  assert.deepEqual(twin.of(c1), ["error not-a-party"]);
  assert.deepEqual([...moved.all("refer"), ...who.all("refer")], []);
});
