/** One phone's line: signs of life, and what can be asked over it. */
import assert from "node:assert/strict";
import type { PhoneMessage } from "../protocol/messages.ts";
import { type Clock, settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { agents, callId, connected, dialled, Robot } from "../tests/support/robot.ts";
import { TALK } from "./bucket.ts";
import { GRACE_TIME, LEASE, PROBE, SILENCE } from "./times.ts";
import { RING_TIME } from "./switchboard.ts";

const call = callId("one");
const ping: PhoneMessage = { type: "ping" };

const codeOf = ({ closed }: Robot): number | undefined => closed?.code;

/** Lets time pass in which these phones answer probes, and the others sleep with their sockets open. */
async function awake(clock: Clock, milliseconds: number, ...robots: readonly Robot[]): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += PROBE) {
    await clock.pass(Math.min(PROBE, milliseconds - passed));
    for (const robot of robots) robot.blurt(ping);
    await settle();
  }
}

Deno.test("every phone is probed when it has registered and every few seconds, as long as it is", async () => {
  await using office = await Office.open();
  const silent = new Robot(office);
  const phone = await Robot.register(office);
  await office.clock.pass(PROBE * 3);
  assert.deepEqual([silent.all("probe").length, phone.all("probe").length], [0, 4]);
  await phone.lose();
  await office.clock.pass(PROBE);
  assert.equal(phone.all("probe").length, 4);
});

Deno.test("a phone that has answered and then says nothing for forty seconds is gone, and so is its call", async () => {
  await using office = await Office.open();
  const [sleeper, other] = await agents(office, "1001", "1002") as [Robot, Robot];
  await connected(sleeper, other);
  await sleeper.say(ping);
  await awake(office.clock, SILENCE - 1000, other);
  assert.deepEqual([sleeper.closed, other.all("hangup")], [undefined, []]);
  await awake(office.clock, 2000, other);
  assert.deepEqual(sleeper.closed, { code: 1001, reason: "silent" });
  assert.deepEqual(other.of(call), ["hangup failed"]);
  assert.deepEqual(await office.registrar.ofNumber("1001"), []);
  await office.clock.pass(100);
  assert.equal(other.statusOf("1001"), "offline");
  assert.equal(other.closed, undefined);
  assert.equal(office.exchange.size, 1);
});

Deno.test("a phone that takes its line up and falls asleep before it has answered there is gone as well", async () => {
  await using office = await Office.open();
  const [sleeper, other] = await agents(office, "1001", "1002") as [Robot, Robot];
  const { resume } = sleeper.last("registered") ?? assert.fail();
  await connected(sleeper, other);
  await sleeper.say(ping);
  const { device } = sleeper;
  const again = await Robot.register(office, { number: "1001", device, resume, received: 0 });
  await awake(office.clock, SILENCE + 1000, other);
  assert.deepEqual(again.closed, { code: 1001, reason: "silent" });
  assert.deepEqual(other.of(call), ["hangup failed"]);
});

Deno.test("whatever a phone says is a sign of life", async () => {
  await using office = await Office.open();
  const phone = await Robot.register(office, { number: "1001" });
  await phone.say(ping);
  await office.clock.pass(SILENCE - 1000);
  await phone.say({ type: "ready", ready: false });
  await office.clock.pass(SILENCE - 1000);
  assert.equal(codeOf(phone), undefined);
  await office.clock.pass(2000);
  assert.equal(codeOf(phone), 1001);
});

Deno.test("a phone that never answers probes is left alone", async () => {
  await using office = await Office.open();
  const phone = await Robot.register(office);
  await office.clock.pass(SILENCE * 4);
  assert.equal(phone.closed, undefined);
  assert.equal((await office.registrar.ofNumber(phone.number)).length, 1);
});

Deno.test("a phone that wakes up too late is somebody new; in time, the same", async () => {
  for (const inTime of [true, false]) {
    await using office = await Office.open();
    const phone = await Robot.register(office);
    const { device, number } = phone;
    const { resume } = phone.last("registered") ?? assert.fail();
    await phone.say(ping);
    await office.clock.pass(inTime ? GRACE_TIME / 2 : GRACE_TIME * 2);
    assert.equal(phone.closed?.code, inTime ? undefined : 1001);
    const back = await Robot.register(office, { device, resume });
    assert.equal(back.number === number, inTime);
  }
});

/** A phone that asks of the history, in which there is one call. */
async function asking(office: Office, ...rights: Parameters<Office["token"]>[1][]): Promise<Robot> {
  const { caller } = await dialled(office, { early: true });
  await caller.say({ type: "hangup", call });
  return await Robot.register(office, { token: await office.token("word", ...rights) });
}

const ask = callId("ask");

Deno.test("the history is told to those who may read it, by the filter of the HTTP API", async () => {
  await using office = await Office.open();
  const robot = await asking(office, "history");
  await robot.say({ type: "history", ask });
  const { total, calls } = robot.last("history") ?? assert.fail();
  assert.deepEqual([total, calls.map(({ CallId }) => CallId)], [1, [call]]);
  await robot.say({ type: "history", ask: callId("none"), filter: { Source: "1002" } });
  assert.deepEqual(robot.last("history"), { type: "history", ask: callId("none"), total: 0, calls: [] });
});

Deno.test("a question that cannot be read is answered with why, by its name, and costs nothing else", async () => {
  await using office = await Office.open();
  const robot = await asking(office, "history");
  await robot.say({ type: "history", ask, filter: { From: "yesterday" } });
  const { code, ask: answered, message } = robot.last("error") ?? assert.fail();
  assert.deepEqual([code, answered], ["bad-request", ask]);
  assert.match(message, /^Cannot read the history: From: expected /);
  assert.equal(robot.closed, undefined);
});

Deno.test("who has no right to the history is told so", async () => {
  await using office = await Office.open();
  const robot = await asking(office, "calls", "messages", "sessions", "modify", "listen");
  await robot.say({ type: "history", ask });
  assert.deepEqual(robot.last("error"), {
    type: "error",
    code: "forbidden",
    message: "Cannot read the history: this token has no right to it",
    ask,
  });
  assert.deepEqual(robot.all("history"), []);
});

Deno.test("a question that cannot be answered for a reason of our own is answered so, by its name", async () => {
  await using office = await Office.open();
  const robot = await asking(office, "history");
  office.book.historyCount = () => Promise.reject(new Error("away"));
  await robot.say({ type: "history", ask });
  assert.deepEqual(robot.last("error"), {
    type: "error",
    code: "internal",
    message: "Cannot do this now",
    ask,
  });
});

Deno.test("a step that fails is answered by its call, however ill the store is", async () => {
  await using office = await Office.open();
  const caller = await Robot.register(office, { number: "1001" });
  office.calls.read = () => Promise.reject(new Error("away"));
  await caller.say({ type: "invite", call, to: "1002" });
  const { code, call: named } = caller.last("error") ?? assert.fail();
  assert.deepEqual([code, named], ["internal", call]);
});

const MISTAKES: [what: string, said: Record<string, unknown>, about: Record<string, unknown>][] = [
  ["a question", { type: "history", ask: "?", filter: 5 }, { ask: "?" }],
  ["a call", { type: "dtmf", call, key: "five" }, { call }],
  ["neither", { type: "hangup", call: 5, ask: ["x"] }, {}],
  ["what is no name", { type: "hangup", call: "x".repeat(60_000) }, {}],
];

for (const [what, said, about] of MISTAKES) {
  Deno.test(`a mistake that names ${what} is answered as such`, async () => {
    await using office = await Office.open();
    const robot = await Robot.register(office);
    await robot.saw(JSON.stringify(said));
    const { type: _, message: __, field: ___, ...rest } = robot.last("error") ?? assert.fail();
    assert.deepEqual(rest, { code: "protocol", ...about });
  });
}

Deno.test("a step that fails while its phone is replaced ends no call of others", async () => {
  await using office = await Office.open(["1001", "1002", "1003"]);
  const [one, two, thief] = await agents(office, "1001", "1002", "1003") as [Robot, Robot, Robot];
  await connected(one, two);
  const { read } = office.calls;
  office.calls.read = async () => {
    office.calls.read = read;
    await Robot.register(office, { number: "1003", device: thief.device });
    throw new Error("away");
  };
  await thief.say({ type: "hangup", call });
  await settle();
  assert.equal(thief.last("denied")?.code, "replaced");
  assert.ok(office.log.some(({ event }) => event === "connection"), "the step has failed by now");
  assert.deepEqual([one.of(call), two.of(call)], [[], []]);
  assert.equal((await office.calls.read(call))?.state.name, "established");
});

Deno.test("a phone that sleeps is given up though the store is ill: its socket is closed, and nothing leaks", async () => {
  await using office = await Office.open();
  const sleeper = await Robot.register(office, { number: "1001" });
  await sleeper.say(ping);
  office.registrar.remove = () => Promise.reject(new Error("away"));
  await office.clock.pass(SILENCE + 1000);
  assert.deepEqual(sleeper.closed, { code: 1001, reason: "silent" });
  assert.equal(office.exchange.size, 0);
});

Deno.test("a phone whose key is dead is sent away though the store is ill", async () => {
  await using office = await Office.open();
  const robot = await Robot.register(office, { number: "1001" });
  await office.book.removeAgent("1001");
  office.registrar.remove = () => Promise.reject(new Error("away"));
  await office.clock.pass(LEASE);
  assert.deepEqual([robot.last("denied")?.code, codeOf(robot)], ["unknown-agent", 1008]);
});

Deno.test("a phone that cannot be given up keeps nobody waiting: what else is due is done", async () => {
  await using office = await Office.open(["1001", "1002", "1003"]);
  const [stuck, sleeper, caller] = await agents(office, "1001", "1002", "1003") as [Robot, Robot, Robot];
  for (const robot of [stuck, sleeper]) await robot.say(ping);
  await caller.say({ type: "invite", call, to: "1001" });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { remove } = office.registrar;
  office.registrar.remove = (party, epoch) =>
    party.number === "1001" ? promise : remove.call(office.registrar, party, epoch);
  await office.clock.pass(RING_TIME + 2000);
  assert.equal(codeOf(sleeper), 1001);
  assert.deepEqual(caller.of(call), ["hangup no-answer"]);
  resolve(false);
  await settle();
  assert.equal(codeOf(stuck), 1001);
});

/** What `robot` says so many times at once. */
const talk = (robot: Robot, times: number): void =>
  robot.blurt(
    ...Array.from({ length: times }, (_, index): PhoneMessage =>
      index % 2
        ? { type: "dtmf", call, key: "5" }
        : { type: "message", call, id: callId(`text${index}`), text: "hello" }),
  );

Deno.test("some hundreds of messages are passed on at once, a flood bit by bit, and nothing of it is lost", async () => {
  await using office = await Office.open();
  const [one, two] = await agents(office, "1001", "1002") as [Robot, Robot];
  await connected(one, two);
  const heard = () => two.all("message").length + two.all("dtmf").length;
  talk(one, 2000);
  await settle();
  assert.equal(heard(), TALK.most);
  await office.clock.pass(1000);
  assert.ok(Math.abs(heard() - TALK.most - TALK.perSecond) <= 2, `${heard()} were passed on`);
  talk(two, 3);
  await settle();
  assert.equal(one.all("message").length, 2, "the other one's bucket is its own");
  for (let second = 0; second < 10; second++) {
    // Phones say what has arrived; one that never did would be taken for ill.
    await two.say({ type: "ping", received: heard() });
    await office.clock.pass(1000);
  }
  assert.deepEqual([heard(), one.all("error")], [2000, []]);
  await one.say({ type: "hangup", call });
  assert.equal(two.last("hangup")?.reason, "hangup");
});

Deno.test("a phone that never heard the answer to its register comes back once more, and has missed nothing", async () => {
  await using office = await Office.open();
  const [alice, bob] = await agents(office, "1001", "1002") as [Robot, Robot];
  const { resume } = bob.last("registered") ?? assert.fail();
  await connected(alice, bob);
  // What it has heard so far.
  const received = 1;
  await bob.say({ type: "ping", received });
  await bob.lose();
  const back = { number: "1002", device: bob.device, resume, received };
  const unheard = await Robot.register(office, back);
  await alice.say({ type: "message", call, id: "message-0001", text: "Are you there?" });
  await unheard.lose();
  const heard = await Robot.register(office, back);
  assert.equal(heard.last("registered")?.received, 1, "it goes on where it was");
  assert.deepEqual(heard.all("message").map(({ text }) => text), ["Are you there?"]);
});

Deno.test("the same after a restart of the PBX, whose counts the phone has not heard of", async () => {
  await using office = await Office.open();
  const [alice, bob] = await agents(office, "1001", "1002") as [Robot, Robot];
  const { resume } = bob.last("registered") ?? assert.fail();
  const { resume: hers } = alice.last("registered") ?? assert.fail();
  await connected(alice, bob);
  office.restart();
  const again = await Robot.register(office, { number: "1001", device: alice.device, resume: hers });
  const back = { number: "1002", device: bob.device, resume, received: 17 };
  const unheard = await Robot.register(office, back);
  await again.say({ type: "message", call, id: "message-0001", text: "Are you there?" });
  await unheard.lose();
  const heard = await Robot.register(office, back);
  assert.equal(heard.last("registered")?.received, undefined, "it is told that the counts begin anew");
  assert.deepEqual(heard.all("message").map(({ text }) => text), ["Are you there?"]);
});

Deno.test("nobody gets somebody else's word", async () => {
  await using office = await Office.open();
  const [alice] = await agents(office, "1001") as [Robot];
  const { resume } = alice.last("registered") ?? assert.fail();
  const thief = await Robot.register(office, { number: "1002", resume });
  assert.notEqual(thief.last("registered")?.resume, resume);
});

Deno.test("a phone that comes back again and again and says nothing is given up after the same time", async () => {
  await using office = await Office.open();
  const [alice, bob] = await agents(office, "1001", "1002") as [Robot, Robot];
  const { resume } = bob.last("registered") ?? assert.fail();
  await connected(alice, bob);
  await bob.lose();
  const back = { number: "1002", device: bob.device, resume, received: 1 };
  for (let passed = 0; passed < GRACE_TIME; passed += 5000) {
    await (await Robot.register(office, back)).lose();
    await awake(office.clock, 5000, alice);
  }
  await awake(office.clock, 2000, alice);
  assert.deepEqual(alice.of(call), ["hangup failed"]);
});
