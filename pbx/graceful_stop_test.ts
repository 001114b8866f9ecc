import assert from "node:assert/strict";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { agents, callId, connected, Robot } from "../tests/support/robot.ts";
import { NEW_CREDENTIALS, SPREAD } from "./times.ts";

Deno.test("a stop tells every phone when to come back, spread over seconds, and closes with 1012", async () => {
  const office = await Office.open();
  const robots: Robot[] = [];
  for (let count = 0; count < 4; count++) robots.push(await Robot.register(office));
  await office.exchange[Symbol.asyncDispose]();
  const times = robots.map((robot) => robot.last("restart")?.after ?? NaN);
  assert.deepEqual(times, [0, 0.25, 0.5, 0.75].map((part) => part * SPREAD.least));
  assert.deepEqual(robots.map(({ closed }) => closed?.code), [1012, 1012, 1012, 1012]);
  assert.ok(robots.every(({ heard }) => heard.at(-1)?.type === "pong"), "and what has arrived, at last");
});

Deno.test("a call that is dialled during a stop is refused in words, one that lives goes on", async () => {
  const office = await Office.open(["1001", "1002", "1003"]);
  const [alice, bob, carol] = await agents(office, "1001", "1002", "1003") as [Robot, Robot, Robot];
  await connected(alice, bob);
  const stopping = office.exchange[Symbol.asyncDispose]();
  carol.blurt({ type: "invite", call: callId("late"), to: "1001", offer: "x" });
  await stopping;
  assert.deepEqual(carol.of(callId("late")), ["error restarting", "hangup failed"]);
  assert.deepEqual((await office.calls.live()).map(({ id }) => id), [callId("one")]);
  assert.equal(bob.last("hangup"), undefined);
});

Deno.test("what was said before a stop is done before it", async () => {
  const office = await Office.open();
  const [alice, bob] = await agents(office, "1001", "1002") as [Robot, Robot];
  await connected(alice, bob);
  alice.blurt({ type: "hold", call: callId("one") });
  await office.exchange[Symbol.asyncDispose]();
  assert.equal(bob.all("hold").length, 1);
});

Deno.test("a stop waits two seconds at most for a store that does not answer", async () => {
  const office = await Office.open();
  const alice = await Robot.register(office, { number: "1001" });
  office.calls.read = () => new Promise(() => {});
  alice.blurt({ type: "hold", call: callId("one") });
  let isOver = false;
  void office.exchange[Symbol.asyncDispose]().then(() => isOver = true);
  await office.clock.pass(1900);
  assert.equal(isOver, false);
  await office.clock.pass(2200);
  assert.equal(isOver, true);
  assert.equal(alice.closed?.code, 1012);
});

Deno.test("a phone comes back when it was told to, and not before", async () => {
  await using office = await Office.open();
  const [alice, bob] = [office.desk("1001"), office.desk("1002")];
  for (const { connect } of [alice, bob]) {
    connect();
    await settle();
  }
  await office.exchange[Symbol.asyncDispose]();
  office.restart();
  await office.clock.pass(SPREAD.least / 2 - 1);
  assert.deepEqual([alice, bob].map(({ phone }) => phone.state.value.name), ["registered", "offline"]);
  await office.clock.pass(1);
  assert.equal(bob.phone.state.value.name, "registered");
});

Deno.test("a phone is given new credentials for relays long before the old ones end", async () => {
  await using office = await Office.open();
  const robot = await Robot.register(office, { number: "1001" });
  const breathe = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 10_000) {
      await office.clock.pass(10_000);
      await robot.say({ type: "ping" });
    }
  };
  await breathe(NEW_CREDENTIALS - 60_000);
  assert.deepEqual(robot.all("ice"), []);
  await breathe(120_000);
  assert.deepEqual(robot.all("ice"), [{ type: "ice", iceServers: [] }]);
  await breathe(NEW_CREDENTIALS);
  assert.equal(robot.all("ice").length, 2);
});

Deno.test("what was said to a phone that is away when the server stops, it hears when it is back", async () => {
  const office = await Office.open();
  const [alice, bob] = await agents(office, "1001", "1002") as [Robot, Robot];
  await connected(alice, bob);
  const { resume } = bob.last("registered") ?? (await office.registrar.ofNumber("1002"))[0]!;
  await bob.lose();
  const text = { type: "message", call: callId("one"), id: "message-0001", text: "Hello" } as const;
  await alice.say(text);
  await alice.say({ type: "offer", call: callId("one"), sdp: "an old one" });
  await office.exchange[Symbol.asyncDispose]();
  office.restart();
  const back = await Robot.register(office, { number: "1002", device: bob.device, resume });
  assert.deepEqual(back.all("message"), [text]);
  assert.deepEqual(back.all("offer"), [], "an old description would undo what is negotiated next");
  await office.exchange[Symbol.asyncDispose]();
});

Deno.test("whoever comes during a stop is turned away, and comes back later", async () => {
  const office = await Office.open();
  await Robot.register(office, { number: "1001" });
  const stopping = office.exchange[Symbol.asyncDispose]();
  const late = await Robot.register(office, { number: "1002" });
  await stopping;
  assert.deepEqual(late.closed, { code: 1012, reason: "restart" });
  assert.deepEqual(late.heard, []);
});

Deno.test("what is said after all was put down for who is away counts as not arrived, and comes after the stop", async () => {
  const office = await Office.open();
  const [alice, bob] = await agents(office, "1001", "1002") as [Robot, Robot];
  await connected(alice, bob);
  await bob.lose();
  const { leaveWords } = office.calls;
  const before = alice.last("pong")?.received ?? 0;
  office.calls.leaveWords = async (words) => {
    alice.blurt({ type: "message", call: callId("one"), id: "message-0001", text: "Late" });
    await leaveWords.call(office.calls, words);
  };
  await alice.say({ type: "message", call: callId("one"), id: "message-0000", text: "In time" });
  await alice.say({ type: "ping" });
  const inTime = alice.last("pong")?.received ?? 0;
  await office.exchange[Symbol.asyncDispose]();
  assert.equal(inTime > before, true);
  assert.equal(alice.last("pong")?.received, inTime);
});
