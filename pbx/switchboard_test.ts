/** Calls from the phones' side: robots say things, and hear things. */
import assert from "node:assert/strict";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { callId, dialled, Robot } from "../tests/support/robot.ts";
import { MOST_DIALLED, RING_TIME } from "./switchboard.ts";

const call = callId("one");
const other = callId("two");

Deno.test("an invite rings at the callee with the offer, the caller's number and name", async () => {
  await using office = await Office.open();
  const { callee } = await dialled(office, { early: true });
  assert.deepEqual(callee.last("invite"), {
    type: "invite",
    call,
    from: "1001",
    name: "Agent 1001",
    offer: "the offer",
    early: true,
    elected: false,
  });
});

Deno.test("a call to a number that nobody has, or that is away, ends with not-found", async () => {
  await using office = await Office.open();
  const robot = await Robot.register(office, { number: "1001" });
  for (const [index, to] of ["9", "1002", "Zzzzz", "no such thing"].entries()) {
    await robot.say({ type: "invite", call: callId(`nobody${index}`), to });
    assert.equal(robot.last("hangup")?.reason, "not-found", to);
  }
});

Deno.test("a call with no number goes to the other client that has waited longest", async () => {
  await using office = await Office.open();
  const longest = await Robot.register(office);
  await office.clock.pass(5);
  await Robot.register(office);
  const caller = await Robot.register(office);
  await caller.say({ type: "invite", call });
  assert.equal(caller.last("calling")?.number, longest.number);
  assert.equal(longest.last("invite")?.from, caller.number);
});

Deno.test("the default rule passes over a client whose socket was lost", async () => {
  await using office = await Office.open();
  const ghost = await Robot.register(office);
  await office.clock.pass(5);
  const there = await Robot.register(office);
  const caller = await Robot.register(office);
  await ghost.lose();
  await caller.say({ type: "invite", call });
  assert.equal(caller.last("calling")?.number, there.number);
});

Deno.test("the early answer and candidates pass while it rings, and the accept establishes the call", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  await callee.say({ type: "ringing", call, answer: "the answer" });
  assert.deepEqual(caller.last("ringing"), { type: "ringing", call, answer: "the answer" });
  await callee.say({ type: "candidate", call, candidates: [{ candidate: "one" }] });
  assert.deepEqual(caller.last("candidate")?.candidates, [{ candidate: "one" }]);
  await callee.say({ type: "accept", call });
  assert.deepEqual(caller.last("accept"), { type: "accept", call });
});

Deno.test("a guest learns nothing of the callee's address before the accept", async () => {
  await using office = await Office.open();
  const guest = await Robot.register(office);
  const callee = await Robot.register(office, { number: "1002" });
  await guest.say({ type: "invite", call, to: "1002", offer: "the offer" });
  assert.equal(callee.last("invite")?.early, false);
  await callee.say({ type: "ringing", call, answer: "v=0 192.0.2.7" });
  await callee.say({ type: "candidate", call, candidates: [{ candidate: "192.0.2.7" }] });
  await callee.say({ type: "answer", call, sdp: "v=0 192.0.2.7" });
  assert.deepEqual(guest.last("ringing"), { type: "ringing", call });
  assert.ok(!JSON.stringify(guest.heard).includes("192.0.2.7"));
  await callee.say({ type: "accept", call, answer: "v=0 192.0.2.7" });
  assert.equal(guest.last("accept")?.answer, "v=0 192.0.2.7");
});

Deno.test("accept lets exactly one of several devices win, and the others get elsewhere", async () => {
  await using office = await Office.open();
  const { caller, callee, second } = await dialled(office);
  callee.blurt({ type: "accept", call, answer: "first" });
  await second!.say({ type: "accept", call, answer: "second" });
  assert.deepEqual(caller.all("accept").map(({ answer }) => answer), ["first"]);
  assert.equal(second!.last("hangup")?.reason, "elsewhere");
  assert.equal(callee.last("hangup"), undefined);
});

Deno.test("reject ends the call on the caller and on the callee's other devices", async () => {
  await using office = await Office.open();
  const { caller, callee, second } = await dialled(office);
  await callee.say({ type: "reject", call, reason: "busy" });
  assert.equal(caller.last("hangup")?.reason, "busy");
  assert.equal(second!.last("hangup")?.reason, "busy");
});

for (const [side, reason] of [["caller", "canceled"], ["callee", "rejected"]] as const) {
  Deno.test(`hangup by the ${side} while it rings ends the call with ${reason}`, async () => {
    await using office = await Office.open();
    const robots = await dialled(office, { early: true });
    await robots[side].say({ type: "hangup", call });
    assert.equal(robots[side === "caller" ? "callee" : "caller"].last("hangup")?.reason, reason);
  });
}

Deno.test("hangup at both ends at once is one end, with the same reason on both", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  await callee.say({ type: "accept", call });
  caller.blurt({ type: "hangup", call });
  await callee.say({ type: "hangup", call });
  const [entry, ...more] = await office.book.history(10);
  assert.equal(entry?.reason, "hangup");
  assert.deepEqual(more, []);
});

Deno.test("a call that nobody answers ends with no-answer after the ring time", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  await office.clock.pass(RING_TIME - 2000);
  assert.equal(caller.last("hangup"), undefined);
  await office.clock.pass(4000);
  assert.equal(caller.last("hangup")?.reason, "no-answer");
  assert.equal(callee.last("hangup")?.reason, "no-answer");
  assert.equal(caller.statusOf("1002"), "online");
});

Deno.test("whoever is not a party to a call is refused, and the call goes on", async () => {
  await using office = await Office.open(["1001", "1002", "1003"]);
  const { caller, callee } = await dialled(office, { early: true });
  const stranger = await Robot.register(office, { number: "1003" });
  const said = [
    { type: "accept", call },
    { type: "ringing", call },
    { type: "hangup", call },
    { type: "reject", call },
    { type: "hold", call },
    { type: "offer", call, sdp: "mine" },
    { type: "candidate", call, candidates: [{ candidate: "mine" }] },
  ] as const;
  for (const message of said) {
    stranger.heard.length = 0;
    await stranger.say(JSON.parse(JSON.stringify(message)));
    assert.equal(stranger.last("error")?.code, "not-a-party", message.type);
    assert.equal(stranger.last("error")?.call, call);
  }
  assert.deepEqual([caller.last("hangup"), caller.last("accept"), callee.last("offer")], [
    undefined,
    undefined,
    undefined,
  ]);
  await callee.say({ type: "accept", call });
  assert.ok(caller.last("accept"));
});

Deno.test("another device of the caller's own number is not a party either", async () => {
  await using office = await Office.open();
  const { callee } = await dialled(office, { early: true });
  const twin = await Robot.register(office, { number: "1001" });
  await twin.say({ type: "hangup", call });
  assert.equal(twin.last("error")?.code, "not-a-party");
  assert.equal(callee.last("hangup"), undefined);
});

Deno.test("hold is passed on, and lifting one's own leaves the other side's", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  await callee.say({ type: "accept", call });
  await caller.say({ type: "hold", call });
  await callee.say({ type: "hold", call });
  await callee.say({ type: "unhold", call });
  assert.deepEqual([callee.all("hold").length, caller.all("hold").length, caller.all("unhold").length], [
    1,
    1,
    1,
  ]);
  const [record] = await office.calls.ofNumber("1001");
  assert.deepEqual(record?.state, { name: "established", heldBy: ["caller"] });
});

for (const state of ["inviting", "ringing", "established"] as const) {
  Deno.test(`messages and digits pass both ways while the call is ${state}, in their order`, async () => {
    await using office = await Office.open();
    const { caller, callee } = await dialled(office, { early: true });
    if (state === "ringing") await callee.say({ type: "ringing", call });
    if (state === "established") await callee.say({ type: "accept", call });
    const said = ["", "Grüß Gott 👋🏽\u0000\n", "x".repeat(10_000)].map((text, index) =>
      ({ type: "message", call, id: callId(`text${index}`), text }) as const
    );
    caller.blurt(...said, { type: "dtmf", call, key: "#" });
    await callee.say({ type: "message", call, id: callId("back"), text: "back" });
    await callee.say({ type: "dtmf", call, key: "7" });
    assert.deepEqual(callee.all("message"), said);
    assert.deepEqual(callee.last("dtmf"), { type: "dtmf", call, key: "#" });
    assert.deepEqual([caller.last("message")?.text, caller.last("dtmf")?.key], ["back", "7"]);
  });
}

Deno.test("while it rings all devices of the callee hear the caller, and any of them may write", async () => {
  await using office = await Office.open();
  const { caller, callee, second } = await dialled(office);
  await caller.say({ type: "message", call, id: callId("text"), text: "hello" });
  for (const robot of [callee, second]) {
    assert.equal(robot?.last("message")?.text, "hello");
    await robot?.say({ type: "message", call, id: callId("text"), text: `from ${robot.device}` });
    assert.equal(caller.last("message")?.text, `from ${robot?.device}`);
  }
  await callee.say({ type: "accept", call });
  await caller.say({ type: "message", call, id: callId("more"), text: "just you" });
  assert.deepEqual([callee.last("message")?.text, second?.last("message")?.text], ["just you", "hello"]);
  await second?.say({ type: "message", call, id: callId("late"), text: "too late" });
  assert.deepEqual([caller.last("message")?.text, second?.last("error")], [
    `from ${second?.device}`,
    undefined,
  ]);
});

Deno.test("who has no right to messages is told so, and nothing is passed on; digits need none", async () => {
  await using office = await Office.open();
  const guest = await Robot.register(office, { token: await office.token("word", "calls") });
  const callee = await Robot.register(office, { number: "1002" });
  await guest.say({ type: "invite", call, to: "1002" });
  await guest.say({ type: "message", call, id: callId("text"), text: "hello" });
  await guest.say({ type: "dtmf", call, key: "1" });
  assert.deepEqual(guest.last("error"), {
    type: "error",
    code: "forbidden",
    message: "Cannot write a message: this token has no right to messages",
    call,
  });
  assert.deepEqual(callee.all("message"), []);
  assert.equal(callee.last("dtmf")?.key, "1");
  await callee.say({ type: "message", call, id: callId("text"), text: "hello" });
  assert.equal(guest.last("message")?.text, "hello", "to be written to needs no right");
});

Deno.test("nobody writes into a call of others, nor into one that is over", async () => {
  await using office = await Office.open(["1001", "1002", "1003"]);
  const { caller, callee } = await dialled(office, { early: true });
  const stranger = await Robot.register(office, { number: "1003" });
  const message = { type: "message", call, id: callId("text"), text: "hello" } as const;
  for (const said of [message, { type: "dtmf", call, key: "1" }] as const) {
    stranger.heard.length = 0;
    await stranger.say(said);
    assert.equal(stranger.last("error")?.code, "not-a-party", said.type);
  }
  await caller.say({ type: "hangup", call });
  await caller.say(message);
  const heard = [...callee.all("message"), ...callee.all("dtmf"), ...caller.all("error")];
  assert.deepEqual(heard, []);
});

Deno.test("an elected call to somebody in a call, or not ready, is busy and never rings there", async () => {
  await using office = await Office.open(["1001", "1002", "1003"]);
  const { callee } = await dialled(office, { early: true });
  const third = await Robot.register(office, { number: "1003" });
  await third.say({ type: "invite", call: other, to: "1002", elected: true });
  assert.equal(third.last("hangup")?.reason, "busy");
  assert.equal(callee.all("invite").length, 1);
  const waiting = await Robot.register(office, { number: "1003", ready: false });
  await callee.say({ type: "hangup", call });
  await callee.say({ type: "invite", call: callId("three"), to: "1003", elected: true });
  assert.equal(callee.last("hangup")?.reason, undefined);
  await third.say({ type: "ready", ready: false });
  await callee.say({ type: "hangup", call: callId("three") });
  await callee.say({ type: "invite", call: callId("four"), to: "1003", elected: true });
  assert.equal(callee.last("hangup")?.reason, "busy");
  assert.equal(waiting.all("invite").length, 1);
});

Deno.test("two that dial each other end up in one call, whichever invite comes first", async () => {
  for (const swap of [false, true]) {
    await using office = await Office.open();
    const robots = [
      await Robot.register(office, { number: "1001" }),
      await Robot.register(office, { number: "1002" }),
    ];
    if (swap) robots.reverse();
    const [first, second] = robots as [Robot, Robot];
    first.blurt({ type: "invite", call, to: second.number, offer: "first" });
    await second.say({ type: "invite", call: other, to: first.number, offer: "second" });
    assert.deepEqual(second.last("joined"), { type: "joined", call: other, into: call });
    assert.deepEqual(first.last("accept"), { type: "accept", call });
    assert.equal(second.last("invite")?.offer, "first");
    assert.equal(first.last("invite"), undefined, "the crossing call rings nowhere");
    const live = await office.calls.live();
    assert.deepEqual(live.map(({ id, state }) => [id, state.name]), [[call, "established"]]);
  }
});

Deno.test("the same invite said twice is one call", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  await caller.say({ type: "invite", call, to: "1002", offer: "the offer" });
  assert.equal(callee.all("invite").length, 1);
  assert.equal(caller.last("hangup"), undefined);
});

Deno.test("late messages to a call that is over are dropped without a word", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  await caller.say({ type: "hangup", call });
  caller.heard.length = callee.heard.length = 0;
  await callee.say({ type: "accept", call });
  await callee.say({ type: "accept", call: callId("never") });
  await callee.say({ type: "candidate", call, candidates: [{ candidate: "late" }] });
  await callee.say({ type: "hangup", call });
  const steps = (robot: Robot) => robot.heard.filter(({ type }) => type !== "presence");
  assert.deepEqual([steps(caller), steps(callee)], [[], []]);
});

Deno.test("two devices that accept and hang up at once: who has accepted is not hung up by the other", async () => {
  for (const order of [["accept", "hangup"], ["accept", "reject"], ["accept", "accept"]] as const) {
    await using office = await Office.open();
    const { caller, callee, second } = await dialled(office);
    callee.blurt({ type: order[0], call });
    second!.blurt({ type: order[1], call });
    await settle();
    assert.equal(caller.all("accept").length, 1, order.join());
    assert.equal(caller.last("hangup"), undefined, order.join());
  }
});

Deno.test("dialling back from a device that was not rung is a call of its own", async () => {
  await using office = await Office.open();
  const { caller } = await dialled(office);
  const late = await Robot.register(office, { number: "1002" });
  await late.say({ type: "invite", call: other, to: "1001", offer: "back" });
  assert.equal(late.last("joined"), undefined);
  assert.equal(caller.last("invite")?.call, other);
  assert.equal(caller.last("accept"), undefined);
});

Deno.test("nobody takes the id of somebody else's call for an invite", async () => {
  await using office = await Office.open(["1001", "1002", "1003"]);
  const { callee } = await dialled(office, { early: true });
  const stranger = await Robot.register(office, { number: "1003" });
  await stranger.say({ type: "invite", call, to: "1002" });
  assert.equal(stranger.last("error")?.code, "not-a-party");
  assert.equal(stranger.last("hangup")?.reason, "failed");
  assert.equal(callee.all("invite").length, 1);
});

Deno.test("one device cannot dial without end", async () => {
  await using office = await Office.open();
  const callee = await Robot.register(office, { number: "1002" });
  const guest = await Robot.register(office);
  for (let index = 0; index < MOST_DIALLED + 5; index++) {
    await guest.say({ type: "invite", call: callId(`many${index}`), to: "1002" });
  }
  assert.equal(callee.all("invite").length, MOST_DIALLED);
  assert.deepEqual(guest.all("hangup").map(({ reason }) => reason), Array(5).fill("busy"));
});

Deno.test("a step that fails for a reason of our own ends the call, rather than leave two that do not agree", async () => {
  await using office = await Office.open();
  const caller = await Robot.register(office, { number: "1001" });
  await Robot.register(office, { number: "1002" });
  const { create } = office.calls;
  office.calls.create = () => Promise.reject(new Error("away"));
  await caller.say({ type: "invite", call, to: "1002" });
  assert.deepEqual([caller.last("error")?.code, caller.last("hangup")?.reason], ["internal", "failed"]);
  office.calls.create = create.bind(office.calls);
  await caller.say({ type: "invite", call: other, to: "1002" });
  assert.equal(caller.all("hangup").length, 1);
});

Deno.test("an offer to several devices tells none of them where the caller is", async () => {
  await using office = await Office.open();
  const { caller, callee, second } = await dialled(office);
  const offer =
    "v=0\r\nm=audio 9\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.7 5 typ host\r\na=end-of-candidates\r\n";
  await caller.say({ type: "hangup", call: callId("one") });
  await caller.say({ type: "invite", call: callId("two"), to: "1002", offer });
  for (const device of [callee, second!]) {
    assert.equal(device.last("invite")?.offer, "v=0\r\nm=audio 9\r\na=mid:0\r\n");
  }
  await second!.lose(true);
  await caller.say({ type: "hangup", call: callId("two") });
  await caller.say({ type: "invite", call: callId("three"), to: "1002", offer });
  assert.equal(callee.last("invite")?.offer, offer);
});
