import assert from "node:assert/strict";
import { ClassicDesk, ClassicPair, noted } from "../tests/support/classic_desk.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { END_REASONS } from "../protocol/call_state.ts";
import { classicState } from "./classic_call.ts";
import type * as classic from "./webphone_types.ts";

const DEAD = ["NOT_FOUND", "REJECTED", "BUSY", "COMPLETED"];

const statesOf = (call: classic.Call) => noted<classic.CallState>((f) => call.onCallStateChanged(f));

Deno.test("row 49: classicState() knows the seven states, and none before it rings", () => {
  assert.equal(classicState({ name: "inviting" }), undefined);
  assert.equal(classicState({ name: "ringing" }), "RINGING");
  assert.equal(classicState({ name: "established", heldBy: [] }), "IN_CALL");
  assert.equal(classicState({ name: "established", heldBy: ["callee"] }), "HOLD");
  const ends = END_REASONS.map((reason) => [reason, classicState({ name: "ended", reason })]);
  assert.deepEqual(Object.fromEntries(ends), {
    hangup: "COMPLETED",
    canceled: "COMPLETED",
    rejected: "REJECTED",
    busy: "BUSY",
    "not-found": "NOT_FOUND",
    "no-answer": "BUSY",
    elsewhere: "COMPLETED",
    transferred: "COMPLETED",
    failed: "COMPLETED",
  });
});

Deno.test("row 30: createCall() returns a call at once and dials nothing", async () => {
  await using pair = await ClassicPair.open();
  const call = pair.ann.client.createCall(pair.bob.client.phoneNumber);
  await pair.settle();
  assert.equal(call.getCallState(), "");
  assert.equal(pair.incoming.length, 0);
});

Deno.test("row 32: createCall() with no number finds the other client of the line", async () => {
  await using pair = await ClassicPair.open();
  const call = pair.ann.client.createCall();
  assert.equal(call.getOtherParty(), "");
  call.start();
  await pair.settle();
  assert.equal(pair.incoming.length, 1);
  assert.equal(call.getOtherParty(), pair.bob.client.phoneNumber);
});

Deno.test("rows 42, 43: nothing comes from inside start(), and a handler registered after it gets the first state", async () => {
  await using pair = await ClassicPair.open();
  const call = pair.ann.client.createCall(pair.bob.client.phoneNumber);
  call.start();
  const states = statesOf(call);
  assert.deepEqual(states, []);
  await pair.settle();
  pair.incoming[0]?.accept();
  await pair.settle();
  assert.deepEqual(states, ["RINGING", "IN_CALL"]);
});

Deno.test("row 42: a handler registered seconds later gets all states in their order", async () => {
  await using pair = await ClassicPair.open();
  const [out] = await pair.talk();
  const states = statesOf(out);
  out.hangUp();
  await pair.settle();
  assert.deepEqual(states, ["RINGING", "IN_CALL", "COMPLETED"]);
});

Deno.test("row 44: a number that nobody has is NOT_FOUND, with no state before", async () => {
  await using pair = await ClassicPair.open();
  const call = pair.ann.client.createCall("ZZZZZ");
  call.start();
  const states = statesOf(call);
  await pair.settle();
  assert.deepEqual(states, ["NOT_FOUND"]);
});

Deno.test("rows 45, 57: reject() ends the call, and the caller sees REJECTED", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.ring();
  const [states, others] = [statesOf(out), statesOf(come)];
  come.reject();
  await pair.settle();
  assert.deepEqual(states, ["RINGING", "REJECTED"]);
  assert.equal(others.length, 1);
  assert.ok(DEAD.includes(others[0]!));
});

Deno.test("row 46: a call that nobody answers in time is BUSY", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.ring();
  const [states, others] = [statesOf(out), statesOf(come)];
  await pair.office.clock.pass(120_000);
  assert.deepEqual(states, ["RINGING", "BUSY"]);
  assert.equal(others.length, 1);
});

for (const who of ["caller", "callee"] as const) {
  Deno.test(`rows 47, 50, 58: the ${who} hangs up, both see COMPLETED once, and hanging up again is harmless`, async () => {
    await using pair = await ClassicPair.open();
    const [out, come] = await pair.talk();
    const [states, others] = [statesOf(out), statesOf(come)];
    const ending = who === "caller" ? out : come;
    ending.hangUp();
    ending.hangup();
    await pair.settle();
    out.hangUp();
    come.hangUp();
    for (const call of [out, come]) {
      call.accept();
      call.reject();
      call.hold();
      call.unHold();
      call.start();
    }
    await pair.settle();
    assert.deepEqual(states, ["RINGING", "IN_CALL", "COMPLETED"]);
    assert.deepEqual(others, ["IN_CALL", "COMPLETED"]);
  });
}

Deno.test("row 48: the caller gives up while it rings, and the callee's call is over", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.ring();
  const others = statesOf(come);
  out.hangUp();
  await pair.settle();
  assert.deepEqual(others, ["COMPLETED"]);
  assert.equal(come.getCallState(), "COMPLETED");
});

Deno.test("row 58: hangUp() before start() ends the call for good", async () => {
  await using pair = await ClassicPair.open();
  const call = pair.ann.client.createCall(pair.bob.client.phoneNumber);
  const states = statesOf(call);
  call.hangUp();
  call.start();
  await pair.settle();
  assert.deepEqual(states, ["COMPLETED"]);
  assert.equal(pair.incoming.length, 0);
});

Deno.test("row 58: hangUp() straight after start() leaves nobody ringing", async () => {
  await using pair = await ClassicPair.open();
  const call = pair.ann.client.createCall(pair.bob.client.phoneNumber);
  const states = statesOf(call);
  call.start();
  call.hangUp();
  await pair.settle();
  assert.deepEqual(states.slice(-1), ["COMPLETED"]);
  assert.ok(pair.incoming.every((come) => DEAD.includes(come.getCallState())));
});

Deno.test("row 52: getCallState() equals the state being told, also inside the handler", async () => {
  await using pair = await ClassicPair.open();
  const [out] = await pair.talk();
  const seen: [string, string][] = [];
  out.onCallStateChanged((state) => seen.push([state, out.getCallState()]));
  out.hold();
  await pair.settle();
  out.hangUp();
  assert.equal(out.getCallState(), "HOLD");
  await pair.settle();
  assert.deepEqual(seen.map(([state]) => state), ["RINGING", "IN_CALL", "HOLD", "COMPLETED"]);
  for (const [state, current] of seen) assert.equal(current, state);
});

Deno.test("row 54: getOtherParty() is the dialled number at once, and the caller's on the other side", async () => {
  await using pair = await ClassicPair.open();
  const call = pair.ann.client.createCall(pair.bob.client.phoneNumber);
  assert.equal(call.getOtherParty(), pair.bob.client.phoneNumber);
  call.start();
  assert.equal(call.getOtherParty(), pair.bob.client.phoneNumber);
  await pair.settle();
  assert.equal(pair.incoming[0]?.getOtherParty(), pair.ann.client.phoneNumber);
});

Deno.test("rows 55, 56: accept() inside onIncomingCall leads to IN_CALL and sound on both sides", async () => {
  await using pair = await ClassicPair.open();
  pair.bob.client.onIncomingCall((call) => call.accept());
  const [out, come] = await pair.ring();
  assert.equal(out.getCallState(), "IN_CALL");
  assert.equal(come.getCallState(), "IN_CALL");
  for (const { page } of [pair.ann, pair.bob]) assert.equal(page.sounds.filter((s) => s.srcObject).length, 1);
  out.hangUp();
  await pair.settle();
  for (const { page } of [pair.ann, pair.bob]) assert.equal(page.sounds.length, 0);
});

Deno.test("row 55: sound that needs a gesture starts with the first one", async () => {
  await using pair = await ClassicPair.open();
  pair.ann.page.isStrict = true;
  await pair.talk();
  const [sound] = pair.ann.page.sounds;
  assert.equal(sound?.paused, true);
  sound!.isRefused = false;
  pair.ann.page.press();
  assert.equal(sound?.paused, false);
});

Deno.test("a call sends no picture that nobody attached, neither out nor in", async () => {
  await using pair = await ClassicPair.open();
  await pair.talk();
  for (const { browser } of [pair.ann, pair.bob]) {
    assert.deepEqual(browser.tracks.map(({ kind }) => kind), ["audio"]);
  }
});

Deno.test("row 59: hold() and unHold() of either side are HOLD and IN_CALL on both", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.talk();
  const [states, others] = [statesOf(out), statesOf(come)];
  out.hold();
  await pair.settle();
  come.hold();
  await pair.settle();
  out.unHold();
  await pair.settle();
  assert.equal(out.getCallState(), "HOLD");
  come.unhold();
  await pair.settle();
  assert.deepEqual(states.slice(2), ["HOLD", "IN_CALL"]);
  assert.deepEqual(others.slice(1), ["HOLD", "IN_CALL"]);
});

Deno.test("row 60: the old call is held and the new one accepted; both live", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.talk();
  const eve = await new ClassicDesk(pair.office).connect();
  const second = eve.client.createCall(pair.bob.client.phoneNumber);
  second.start();
  await pair.settle();
  come.hold();
  pair.incoming[1]?.accept();
  await pair.settle();
  assert.deepEqual([out, come, second].map((call) => call.getCallState()), ["HOLD", "HOLD", "IN_CALL"]);
});

Deno.test("glare: both dial at once, both pages keep the call they hold and see RINGING, IN_CALL", async () => {
  await using pair = await ClassicPair.open();
  const [a, b] = [
    pair.ann.client.createCall(pair.bob.client.phoneNumber),
    pair.bob.client.createCall(pair.ann.client.phoneNumber),
  ];
  const calls = [a, b].map((call) => {
    call.start();
    return statesOf(call);
  });
  await pair.settle();
  assert.deepEqual(calls, [["RINGING", "IN_CALL"], ["RINGING", "IN_CALL"]]);
  a.hangUp();
  await pair.settle();
  assert.deepEqual(calls, [["RINGING", "IN_CALL", "COMPLETED"], ["RINGING", "IN_CALL", "COMPLETED"]]);
});

Deno.test("a call without a line is COMPLETED, and onErrorOccured tells why", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  const errors = noted<classic.ErrorInfo>((f) => desk.client.onErrorOccured(f));
  const call = desk.client.createCall("1001");
  call.start();
  const states = statesOf(call);
  await settle();
  assert.deepEqual(states, ["COMPLETED"]);
  assert.equal(errors[0]?.code, "not-connected");
});

Deno.test("row 66: when the page leaves, its calls are over on the other side", async () => {
  await using pair = await ClassicPair.open();
  const [, come] = await pair.talk();
  pair.ann.page.leave();
  await pair.settle();
  assert.equal(come.getCallState(), "COMPLETED");
});

Deno.test("row 66: when the page is lost, its calls are over on the other side within a minute", async () => {
  await using pair = await ClassicPair.open();
  const [, come] = await pair.talk();
  pair.ann.browser.openSocket = () => ({
    onopen: null,
    onmessage: null,
    onclose: null,
    send() {},
    close() {},
  });
  pair.ann.browser.cut();
  await pair.office.clock.pass(60_000);
  assert.equal(come.getCallState(), "COMPLETED");
});

Deno.test("the end of the connection ends the calls first, then tells CONNECTION_CLOSED", async () => {
  await using pair = await ClassicPair.open();
  const [out] = await pair.talk();
  await settle();
  const seen: string[] = [];
  out.onCallStateChanged((state) => seen.push(state));
  pair.ann.client.onConnectionStateChanged(({ State }) => seen.push(State));
  await settle();
  seen.length = 0;
  pair.ann.client.disconnect();
  await settle();
  assert.deepEqual(seen, ["COMPLETED", "CONNECTION_CLOSED"]);
});
