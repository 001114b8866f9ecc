/** Forwarding of a call that rings, and what `replaces` is good for and what not. */
import assert from "node:assert/strict";
import type { PhoneMessage } from "../protocol/messages.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { agents, callId, connected, dialled, Robot } from "../tests/support/robot.ts";
import { MEMORY } from "./advance.ts";
import { MOST_FORWARDS } from "./referral.ts";

const [c1, c2, c3] = [callId("one"), callId("two"), callId("three")];

const open = () => Office.open(["1001", "1002", "1003", "1004"]);
const forward = (to = "1003", call = c1): PhoneMessage => ({ type: "forward", call, to });
const follow = (call = c2, to = "1003", replaces = c1): PhoneMessage => ({
  type: "invite",
  call,
  to,
  offer: "new",
  replaces,
});
const statesOf = async (office: Office) =>
  (await office.calls.live()).map(({ id, state }) => `${id} ${state.name}`).sort();

for (const hasRung of [false, true]) {
  Deno.test(`a call is forwarded ${hasRung ? "while it rings" : "before it rings"}, and the caller dials on`, async () => {
    await using office = await open();
    const third = await Robot.register(office, { number: "1003" });
    const { caller, callee } = await dialled(office, { early: true });
    if (hasRung) await callee.say({ type: "ringing", call: c1 });
    await callee.say(forward());
    assert.deepEqual(callee.of(c1), ["invite", "hangup transferred"]);
    assert.deepEqual(caller.of(c1), [...hasRung ? ["ringing"] : [], "refer 1003"]);
    const [entry] = await office.book.history(1, { id: c1 });
    assert.deepEqual([entry?.reason, entry?.endedBy], ["transferred", "callee"]);
    await caller.say(follow());
    assert.deepEqual([third.last("invite")?.call, third.last("invite")?.from], [c2, "1001"]);
    await third.say({ type: "accept", call: c2 });
    assert.deepEqual(caller.of(c2), ["accept"]);
    assert.deepEqual(await statesOf(office), [`${c2} established`]);
  });
}

Deno.test("one of several devices forwards: all of them hear the end, and none can accept any more", async () => {
  await using office = await open();
  await Robot.register(office, { number: "1003" });
  const { caller, callee, second } = await dialled(office);
  await second?.say(forward());
  await callee.say({ type: "accept", call: c1 });
  assert.deepEqual(second?.of(c1), ["invite", "hangup transferred"]);
  assert.deepEqual(callee.of(c1), ["invite", "hangup transferred"]);
  assert.deepEqual(caller.of(c1), ["refer 1003"]);
});

Deno.test("of an accept and a forward by two devices the first wins", async () => {
  await using office = await open();
  await Robot.register(office, { number: "1003" });
  const { caller, callee, second } = await dialled(office);
  callee.blurt({ type: "accept", call: c1 });
  second?.blurt(forward());
  await settle();
  assert.deepEqual(caller.of(c1), ["accept"]);
  assert.ok(second?.of(c1).includes("error wrong-state"));
  assert.deepEqual(await statesOf(office), [`${c1} established`]);
});

type Refusal = [what: string, by: "caller" | "callee" | "stranger", said: PhoneMessage, code: string];
const REFUSALS: Refusal[] = [
  ["to nobody's number", "callee", forward("Zzzzz"), "not-found"],
  ["to the caller", "callee", forward("1001"), "not-found"],
  ["by the caller", "caller", forward(), "wrong-state"],
  ["by somebody else", "stranger", forward(), "not-a-party"],
  ["of a call that is not there", "callee", forward("1003", c3), "wrong-state"],
];

for (const [what, by, said, code] of REFUSALS) {
  Deno.test(`forwarding ${what} is refused with ${code}, and the call rings on`, async () => {
    await using office = await open();
    const stranger = await Robot.register(office, { number: "1003" });
    const robots = { ...await dialled(office, { early: true }), stranger };
    await robots[by].say(said);
    assert.equal(robots[by].last("error")?.code, code);
    assert.deepEqual([...robots.caller.all("refer"), ...robots.callee.all("hangup")], []);
    assert.deepEqual(await statesOf(office), [`${c1} inviting`]);
  });
}

Deno.test("a call that was accepted is not forwarded, nor one by whom has no right to calls", async () => {
  await using office = await open();
  await Robot.register(office, { number: "1003" });
  const { caller, callee } = await dialled(office, { early: true });
  await callee.say({ type: "accept", call: c1 });
  await callee.say(forward());
  assert.equal(callee.last("error")?.code, "wrong-state");
  const guest = await Robot.register(office, { token: await office.token("word", "messages") });
  await caller.say({ type: "invite", call: c2, to: guest.number });
  await guest.say(forward("1003", c2));
  assert.deepEqual(guest.of(c2), ["invite", "error forbidden"]);
  assert.deepEqual(caller.of(c2), []);
});

Deno.test("phones that forward to one another do so for a while only", async () => {
  await using office = await open();
  const [caller, ...others] = await agents(office, "1001", "1002", "1003") as [Robot, Robot, Robot];
  await caller.say({ type: "invite", call: callId("hop0"), to: "1002" });
  for (let hop = 0; hop <= MOST_FORWARDS; hop++) {
    const [by, to] = hop % 2 ? ["1003", "1002"] : ["1002", "1003"];
    const robot = others.find(({ number }) => number === by)!;
    await robot.say(forward(to, callId(`hop${hop}`)));
    if (hop === MOST_FORWARDS) assert.equal(robot.last("error")?.code, "wrong-state");
    else await caller.say(follow(callId(`hop${hop + 1}`), to, callId(`hop${hop}`)));
  }
  assert.deepEqual(await statesOf(office), [`${callId(`hop${MOST_FORWARDS}`)} inviting`]);
});

Deno.test("who was being transferred and is forwarded there takes the place of the first call all the same", async () => {
  await using office = await open();
  const [who, moved, third, fourth] = await agents(office, "1001", "1002", "1003", "1004") as Robot[] as [
    Robot,
    Robot,
    Robot,
    Robot,
  ];
  await connected(who, moved, c1);
  await who.say({ type: "transfer", call: c1, to: "1003" });
  await moved.say(follow());
  await third.say(forward("1004", c2));
  assert.deepEqual([third.of(c2), moved.of(c2)], [["invite", "hangup transferred"], []]);
  assert.deepEqual(moved.of(c1), ["refer 1003", "refer 1004"], "the wish has changed");
  assert.deepEqual(who.of(c1), []);
  await moved.say(follow(c3, "1004"));
  await fourth.say({ type: "accept", call: c3 });
  assert.deepEqual(who.of(c1), ["hangup transferred"]);
  assert.deepEqual(await statesOf(office), [`${c3} established`]);
});

Deno.test("such a chain that comes to nothing leaves the first call, and who asked hears so once", async () => {
  await using office = await open();
  const [who, moved, third, fourth] = await agents(office, "1001", "1002", "1003", "1004") as [
    Robot,
    Robot,
    Robot,
    Robot,
  ];
  await connected(who, moved, c1);
  await who.say({ type: "transfer", call: c1, to: "1003" });
  await moved.say(follow());
  await third.say(forward("1004", c2));
  await moved.say(follow(c3, "1004"));
  await fourth.say({ type: "reject", call: c3, reason: "busy" });
  assert.deepEqual(who.of(c1), ["error transfer-failed"]);
  assert.deepEqual(await statesOf(office), [`${c1} established`]);
});

/** A guest with no right to calls is sent to 1003. */
async function sent(office: Office) {
  const [agent, third] = await agents(office, "1001", "1003") as [Robot, Robot];
  const guest = await Robot.register(office, { token: await office.token("word", "messages") });
  await connected(agent, guest, c1);
  await agent.say({ type: "transfer", call: c1, to: "1003" });
  return { agent, guest, third };
}

Deno.test("who is sent on needs no right to calls for that one call", async () => {
  await using office = await open();
  const { agent, guest, third } = await sent(office);
  await agent.say({ type: "hangup", call: c1 });
  await guest.say(follow());
  await third.say({ type: "accept", call: c2 });
  assert.deepEqual(guest.of(c2), ["accept"]);
});

type Theft = [what: string, said: PhoneMessage, by: "guest" | "thief", heard: string[]];
const THEFTS: Theft[] = [
  ["another number", follow(c2, "1004"), "guest", ["hangup canceled"]],
  ["no number", { type: "invite", call: c2, replaces: c1 }, "guest", ["hangup canceled"]],
  ["the same number in no call's place", { type: "invite", call: c2, to: "1003" }, "guest", [
    "error forbidden",
    "hangup failed",
  ]],
  ["the same number in another call's place", follow(c2, "1003", c3), "guest", [
    "error forbidden",
    "hangup failed",
  ]],
  ["the same number in somebody else's place", follow(), "thief", ["error forbidden", "hangup failed"]],
];

for (const [what, said, by, heard] of THEFTS) {
  Deno.test(`leave to dial one number is none to dial ${what}`, async () => {
    await using office = await open();
    const { guest, third } = await sent(office);
    const thief = await Robot.register(office, { token: "word" });
    await { guest, thief }[by].say(said);
    assert.deepEqual({ guest, thief }[by].of(c2), heard);
    assert.deepEqual(third.all("invite"), []);
    assert.deepEqual(await statesOf(office), [`${c1} established`]);
  });
}

Deno.test("leave to dial is given once, and not for long", async () => {
  await using office = await open();
  const { agent, guest, third } = await sent(office);
  await guest.say(follow());
  await agent.say({ type: "hangup", call: c1 });
  await third.say({ type: "reject", call: c2 });
  await guest.say(follow(c3));
  assert.deepEqual(guest.of(c3), ["error forbidden", "hangup failed"]);

  await using other = await open();
  const late = await sent(other);
  await late.agent.say({ type: "hangup", call: c1 });
  await other.clock.pass(MEMORY + 2000);
  await late.guest.say(follow());
  assert.deepEqual(late.guest.of(c2), ["error forbidden", "hangup failed"]);
});

Deno.test("a call that ended otherwise gives no leave, whatever was asked before", async () => {
  await using office = await open();
  const { guest } = await sent(office);
  await guest.say({ type: "hangup", call: c1 });
  await guest.say(follow());
  assert.deepEqual(guest.of(c2), ["error forbidden", "hangup failed"]);
});

Deno.test("nobody hears of another one's device, and no record keeps the word that gives a line back", async () => {
  await using office = await open();
  const { agent, guest, third } = await sent(office);
  await guest.say(follow());
  await third.say(forward("1001", c2));
  const records = JSON.stringify(await Promise.all([c1, c2].map((id) => office.calls.read(id))));
  for (const robot of [agent, guest, third]) {
    const others = [agent, guest, third].filter((other) => other !== robot);
    const heard = JSON.stringify(robot.heard);
    for (const { device } of others) assert.ok(!heard.includes(device));
    const resume = (await office.registrar.ofNumber(robot.number))[0]?.resume ?? assert.fail();
    assert.ok(!records.includes(resume));
  }
});
