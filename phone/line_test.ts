/** What a phone's line goes through, against a real PBX on memory adapters; only the browser is a fake. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isHeld } from "../protocol/call_state.ts";
import { settle } from "../tests/support/clock.ts";
import { established, received, twoDesks } from "../tests/support/desks.ts";
import { Office } from "../tests/support/office.ts";
import { callId, Robot } from "../tests/support/robot.ts";
import { backoff } from "./line.ts";

Deno.test("a lost line comes back by itself, and the call over it stays", async () => {
  await using office = await Office.open();
  const { desks: [alice], caller, callee } = await established(office);
  alice.browser.cut();
  await settle();
  assert.equal(alice.phone.state.value.name, "offline");
  assert.equal(caller.state.value.name, "established");
  await office.clock.pass(1000);
  assert.equal(alice.phone.state.value.name, "registered");
  assert.deepEqual([caller.state.value.name, callee.state.value.name], ["established", "established"]);
  assert.equal(received(callee, "video")?.readyState, "live");
});

Deno.test("what is said while the line is away is said when it is back", async () => {
  await using office = await Office.open();
  const { desks: [alice], caller, callee } = await established(office);
  alice.browser.cut();
  caller.hangUp();
  await settle();
  assert.equal(callee.state.value.name, "established");
  await office.clock.pass(1000);
  assert.deepEqual(callee.state.value, { name: "ended", reason: "hangup" });
});

Deno.test("a call that rings lives over a lost line, a guest's too, and is accepted after it", async () => {
  for (const number of ["1001", undefined]) {
    await using office = await Office.open();
    const caller = office.desk(number);
    const bob = office.desk("1002");
    for (const desk of [caller, bob]) desk.connect();
    await settle();
    const call = caller.phone.call("1002");
    await settle();
    bob.browser.cut();
    await office.clock.pass(1000);
    const [ringing] = bob.phone.calls.value;
    assert.equal(ringing?.state.value.name, "ringing");
    ringing?.accept();
    await settle();
    assert.equal(call.state.value.name, "established");
    assert.equal(received(call, "video")?.readyState, "live");
  }
});

Deno.test("an accept that was lost with the PBX is made up for when the phone comes back", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoDesks(office);
  const call = alice.phone.call("1002");
  await settle();
  alice.browser.cut();
  bob.phone.calls.value[0]!.accept();
  await settle();
  office.restart();
  await office.clock.pass(1000);
  assert.equal(alice.phone.state.value.name, "registered");
  assert.equal(call.state.value.name, "established");
});

Deno.test("a call lives over a restart of the PBX, whoever of the two comes back first, and still ends on both", async () => {
  for (const first of [0, 1] as const) {
    await using office = await Office.open();
    const { desks, caller, callee } = await established(office);
    for (const { browser } of desks) browser.cut();
    office.restart();
    desks[first].browser.wake();
    await settle();
    await office.clock.pass(3000);
    assert.deepEqual([caller.state.value.name, callee.state.value.name], ["established", "established"]);
    caller.hangUp();
    await settle();
    assert.deepEqual(callee.state.value, { name: "ended", reason: "hangup" });
    assert.deepEqual(await office.calls.live(), []);
  }
});

Deno.test("what a killed PBX had heard and could not pass on any more is said again, once for the other side", async () => {
  await using office = await Office.open();
  let isDead = false;
  const toPhone = (deliver: () => void) => isDead || deliver();
  const { desks: [alice, bob], caller: call, callee } = await established(office, { toPhone });
  call.write("heard");
  await settle();
  isDead = true;
  call.write("lost with the PBX");
  call.hold();
  // It has arrived at the PBX, and alice knows.
  alice.browser.wake();
  await settle();
  office.restart();
  isDead = false;
  for (const { browser } of [alice, bob]) browser.cut();
  await office.clock.pass(3000);
  assert.deepEqual(callee.messages.value.map(({ text }) => text), ["heard", "lost with the PBX"]);
  assert.equal(isHeld(callee.state.value), true);
  assert.deepEqual(office.troubles, []);
});

Deno.test("a web client's call lives over a restart of the PBX, and it keeps its number", async () => {
  await using office = await Office.open(["1001"], false);
  const [guest, alice] = [office.desk(), office.desk("1001")];
  for (const { connect } of [guest, alice]) {
    connect();
    await settle();
  }
  const call = guest.phone.call("1001");
  await settle();
  alice.phone.calls.value[0]!.accept();
  await settle();
  const numbers = () =>
    [guest, alice].map(({ phone: { state: { value } } }) => "number" in value ? value.number : "");
  const before = numbers();
  office.restart();
  for (const { browser } of [guest, alice]) browser.cut();
  await office.clock.pass(3_000);
  assert.deepEqual(numbers(), before);
  assert.equal(call.state.value.name, "established");
  call.hangUp();
  await settle();
  assert.equal(alice.phone.calls.value.length, 0);
});

Deno.test("whoever was away for a moment still hears why a call ended", async () => {
  await using office = await Office.open();
  const { desks: [alice], caller, callee } = await established(office);
  alice.browser.cut();
  callee.hangUp();
  await office.clock.pass(1000);
  assert.deepEqual(caller.state.value, { name: "ended", reason: "hangup" });
});

Deno.test("nothing that is said is lost or doubled, however often the line breaks in between", async () => {
  const step = fc.constantFrom("hold", "unhold", "cutAlice", "cutBob", "time", "arrive", "arrive");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      await using office = await Office.open();
      const { desks: [alice, bob], caller, callee } = await established(office);
      for (const step of steps) {
        if (step === "hold" || step === "unhold") caller[step]();
        if (step === "cutAlice") alice.browser.cut();
        if (step === "cutBob") bob.browser.cut();
        if (step === "time") await office.clock.pass(400);
        if (step === "arrive") await settle();
      }
      await office.clock.pass(12_000);
      const heard = bob.browser.heard.map((text) => JSON.parse(text).type).filter((type) =>
        /hold$/.test(type)
      );
      assert.deepEqual(heard, steps.filter((step) => /hold$/.test(step)));
      assert.deepEqual(callee.state.value, caller.state.value);
      assert.deepEqual(office.troubles, []);
    }),
    { numRuns: 100 },
  );
});

Deno.test("a line that says nothing any more is given up and made anew", async () => {
  await using office = await Office.open();
  let isDead = false;
  const alice = office.desk("1001", { toPhone: (deliver) => isDead || deliver() });
  alice.connect();
  await settle();
  isDead = true;
  alice.browser.wake();
  await office.clock.pass(5000);
  assert.notEqual(alice.phone.state.value.name, "registered");
  isDead = false;
  await office.clock.pass(25_000);
  assert.equal(alice.phone.state.value.name, "registered");
});

Deno.test("a page that is opened again hangs up what its earlier life left behind", async () => {
  await using office = await Office.open();
  const device = "the-same-device";
  const alice = await Robot.register(office, { number: "1001" });
  const before = await Robot.register(office, { number: "1002", device });
  const call = callId("left");
  await alice.say({ type: "invite", call, to: "1002", offer: "x" });
  await before.say({ type: "accept", call });
  await before.lose();
  const after = office.desk("1002", { device });
  after.connect();
  await settle();
  assert.equal(alice.last("hangup")?.reason, "hangup");
  assert.deepEqual(after.phone.calls.value, []);
});

Deno.test("a phone that is opened again elsewhere is denied, and does not fight for its place", async () => {
  await using office = await Office.open();
  const first = office.desk("1001", { device: "the-same-device" });
  const second = office.desk("1001", { device: "the-same-device" });
  first.connect();
  await settle();
  second.connect();
  await settle();
  await office.clock.pass(60_000);
  assert.deepEqual(first.phone.state.value.name, "denied");
  assert.equal(second.phone.state.value.name, "registered");
});

Deno.test("backoff() doubles up to five seconds and spreads by half", () => {
  assert.deepEqual([0, 1, 2, 10].map((attempt) => backoff(attempt, 1, 5000)), [250, 500, 1000, 5000]);
  assert.equal(backoff(2, 0, 5000), 500);
});
