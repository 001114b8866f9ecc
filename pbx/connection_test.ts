/** One phone's line: signs of life, and what can be asked over it. */
import assert from "node:assert/strict";
import type { PhoneMessage } from "../protocol/messages.ts";
import { type Clock, settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { agents, callId, connected, dialled, Robot } from "../tests/support/robot.ts";
import { PROBE } from "./connection.ts";
import { GRACE_TIME } from "./sweeper.ts";

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

Deno.test("every phone is probed every ten seconds, once it is registered, and as long as it is", async () => {
  await using office = await Office.open();
  const silent = new Robot(office);
  const phone = await Robot.register(office);
  await office.clock.pass(PROBE * 3);
  assert.deepEqual([silent.all("probe").length, phone.all("probe").length], [0, 3]);
  await phone.lose();
  await office.clock.pass(PROBE);
  assert.equal(phone.all("probe").length, 3);
});

Deno.test("a phone that has answered and then says nothing for the grace time is gone, and so is its call", async () => {
  await using office = await Office.open();
  const [sleeper, other] = await agents(office, "1001", "1002") as [Robot, Robot];
  await connected(sleeper, other);
  await sleeper.say(ping);
  await awake(office.clock, GRACE_TIME - 1000, other);
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

Deno.test("whatever a phone says is a sign of life", async () => {
  await using office = await Office.open();
  const phone = await Robot.register(office, { number: "1001" });
  await phone.say(ping);
  await office.clock.pass(GRACE_TIME - 1000);
  await phone.say({ type: "ready", ready: false });
  await office.clock.pass(GRACE_TIME - 1000);
  assert.equal(codeOf(phone), undefined);
  await office.clock.pass(2000);
  assert.equal(codeOf(phone), 1001);
});

Deno.test("a phone that never answers probes is left alone", async () => {
  await using office = await Office.open();
  const phone = await Robot.register(office);
  await office.clock.pass(GRACE_TIME * 4);
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
