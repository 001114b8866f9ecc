import assert from "node:assert/strict";
import { settle } from "../tests/support/clock.ts";
import { received } from "../tests/support/desks.ts";
import { type LinkedDesk, linkedDesk, twoLinked } from "../tests/support/linked_desk.ts";
import { Office } from "../tests/support/office.ts";
import type { Call } from "./call.ts";

const stateOf = (desk: LinkedDesk, number: string) => desk.links.states.value.get(number);
const alive = ({ browser }: LinkedDesk) =>
  browser.peerConnections.filter(({ connectionState }) => connectionState !== "closed");
const onlyCall = ({ phone }: LinkedDesk): Call => {
  assert.equal(phone.calls.value.length, 1);
  return phone.calls.value[0]!;
};
const said = ({ browser }: LinkedDesk, type: string): Record<string, unknown>[] =>
  browser.sent.map((text) => JSON.parse(text)).filter((message) => message.type === type);

function assertTalk(...calls: readonly Call[]): void {
  for (const call of calls) {
    assert.equal(call.state.value.name, "established");
    assert.equal(call.connection.value, "connected");
    for (const kind of ["audio", "video"]) assert.equal(received(call, kind)?.readyState, "live", kind);
  }
}

Deno.test("nothing is made before both want a link, and then one connection at each end", async () => {
  await using office = await Office.open();
  const alice = await linkedDesk(office, "1001", ["1002"]);
  const bob = await linkedDesk(office, "1002", []);
  await office.clock.pass(60_000);
  assert.deepEqual([alice, bob].flatMap(alive), []);
  assert.equal(stateOf(alice, "1002"), "wanted");
  bob.links.want(["1001"]);
  await settle();
  assert.deepEqual([stateOf(alice, "1002"), stateOf(bob, "1001")], ["standing", "standing"]);
  assert.deepEqual([alice, bob].map((desk) => alive(desk).length), [1, 1]);
  const tracks = [alice, bob].flatMap(alive).flatMap(({ transceivers }) =>
    transceivers.map(({ sender }) => sender.track)
  );
  assert.deepEqual(tracks, [null, null, null, null], "with nothing in its senders");
});

Deno.test("a call to a linked contact goes over the link, and is one call for everybody", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoLinked(office);
  const [link] = alive(alice);
  const call = alice.phone.call("1002");
  await settle();
  const callee = onlyCall(bob);
  assertTalk(call, callee);
  assert.equal(callee.id, call.id);
  assert.deepEqual(alive(alice), [link], "over the connection of the link");
  assert.equal(said(alice, "invite").length, 1);
  assert.deepEqual([alice, bob].flatMap((desk) => said(desk, "offer")), []);
  call.hangUp();
  await settle();
  assert.deepEqual([alice, bob].flatMap(({ phone }) => phone.calls.value), []);
  assert.equal((await office.book.history(10)).length, 1);
  assert.deepEqual(office.troubles, []);
});

Deno.test("after the call the link is made anew, and carries the next one", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoLinked(office);
  for (let round = 0; round < 3; round++) {
    const [caller] = round % 2 ? [bob] : [alice];
    const call = caller!.phone.call(round % 2 ? "1001" : "1002");
    await settle();
    assertTalk(call);
    call.hangUp();
    await office.clock.pass(4000);
    assert.deepEqual([stateOf(alice, "1002"), stateOf(bob, "1001")], ["standing", "standing"]);
    assert.deepEqual([alice, bob].map((desk) => alive(desk).length), [1, 1]);
  }
  assert.deepEqual(office.troubles, []);
});

Deno.test("a callee by hand sends nothing before Accept, and has the picture at once after it", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoLinked(office);
  bob.accepts.value = false;
  const call = alice.phone.call("1002");
  await settle();
  assert.equal(call.state.value.name, "ringing");
  assert.equal(received(call, "video"), null);
  assert.deepEqual(bob.browser.asked, [], "no camera was asked for");
  const callee = onlyCall(bob);
  assert.equal(received(callee, "video")?.readyState, "live", "the caller's is there");
  callee.accept();
  await settle();
  assertTalk(call, callee);
});

/** Desks whose callee hears the PBX only when the test says so. */
async function slowPbx(office: Office) {
  const waiting: (() => void)[] = [];
  const slow = { value: false };
  const carry = (deliver: () => void) => void (slow.value ? waiting.push(deliver) : deliver());
  const desks = await twoLinked(office, { toPhone: carry });
  slow.value = true;
  const heal = async () => {
    slow.value = false;
    for (const deliver of waiting.splice(0)) deliver();
    await settle();
  };
  return { desks, heal };
}

Deno.test("whoever accepts by themselves does so ahead of the PBX, which hears it in its order", async () => {
  await using office = await Office.open();
  const { desks: [alice, bob], heal } = await slowPbx(office);
  const call = alice.phone.call("1002");
  await settle();
  assertTalk(call, onlyCall(bob));
  assert.deepEqual(said(bob, "accept"), [], "what it says is held back");
  const [record] = await office.calls.live();
  assert.equal(record?.state.name, "inviting");
  await heal();
  assert.equal((await office.calls.read(call.id))?.state.name, "established");
  assert.deepEqual([said(bob, "ringing").length, said(bob, "accept").length], [1, 1]);
  assertTalk(call, onlyCall(bob));
  call.hold();
  await settle();
  assert.deepEqual((await office.calls.read(call.id))?.state, { name: "established", heldBy: ["caller"] });
  assert.deepEqual(office.troubles, []);
});

Deno.test("what is said meanwhile arrives after the accept, in its order and once", async () => {
  await using office = await Office.open();
  const { desks: [alice, bob], heal } = await slowPbx(office);
  const call = alice.phone.call("1002");
  await settle();
  call.hold();
  call.write("to Bob");
  onlyCall(bob).write("to Alice");
  await settle();
  await heal();
  await office.clock.pass(1000);
  const callee = onlyCall(bob);
  assert.deepEqual(callee.state.value, { name: "established", heldBy: ["caller"] });
  assert.deepEqual(call.messages.value.map(({ text }) => text), ["to Bob", "to Alice"]);
  assert.deepEqual(callee.messages.value.map(({ text }) => text).toSorted(), ["to Alice", "to Bob"]);
  assert.deepEqual(office.troubles, []);
});

Deno.test("whoever hangs up before the PBX has confirmed the call leaves nothing behind", async () => {
  for (const end of ["caller", "callee"] as const) {
    await using office = await Office.open();
    const { desks: [alice, bob], heal } = await slowPbx(office);
    const call = alice.phone.call("1002");
    await settle();
    (end === "caller" ? call : onlyCall(bob)).hangUp();
    await settle();
    await heal();
    await office.clock.pass(10_000);
    assert.deepEqual([alice, bob].flatMap(({ phone }) => phone.calls.value), [], end);
    assert.deepEqual(await office.calls.live(), [], end);
  }
});

Deno.test("a call that the PBX refuses is over on both sides", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoLinked(office);
  const { create } = office.calls;
  office.calls.create = () => Promise.resolve({ outcome: "busy" });
  const call = alice.phone.call("1002");
  await settle();
  assert.deepEqual(call.state.value, { name: "ended", reason: "busy" });
  await office.clock.pass(6000);
  assert.deepEqual(bob.phone.calls.value, []);
  office.calls.create = create;
});

Deno.test("a call that the PBX never hears of is over after a while", async () => {
  await using office = await Office.open();
  const line = { isUp: true };
  const [alice, bob] = await twoLinked(office, {}, { toPbx: (deliver) => line.isUp && deliver() });
  line.isUp = false;
  alice.phone.call("1002");
  await settle();
  assert.equal(onlyCall(bob).state.value.name, "established");
  await office.clock.pass(6000);
  assert.deepEqual(bob.phone.calls.value, []);
});

Deno.test("where the other page does not know the link any more, the call goes the usual way", async () => {
  for (const accepts of [true, false]) {
    await using office = await Office.open();
    const [alice, bob] = await twoLinked(office);
    bob.accepts.value = accepts;
    // The other page has let go of it, and nobody has heard yet.
    const [theirs] = alive(bob);
    theirs!.close = () => void (theirs!.connectionState = "closed");
    bob.links.leave();
    assert.equal(stateOf(alice, "1002"), "standing");
    const call = alice.phone.call("1002");
    await settle();
    if (!accepts) onlyCall(bob).accept();
    await office.clock.pass(500);
    assertTalk(call, onlyCall(bob));
    assert.deepEqual(office.troubles, []);
  }
});

Deno.test("two linked contacts that dial each other at the same moment are in one call", async () => {
  await using office = await Office.open();
  for (const accepts of [true, false]) {
    const [alice, bob] = await twoLinked(office);
    for (const desk of [alice, bob]) desk.accepts.value = accepts;
    const calls = [alice.phone.call("1002"), bob.phone.call("1001")];
    await settle();
    assertTalk(...calls);
    assert.deepEqual([alice, bob].map(({ phone }) => phone.calls.value.length), [1, 1]);
    assert.equal(calls[0]!.id, calls[1]!.id);
    for (const { phone } of [alice, bob]) phone.disconnect();
    await office.clock.pass(5000);
  }
  assert.deepEqual(office.troubles, []);
});

Deno.test("a link that is lost is made anew, later each time; and one whose other end has gone is not", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoLinked(office);
  for (let times = 0; times < 3; times++) {
    for (const connection of alive(alice)) connection.become("failed");
    await settle();
    assert.equal(stateOf(alice, "1002"), "wanted");
    await office.clock.pass(20_000);
    assert.deepEqual([stateOf(alice, "1002"), stateOf(bob, "1001")], ["standing", "standing"]);
  }
  bob.phone.leave();
  bob.links.leave();
  await office.clock.pass(120_000);
  assert.equal(stateOf(alice, "1002"), "wanted");
  assert.deepEqual(alive(alice), []);
});

Deno.test("whoever takes it back ends the connection at both ends", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoLinked(office);
  bob.links.want([]);
  await office.clock.pass(10_000);
  assert.deepEqual([alice, bob].flatMap(alive), []);
  assert.deepEqual([stateOf(alice, "1002"), stateOf(bob, "1001")], ["wanted", undefined]);
  bob.links.want(["1001"]);
  await settle();
  assert.equal(stateOf(alice, "1002"), "standing");
});

Deno.test("a restart of the PBX leaves links, and calls over them, as they are", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoLinked(office);
  const before = [alice, bob].flatMap(alive);
  const restart = async () => {
    office.restart();
    for (const { browser } of [alice, bob]) browser.cut();
    await office.clock.pass(5000);
  };
  await restart();
  assert.deepEqual([alice, bob].flatMap(alive), before);
  const call = alice.phone.call("1002");
  await office.clock.pass(100);
  await restart();
  assertTalk(call, onlyCall(bob));
  assert.deepEqual([alice, bob].flatMap(alive), before);
});

Deno.test("a call over a link finds another path when its own is lost", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoLinked(office);
  const call = alice.phone.call("1002");
  await office.clock.pass(3000);
  for (const round of [alice, bob]) {
    round.browser.network.change();
    round.browser.wake();
    await office.clock.pass(5000);
    assertTalk(call, onlyCall(bob));
    const [link] = alive(alice);
    assert.ok(link?.hasPath);
  }
});

Deno.test("a link that leads nowhere any more is found out, and the call recovers", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoLinked(office);
  // It says that it is connected, and nothing passes.
  for (const { network } of [alice.browser]) network.change();
  alice.browser.wake();
  await office.clock.pass(1000);
  assert.equal(stateOf(alice, "1002"), "standing");
  const call = alice.phone.call("1002");
  await office.clock.pass(8000);
  assertTalk(call, onlyCall(bob));
  assert.ok(alive(alice)[0]?.hasPath);
});
