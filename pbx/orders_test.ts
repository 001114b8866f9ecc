/** Orders: what supervisors and programs do to calls of others. 1001 has called 1002; 1009 watches over both. */
import assert from "node:assert/strict";
import type { PhoneMessage } from "../protocol/messages.ts";
import { type Right, RIGHTS } from "../protocol/rights.ts";
import { Office } from "../tests/support/office.ts";
import { agents, callId, connected, dialled, Robot } from "../tests/support/robot.ts";

const [c1, c2] = [callId("one"), callId("two")];
type Order = Omit<Extract<PhoneMessage, { type: "order" }>, "type" | "call">;
type State = "ringing" | "established";

async function scene(state: State, rights: readonly Right[] = RIGHTS) {
  const office = await Office.open(["1001", "1002", "1003"]);
  const boss = await Robot.register(office, { token: await office.token("word", ...rights) });
  const { caller, callee } = await dialled(office, { early: true });
  const third = await Robot.register(office, { number: "1003" });
  if (state === "established") await callee.say({ type: "accept", call: c1 });
  for (const robot of [caller, callee, boss]) robot.heard.length = 0;
  const give = async (order: Order, call = c1) => await boss.say({ type: "order", call, ...order });
  return { office, boss, caller, callee, third, give };
}

const stateOf = async (office: Office) => (await office.calls.read(c1))?.state;

Deno.test("an order holds a call for both, and only an order takes it off hold again", async () => {
  const { office, caller, callee, give } = await scene("established");
  await using _ = office;
  await give({ order: "hold" });
  await give({ order: "hold" });
  for (const robot of [caller, callee]) {
    assert.deepEqual(robot.all("hold"), [{ type: "hold", call: c1, by: "pbx" }]);
  }
  await caller.say({ type: "hold", call: c1 });
  await callee.say({ type: "hold", call: c1 });
  assert.deepEqual(callee.last("hold"), { type: "hold", call: c1 });
  await caller.say({ type: "unhold", call: c1 });
  assert.deepEqual(await stateOf(office), { name: "established", heldBy: ["pbx", "callee"] });
  await give({ order: "unhold" });
  assert.deepEqual(await stateOf(office), { name: "established", heldBy: ["callee"] });
  for (const robot of [caller, callee]) {
    assert.deepEqual(robot.all("unhold").filter(({ by }) => by), [{ type: "unhold", call: c1, by: "pbx" }]);
  }
  const { resume } = (await office.registrar.ofNumber("1002"))[0]!;
  const back = await Robot.register(office, { number: "1002", device: callee.device, resume });
  assert.deepEqual(back.last("registered")?.calls[0]?.state, { name: "established", heldBy: ["callee"] });
});

for (const [state, reason] of [["ringing", "canceled"], ["established", "hangup"]] as const) {
  Deno.test(`an order hangs up a call that is ${state} with ${reason}, for both`, async () => {
    const { office, caller, callee, give, boss } = await scene(state);
    await using _ = office;
    await give({ order: "hangup" });
    assert.deepEqual([caller.of(c1), callee.of(c1)], [[`hangup ${reason}`], [`hangup ${reason}`]]);
    assert.equal((await office.book.history(1))[0]?.endedBy, undefined);
    assert.deepEqual(boss.of(c1), []);
  });
}

for (const [party, moved, other] of [["1001", "caller", "callee"], ["1002", "callee", "caller"]] as const) {
  Deno.test(`an order transfers the ${moved}`, async () => {
    const robots = await scene("established");
    const { office, third, give } = robots;
    await using _ = office;
    await give({ order: "transfer", party, to: "1003" });
    assert.deepEqual(robots[moved].of(c1), ["refer 1003"]);
    assert.deepEqual(robots[other].of(c1), []);
    await robots[moved].say({ type: "invite", call: c2, to: "1003", replaces: c1 });
    await third.say({ type: "accept", call: c2 });
    assert.deepEqual(robots[other].of(c1), ["hangup transferred"]);
    assert.deepEqual(robots.boss.of(c1), []);
  });
}

Deno.test("a transfer that was ordered and comes to nothing is told to whoever ordered it", async () => {
  const { office, boss, caller, callee, third, give } = await scene("established");
  await using _ = office;
  await give({ order: "transfer", party: "1002", to: "1003" });
  await callee.say({ type: "invite", call: c2, to: "1003", replaces: c1 });
  await third.say({ type: "reject", call: c2 });
  assert.deepEqual([boss.of(c1), caller.of(c1)], [["error transfer-failed"], []]);
});

Deno.test("an order forwards a call that rings", async () => {
  const { office, caller, callee, third, give } = await scene("ringing");
  await using _ = office;
  await give({ order: "forward", to: "1003" });
  assert.deepEqual([caller.of(c1), callee.of(c1)], [["refer 1003"], ["hangup transferred"]]);
  await caller.say({ type: "invite", call: c2, to: "1003", replaces: c1 });
  assert.equal(third.last("invite")?.from, "1001");
});

Deno.test("an order presses a key for one of the two", async () => {
  const { office, caller, callee, give } = await scene("established");
  await using _ = office;
  await give({ order: "dtmf", party: "1002", key: "5" });
  assert.deepEqual(callee.all("dtmf"), [{ type: "dtmf", call: c1, key: "5" }]);
  await give({ order: "dtmf", party: "1001", key: "*" });
  assert.deepEqual([callee.all("dtmf").length, caller.last("dtmf")?.key], [1, "*"]);
});

type Refusal = [order: Order, state: State, code: string, words: RegExp];
const REFUSALS: Refusal[] = [
  [{ order: "hold" }, "ringing", "wrong-state", /^Cannot hold the call: it is not established$/],
  [{ order: "unhold" }, "ringing", "wrong-state", /^Cannot take off hold the call/],
  [{ order: "transfer", party: "1001", to: "1003" }, "ringing", "wrong-state", /^Cannot transfer the call/],
  [{ order: "transfer", party: "1003", to: "1001" }, "established", "not-a-party", /1003 is no party to it$/],
  [{ order: "transfer", party: "1001" }, "established", "bad-request", /tell the party that moves/],
  [{ order: "transfer", to: "1003" }, "established", "bad-request", /tell the party that moves/],
  [{ order: "transfer", party: "1001", to: "1001" }, "established", "not-found", /nobody can be reached/],
  [{ order: "transfer", party: "1001", to: "Zzzzz" }, "established", "not-found", /reached by Zzzzz$/],
  [{ order: "forward", to: "1003" }, "established", "wrong-state", /^Cannot forward the call/],
  [{ order: "forward", to: "Zzzzz" }, "ringing", "not-found", /^Cannot forward the call/],
  [{ order: "forward" }, "ringing", "bad-request", /tell a number$/],
  [{ order: "dtmf", party: "1003", key: "1" }, "established", "not-a-party", /1003 is no party/],
  [{ order: "dtmf", party: "1001" }, "established", "bad-request", /a key$/],
  [{ order: "dtmf", key: "1" }, "established", "bad-request", /a key$/],
  [{ order: "listen" }, "established", "no-media-engine", /^Cannot listen: no media engine is configured$/],
  [{ order: "unlisten" }, "ringing", "no-media-engine", /^Cannot listen: no media engine is configured$/],
];

for (const [order, state, code, words] of REFUSALS) {
  const { order: name, ...details } = order;
  Deno.test(`order ${name} ${JSON.stringify(details)} on a call that is ${state}: ${code}`, async () => {
    const { office, boss, caller, callee, give } = await scene(state);
    await using _ = office;
    const before = await stateOf(office);
    await give(order);
    assert.deepEqual(boss.of(c1), [`error ${code}`]);
    assert.match(boss.last("error")?.message ?? "", words);
    assert.deepEqual([caller.of(c1), callee.of(c1), await stateOf(office)], [[], [], before]);
    assert.deepEqual(await office.exchange.order(c1, name, details), {
      code,
      message: boss.last("error")?.message,
    });
  });
}

Deno.test("there is nothing to order of a call that is over, or never was", async () => {
  const { office, boss, caller, give } = await scene("established");
  await using _ = office;
  await caller.say({ type: "hangup", call: c1 });
  for (const call of [c1, callId("never")]) {
    await give({ order: "hangup" }, call);
    assert.equal(boss.last("error")?.code, "no-such-call");
    assert.equal(boss.last("error")?.call, call);
  }
});

for (
  const [rights, order, is] of [
    [["calls", "messages", "sessions", "history", "listen"], "hangup", "forbidden"],
    [["modify"], "listen", "forbidden"],
    [["listen"], "hold", "forbidden"],
    [["modify"], "hold", undefined],
    [["listen"], "listen", "no-media-engine"],
  ] as const
) {
  Deno.test(`with ${rights.join(", ")} order ${order} is ${is ?? "followed"}`, async () => {
    const { office, boss, caller, give } = await scene("established", rights);
    await using _ = office;
    await give({ order });
    assert.equal(boss.last("error")?.code, is);
    assert.deepEqual(caller.of(c1), is ? [] : ["hold"]);
  });
}

Deno.test("exchange.order() answers with nothing when it was done", async () => {
  await using office = await Office.open(["1001", "1002", "1003"]);
  const [one, two] = await agents(office, "1001", "1002", "1003") as [Robot, Robot, Robot];
  await connected(one, two);
  for (const order of ["hold", "unhold"] as const) {
    assert.equal(await office.exchange.order(c1, order), undefined);
  }
  assert.equal(
    await office.exchange.order(c1, "transfer", { party: "1002", to: "1003" }),
    undefined,
  );
  assert.equal(await office.exchange.order(c1, "dtmf", { party: "1002", key: "1" }), undefined);
  assert.equal(await office.exchange.order(c1, "hangup"), undefined);
  assert.deepEqual(two.of(c1), ["hold", "unhold", "refer 1003", "dtmf", "hangup hangup"]);
});
