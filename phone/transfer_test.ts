/** Calls that become other calls: blind and attended transfer, and forwarding. Real PBX, fake browsers. */
import assert from "node:assert/strict";
import { RING_TIME } from "../pbx/switchboard.ts";
import { settle } from "../tests/support/clock.ts";
import { received } from "../tests/support/desks.ts";
import { type Desk, Office } from "../tests/support/office.ts";
import { callId, Robot } from "../tests/support/robot.ts";
import type { Call } from "./call.ts";

/** Alice is in a call with Bob; Carol and Dave are there. */
async function talking(office: Office) {
  const desks = ["1001", "1002", "1003", "1004"].map((number) => office.desk(number));
  for (const desk of desks) {
    desk.connect();
    await settle();
  }
  const [alice, bob, carol, dave] = desks as [Desk, Desk, Desk, Desk];
  const own = await connected(alice, "1002", bob);
  return { alice, bob, carol, dave, own, bobs: theCall(bob) };
}

const openOffice = () => Office.open(["1001", "1002", "1003", "1004"], false);

async function connected(from: Desk, number: string, to: Desk): Promise<Call> {
  const call = from.phone.call(number);
  await settle();
  to.phone.calls.value.at(-1)!.accept();
  await settle();
  return call;
}

function theCall({ phone }: Desk): Call {
  const [call, second] = phone.calls.value;
  assert.ok(call && !second, `Cannot tell the call: there are ${phone.calls.value.length}`);
  return call;
}

const stateOf = ({ state: { value } }: Call) => value.name === "ended" ? `ended ${value.reason}` : value.name;
const hears = (call: Call) => received(call, "audio")?.readyState === "live";

/** Fails unless the two are in a call with one another and hear each other. */
function assertTalk(one: Call, other: Call, numbers: readonly [string, string]): void {
  assert.deepEqual([stateOf(one), stateOf(other)], ["established", "established"]);
  assert.equal(one.id, other.id);
  assert.notEqual(one.role, other.role);
  assert.deepEqual([other.number.value, one.number.value], numbers);
  assert.deepEqual([hears(one), hears(other)], [true, true]);
}

/** Nobody is in a call any more, in the phones or in the PBX. */
async function assertIdle(office: Office, ...desks: Desk[]): Promise<void> {
  assert.deepEqual(desks.map(({ phone }) => phone.calls.value.length), desks.map(() => 0));
  assert.deepEqual(await office.calls.live(), []);
  assert.deepEqual(
    desks.flatMap(({ browser }) => browser.tracks.filter((track) => track.readyState === "live")),
    [],
  );
}

Deno.test("transfer() joins the other party to the number, in the same Call, and releases this phone", async () => {
  await using office = await openOffice();
  const { alice, bob, carol, own, bobs } = await talking(office);
  own.transfer("1003");
  await settle();
  assert.equal(stateOf(bobs), "established", "the call goes on until the new one is accepted");
  assert.ok(hears(bobs));
  theCall(carol).accept();
  await settle();
  assert.equal(stateOf(own), "ended transferred");
  assert.equal(theCall(bob), bobs);
  assertTalk(bobs, theCall(carol), ["1002", "1003"]);
  theCall(carol).hangUp();
  await settle();
  await assertIdle(office, alice, bob, carol);
  assert.deepEqual(office.troubles, []);
});

Deno.test("transfer() moves the caller as well as the callee", async () => {
  await using office = await openOffice();
  const { alice, carol, own, bobs } = await talking(office);
  bobs.transfer("1003");
  await settle();
  theCall(carol).accept();
  await settle();
  assert.equal(stateOf(bobs), "ended transferred");
  assert.equal(theCall(alice), own);
  assertTalk(own, theCall(carol), ["1001", "1003"]);
});

for (
  const [what, refuse] of [
    ["declined", (carol: Desk) => theCall(carol).reject()],
    ["busy", (carol: Desk) => theCall(carol).reject("busy")],
    ["not answered", (_carol: Desk, office: Office) => office.clock.pass(50_000)],
  ] as const
) {
  Deno.test(`a transfer that is ${what} leaves the call as it was, and whoever asked is told`, async () => {
    await using office = await openOffice();
    const { alice, bob, carol, own, bobs } = await talking(office);
    own.transfer("1003");
    await settle();
    await refuse(carol, office);
    await settle();
    assertTalk(own, bobs, ["1001", "1002"]);
    assert.equal(alice.phone.refused.value?.code, "transfer-failed");
    assert.equal(alice.phone.refused.value?.call, own.id);
    assert.equal(bob.phone.refused.value, undefined);
    own.hangUp();
    await settle();
    await assertIdle(office, alice, bob, carol);
  });
}

Deno.test("a transfer to nobody's number is refused at once", async () => {
  await using office = await openOffice();
  const { alice, own, bobs } = await talking(office);
  own.transfer("zzzzzzzzzz");
  await settle();
  assert.equal(alice.phone.refused.value?.code, "not-found");
  assertTalk(own, bobs, ["1001", "1002"]);
});

Deno.test("who hangs up right after the transfer does not end it", async () => {
  await using office = await openOffice();
  const { alice, bob, carol, own, bobs } = await talking(office);
  own.transfer("1003");
  own.hangUp();
  await settle();
  assert.equal(stateOf(bobs), "ringing");
  assert.ok(bobs.outgoing);
  theCall(carol).accept();
  await settle();
  assertTalk(bobs, theCall(carol), ["1002", "1003"]);
  bobs.hangUp();
  await settle();
  await assertIdle(office, alice, bob, carol);
});

Deno.test("whoever is transferred and hangs up calls nobody any more", async () => {
  await using office = await openOffice();
  const { alice, bob, carol, own, bobs } = await talking(office);
  own.transfer("1003");
  await settle();
  const rang = theCall(carol);
  bobs.hangUp();
  await settle();
  assert.deepEqual([stateOf(own), stateOf(rang)], ["ended hangup", "ended canceled"]);
  await assertIdle(office, alice, bob, carol);
});

Deno.test("of two transfers the newer one counts", async () => {
  await using office = await openOffice();
  const { carol, dave, own, bobs } = await talking(office);
  own.transfer("1003");
  await settle();
  const first = theCall(carol);
  own.transfer("1004");
  await settle();
  assert.equal(stateOf(first), "ended canceled");
  theCall(dave).accept();
  await settle();
  assertTalk(bobs, theCall(dave), ["1002", "1004"]);
});

Deno.test("transfer() joins the other parties of two calls, each in the Call that it has", async () => {
  await using office = await openOffice();
  const { alice, bob, carol, own, bobs } = await talking(office);
  own.hold();
  const second = await connected(alice, "1003", carol);
  const carols = theCall(carol);
  own.transfer(second);
  await settle();
  assert.deepEqual([stateOf(own), stateOf(second)], ["ended transferred", "ended transferred"]);
  assertTalk(bobs, carols, ["1002", "1003"]);
  assert.deepEqual([theCall(bob), theCall(carol)], [bobs, carols]);
  carols.hangUp();
  await settle();
  await assertIdle(office, alice, bob, carol);
});

Deno.test("forward() sends the caller of a ringing call on, who keeps the Call", async () => {
  await using office = await openOffice();
  const { alice, bob, carol, dave, own } = await talking(office);
  own.hangUp();
  await settle();
  const call = alice.phone.call("1003");
  await settle();
  const rang = theCall(carol);
  rang.forward("1004");
  await settle();
  assert.equal(stateOf(rang), "ended transferred");
  assert.equal(stateOf(call), "ringing");
  assert.equal(call.number.value, "1004");
  theCall(dave).accept();
  await settle();
  assertTalk(call, theCall(dave), ["1001", "1004"]);
  call.hangUp();
  await settle();
  await assertIdle(office, alice, bob, carol, dave);
});

Deno.test("what a transferred party does not send the new one is told to it", async () => {
  await using office = await openOffice();
  const { carol, own, bobs } = await talking(office);
  bobs.want({ camera: false });
  await settle();
  own.transfer("1003");
  await settle();
  theCall(carol).accept();
  await settle();
  assert.deepEqual(theCall(carol).receiving.value, { microphone: true, camera: false });
});

Deno.test("a transfer lives over lost sockets", async () => {
  await using office = await openOffice();
  const { alice, bob, carol, own, bobs } = await talking(office);
  own.transfer("1003");
  await settle();
  for (const { browser } of [alice, bob, carol]) browser.cut();
  await office.clock.pass(2000);
  theCall(carol).accept();
  await settle();
  for (const { browser } of [bob, alice]) browser.cut();
  await office.clock.pass(2000);
  assert.equal(stateOf(own), "ended transferred");
  assertTalk(bobs, theCall(carol), ["1002", "1003"]);
});

Deno.test("after a second transfer the new party is told, too, what is not sent", async () => {
  await using office = await openOffice();
  const { carol, dave, own, bobs } = await talking(office);
  bobs.want({ camera: false });
  own.transfer("1003");
  await settle();
  theCall(carol).accept();
  await settle();
  theCall(carol).transfer("1004");
  await settle();
  theCall(dave).accept();
  await settle();
  assertTalk(bobs, theCall(dave), ["1002", "1004"]);
  assert.equal(theCall(dave).receiving.value.camera, false);
});

Deno.test("two transfers that come in one go after a lost line leave the call alone", async () => {
  await using office = await openOffice();
  const { bob, dave, own, bobs } = await talking(office);
  bob.browser.cut();
  own.transfer("1003");
  own.transfer("1004");
  await settle();
  await office.clock.pass(3000);
  assertTalk(own, bobs, ["1001", "1002"]);
  theCall(dave).accept();
  await settle();
  assertTalk(bobs, theCall(dave), ["1002", "1004"]);
  assert.deepEqual(bob.browser.reports, []);
});

Deno.test("a transfer that was accepted while the PBX was killed is found again", async () => {
  await using office = await openOffice();
  const { alice, bob, carol, own, bobs } = await talking(office);
  own.transfer("1003");
  await settle();
  bob.browser.cut();
  theCall(carol).accept();
  await settle();
  office.restart();
  for (const { browser } of [alice, carol]) browser.cut();
  await office.clock.pass(6000);
  assertTalk(bobs, theCall(carol), ["1002", "1003"]);
});

Deno.test("an offer that makes no sense does no harm to the call that it was put through to", async () => {
  await using office = await openOffice();
  const [alice, bob] = [
    await Robot.register(office, { number: "1001" }),
    await Robot.register(office, { number: "1002" }),
  ];
  const carol = office.desk("1003");
  carol.connect();
  await settle();
  await alice.say({ type: "invite", call: callId("one"), to: "1002", offer: "x" });
  await bob.say({ type: "accept", call: callId("one") });
  const call = carol.phone.call("1001");
  await settle();
  await alice.say({ type: "accept", call: call.id });
  await alice.say({ type: "transfer", call: callId("one"), with: call.id });
  await bob.say({
    type: "invite",
    call: callId("two"),
    to: "1003",
    offer: "no offer at all",
    replaces: callId("one"),
  });
  assert.equal(stateOf(call), "established");
  assert.equal(carol.browser.reports.length, 1);
});

Deno.test("a number is taken with the blanks around it that people copy along", async () => {
  await using office = await openOffice();
  const { carol, own } = await talking(office);
  own.transfer(" 1003 ");
  await settle();
  theCall(carol).accept();
  await settle();
  assert.equal(stateOf(own), "ended transferred");
});

for (
  const [what, leave] of [
    ["hangs up both", (alice: Desk) => alice.phone.calls.value.forEach((call) => call.hangUp())],
    ["leaves the line", (alice: Desk) => alice.phone.disconnect()],
  ] as const
) {
  Deno.test(`whoever puts two through and ${what} at once has joined them`, async () => {
    await using office = await openOffice();
    const { alice, bob, carol, own, bobs } = await talking(office);
    own.hold();
    const second = await connected(alice, "1003", carol);
    own.transfer(second);
    leave(alice);
    await settle();
    assertTalk(bobs, theCall(carol), ["1002", "1003"]);
    theCall(carol).hangUp();
    await settle();
    await assertIdle(office, alice, bob, carol);
  });
}

Deno.test("a transfer that is pressed twice is one transfer", async () => {
  await using office = await openOffice();
  const { alice, carol, own, bobs } = await talking(office);
  own.transfer("1003");
  own.transfer("1003");
  await settle();
  theCall(carol).accept();
  await settle();
  assertTalk(bobs, theCall(carol), ["1002", "1003"]);
  assert.equal(alice.phone.refused.value, undefined);
});

Deno.test("whoever puts two through and leaves leaves nobody alone when it fails", async () => {
  await using office = await openOffice();
  const { alice, bob, carol, own } = await talking(office);
  const second = await connected(alice, "1003", carol);
  // Bob's phone is never heard of again.
  bob.browser.cut();
  bob.phone.disconnect();
  own.transfer(second);
  for (const call of alice.phone.calls.value) call.hangUp();
  await settle();
  assert.equal(stateOf(theCall(carol)), "established", "she waits for Bob");
  await office.clock.pass(RING_TIME + 2000);
  await assertIdle(office, alice, bob, carol);
});

Deno.test("whoever is put through and gives up lets the one who waits go at once", async () => {
  await using office = await openOffice();
  const { alice, bob, carol, own, bobs } = await talking(office);
  const second = await connected(alice, "1003", carol);
  carol.browser.cut();
  own.transfer(second);
  for (const call of alice.phone.calls.value) call.hangUp();
  await settle();
  bobs.hangUp();
  await settle();
  assert.deepEqual(await office.calls.live(), []);
  await office.clock.pass(2000);
  await assertIdle(office, alice, bob, carol);
});
