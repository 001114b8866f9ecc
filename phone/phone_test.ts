/** The phone against a real PBX on memory adapters; only the browser is a fake. */
import assert from "node:assert/strict";
import { isHeld } from "../protocol/call_state.ts";
import { settle } from "../tests/support/clock.ts";
import { established, received, twoDesks } from "../tests/support/desks.ts";
import { type Desk, Office } from "../tests/support/office.ts";

const typesSent = (desk: Desk) => desk.browser.sent.map((text) => JSON.parse(text).type as string);

Deno.test("call() between agents takes an invite, a ringing and an accept, and no message more", async () => {
  await using office = await Office.open();
  const { desks } = await established(office);
  await office.clock.pass(1000);
  const sent = desks.flatMap(typesSent).filter((type) => !["register", "ping"].includes(type));
  assert.deepEqual(sent, ["invite", "ringing", "accept"]);
});

Deno.test("accept() is what lets the callee's microphone and camera go out", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoDesks(office);
  const call = alice.phone.call("1002");
  await settle();
  assert.equal(call.connection.value, "connected");
  assert.deepEqual(bob.browser.tracks, [], "the callee's devices are not even open");
  bob.phone.calls.value[0]!.accept();
  await settle();
  assert.equal(received(call, "audio")?.readyState, "live");
  assert.equal(received(call, "video")?.readyState, "live");
});

Deno.test("reject() and hangUp() end the call on both sides, and are harmless when it is over", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoDesks(office);
  const refused = alice.phone.call("1002");
  await settle();
  bob.phone.calls.value[0]!.reject();
  await settle();
  assert.deepEqual(refused.state.value, { name: "ended", reason: "rejected" });
  refused.hangUp();
  refused.accept();
  const canceled = alice.phone.call("1002");
  canceled.hangUp();
  await settle();
  assert.deepEqual(canceled.state.value, { name: "ended", reason: "canceled" });
  assert.deepEqual([alice.phone.calls.value, bob.phone.calls.value], [[], []]);
  assert.deepEqual(office.troubles, []);
});

Deno.test("hold() stops both directions, and media is back when the last hold is lifted", async () => {
  await using office = await Office.open();
  const { caller, callee } = await established(office);
  const flows = () => [caller, callee].map((call) => received(call, "audio") !== null);
  caller.hold();
  callee.hold();
  await settle();
  assert.deepEqual(flows(), [false, false]);
  caller.unhold();
  await settle();
  assert.deepEqual(flows(), [false, false]);
  assert.equal(isHeld(callee.state.value, callee.role), true);
  callee.unhold();
  await settle();
  assert.deepEqual(flows(), [true, true]);
});

Deno.test("want() turns the camera off for good, tells the other side, and turns it on again", async () => {
  await using office = await Office.open();
  const { desks, caller, callee } = await established(office);
  caller.want({ camera: false });
  await settle();
  const [camera] = desks[0].browser.tracks.filter(({ kind }) => kind === "video");
  assert.equal(camera?.readyState, "ended", "the light is off");
  assert.equal(received(callee, "video"), null);
  assert.deepEqual(callee.receiving.value, { microphone: true, camera: false });
  caller.want({ camera: true, microphone: false });
  await settle();
  assert.equal(received(callee, "video")?.readyState, "live");
  assert.equal(received(callee, "audio"), null);
  assert.deepEqual(callee.receiving.value, { microphone: false, camera: true });
});

Deno.test("a call goes on with what there is when camera or microphone are missing or denied", async () => {
  const cases = [
    [{ video: "NotFoundError" }, { camera: "missing" }, [true, false]],
    [{ audio: "NotAllowedError" }, { microphone: "denied" }, [false, true]],
    [{ audio: "NotAllowedError", video: "NotAllowedError" }, { microphone: "denied", camera: "denied" }, [
      false,
      false,
    ]],
    [{ video: "NotReadableError" }, { camera: "in-use" }, [true, false]],
  ] as const;
  for (const [troubles, expected, flows] of cases) {
    await using office = await Office.open();
    const alice = office.desk("1001", { troubles });
    const bob = office.desk("1002");
    for (const desk of [alice, bob]) desk.connect();
    await settle();
    const call = alice.phone.call("1002");
    await settle();
    const [callee] = bob.phone.calls.value;
    callee!.accept();
    await settle();
    assert.equal(call.state.value.name, "established");
    assert.deepEqual(alice.phone.camera.troubles.value, expected);
    assert.deepEqual([received(callee!, "audio") !== null, received(callee!, "video") !== null], flows);
    assert.deepEqual(callee!.receiving.value, { microphone: flows[0], camera: flows[1] });
  }
});

Deno.test("what is refused is asked for once in a call, and again when somebody wants to try again", async () => {
  await using office = await Office.open();
  const alice = office.desk("1001", { troubles: { audio: "NotAllowedError", video: "NotAllowedError" } });
  const bob = office.desk("1002");
  for (const desk of [alice, bob]) desk.connect();
  await settle();
  const call = alice.phone.call("1002");
  await settle();
  bob.phone.calls.value[0]!.accept();
  await settle();
  call.hold();
  call.unhold();
  await settle();
  assert.deepEqual(alice.browser.asked, ["audio video", "audio", "video"]);
  alice.phone.camera.retry();
  await settle();
  assert.equal(alice.browser.asked.length, 6);
});

Deno.test("no track, and no peer connection, outlives its call", async () => {
  await using office = await Office.open();
  for (let round = 0; round < 5; round++) {
    const [alice, bob] = await twoDesks(office);
    const call = alice.phone.call("1002");
    await settle();
    bob.phone.calls.value[0]!.accept();
    await settle();
    (round % 2 ? call : bob.phone.calls.value[0]!).hangUp();
    await settle();
    for (const { browser } of [alice, bob]) {
      assert.ok(browser.tracks.every(({ readyState }) => readyState === "ended"));
      assert.ok(browser.peerConnections.every(({ connectionState }) => connectionState === "closed"));
    }
    for (const { phone } of [alice, bob]) phone.disconnect();
    await settle();
  }
});

Deno.test("two phones that dial each other at the same moment both end up in the call they dialled", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoDesks(office);
  const calls = [alice.phone.call("1002"), bob.phone.call("1001")];
  await settle();
  for (const [index, call] of calls.entries()) {
    assert.equal(call.state.value.name, "established", `call ${index}`);
    assert.equal(call.connection.value, "connected");
    assert.equal(received(call, "video")?.readyState, "live");
  }
  assert.deepEqual([alice.phone.calls.value.length, bob.phone.calls.value.length], [1, 1]);
  assert.deepEqual(office.troubles, []);
});

Deno.test("somebody who is called and dials back instead of accepting is in that call", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoDesks(office);
  const first = alice.phone.call("1002");
  await settle();
  const [ringing] = bob.phone.calls.value;
  const back = bob.phone.call("1001");
  await settle();
  assert.deepEqual([first.state.value.name, back.state.value.name], ["established", "established"]);
  assert.deepEqual(ringing!.state.value, { name: "ended", reason: "elsewhere" });
  assert.equal(received(first, "video")?.readyState, "live");
  assert.equal(received(back, "video")?.readyState, "live");
  back.hangUp();
  await settle();
  assert.equal(first.state.value.name, "ended");
});

Deno.test("a call from a guest waits for the accept with everything that tells an address", async () => {
  await using office = await Office.open(["1002"]);
  const guest = office.desk();
  const bob = office.desk("1002");
  for (const desk of [guest, bob]) desk.connect();
  await settle();
  const call = guest.phone.call("1002");
  await settle();
  assert.equal(call.state.value.name, "ringing");
  assert.deepEqual(bob.browser.peerConnections, [], "nothing of the callee's is even gathered");
  bob.phone.calls.value[0]!.accept();
  await settle();
  assert.equal(call.connection.value, "connected");
  assert.equal(received(call, "video")?.readyState, "live");
});

Deno.test("call() without a number learns whom the default rule chose", async () => {
  await using office = await Office.open();
  const [alice] = await twoDesks(office);
  const call = alice.phone.call();
  assert.equal(call.number.value, undefined);
  await settle();
  assert.equal(call.number.value, "1002");
});

Deno.test("call() with a text that is no number ends with not-found and keeps the line", async () => {
  await using office = await Office.open();
  const [alice] = await twoDesks(office);
  for (const dialled of ["no such number", "x".repeat(1000), "1001 \n", "<b>", "☎"]) {
    const call = alice.phone.call(dialled);
    await settle();
    assert.equal(call.state.value.name, "ended", dialled);
    assert.equal(alice.phone.state.value.name, "registered");
  }
});

Deno.test("whoever hangs up while two calls cross, both phones and the PBX agree on what is left", async () => {
  for (let moment = 0; moment < 24; moment++) {
    await using office = await Office.open();
    const desks = await twoDesks(office);
    const calls = [desks[0].phone.call("1002"), desks[1].phone.call("1001")];
    for (let turn = 0; turn < moment; turn++) await Promise.resolve();
    calls[moment % 2]!.hangUp();
    await office.clock.pass(1000);
    const left = desks.map(({ phone }) =>
      phone.calls.value.map(({ id, state }) => `${id} ${state.value.name}`)
    );
    assert.deepEqual(left[0], left[1], `after ${moment} turns`);
    assert.deepEqual((await office.calls.live()).map(({ id, state }) => `${id} ${state.name}`), left[0]);
  }
});

Deno.test("order() of a phone that is not on the line is refused each time", async () => {
  await using office = await Office.open();
  const { phone } = office.desk("1001");
  const codes: (string | undefined)[] = [];
  const stop = phone.refused.subscribe((refused) => void codes.push(refused?.code));
  for (let times = 0; times < 2; times++) phone.order("call-0001", "hold");
  stop();
  assert.deepEqual(codes, [undefined, "not-connected", "not-connected"]);
});
