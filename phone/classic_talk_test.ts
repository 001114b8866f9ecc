import assert from "node:assert/strict";
import { ENDINGS } from "../protocol/call_state.ts";
import { ClassicDesk, ClassicPair, noted } from "../tests/support/classic_desk.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import type * as classic from "./webphone_types.ts";

const messagesOf = (call: classic.Call): string[] => noted<string>((f) => call.onMessageReceived(f));

/** What a promise has come to: its value or the error's code. */
const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch(({ code }) => code);

Deno.test("row 63: messages arrive unchanged, in their order, with the call", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.talk();
  const texts = ["Zoë", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧", " blanks ", "", "\u0000\ud800", "x".repeat(10_000)];
  const calls: classic.Call[] = [];
  come.onMessageReceived((_text, call) => calls.push(call));
  const seen = messagesOf(come);
  for (const text of texts) out.sendMessage(text);
  await pair.settle();
  assert.deepEqual(seen, texts);
  assert.ok(calls.length === texts.length && calls.every((call) => call === come));
});

Deno.test("row 64: messages go both ways, before the answer and while it is held", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.ring();
  const [here, there] = [messagesOf(out), messagesOf(come)];
  out.sendMessage("ring");
  come.sendMessage("ring back");
  await pair.settle();
  come.accept();
  await pair.settle();
  out.hold();
  out.sendMessage("held");
  await pair.settle();
  assert.deepEqual([here, there], [["ring back"], ["ring", "held"]]);
});

Deno.test("what is sent before start() goes out with it", async () => {
  await using pair = await ClassicPair.open();
  const call = pair.ann.client.createCall(pair.bob.client.phoneNumber);
  call.sendMessage("first");
  call.sendDtmf("1#");
  call.start();
  call.sendMessage("second");
  await pair.settle();
  const come = pair.incoming[0] ?? assert.fail("no call");
  const seen = messagesOf(come);
  const keys = noted<string>((f) => come.onDtmfReceived(f));
  await settle();
  assert.deepEqual([seen, keys], [["first", "second"], ["1", "#"]]);
});

Deno.test("on a call that is over sendMessage() is told by onErrorOccured", async () => {
  await using pair = await ClassicPair.open();
  const [out] = await pair.talk();
  const errors = noted<classic.ErrorInfo>((f) => pair.ann.client.onErrorOccured(f));
  out.hangUp();
  out.sendMessage("too late");
  await pair.settle();
  assert.deepEqual(errors.map(({ code }) => code), ["call-over"]);
});

Deno.test("sendDtmf() presses keys, which the other side hears one by one", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.talk();
  const keys = noted<string>((f) => come.onDtmfReceived(f));
  out.sendDtmf("12");
  out.sendDtmf(3);
  out.sendDtmf("*#");
  await pair.settle();
  assert.deepEqual(keys, ["1", "2", "3", "*", "#"]);
});

Deno.test("mute() stops the sound that is sent, and unmute() gives it back", async () => {
  await using pair = await ClassicPair.open();
  const [out] = await pair.talk();
  const sent = () =>
    pair.ann.browser.peerConnections.at(-1)?.transceivers
      .find(({ receiver }) => receiver.track.kind === "audio")?.sender.track;
  assert.ok(sent());
  out.mute();
  await settle();
  assert.deepEqual([out.isMuted(), sent()], [true, null]);
  out.unmute();
  await settle();
  assert.equal(out.isMuted(), false);
  assert.ok(sent());
});

Deno.test("a call that is muted before it starts sends no sound", async () => {
  await using pair = await ClassicPair.open();
  const call = pair.ann.client.createCall(pair.bob.client.phoneNumber);
  call.mute();
  call.start();
  await pair.settle();
  pair.incoming[0]?.accept();
  await pair.settle();
  assert.equal(call.getCallState(), "IN_CALL");
  assert.equal(call.isMuted(), true);
  assert.ok(pair.ann.browser.tracks.every(({ readyState }) => readyState === "ended"));
});

for (
  const [reason, state, end] of [
    ["rejected", "REJECTED", (_out: classic.Call, come: classic.Call) => come.reject()],
    ["canceled", "COMPLETED", (out: classic.Call) => out.hangUp()],
  ] as const
) {
  Deno.test(`getEndReason() tells ${reason}, and start() rejects with it`, async () => {
    await using pair = await ClassicPair.open();
    const [out, come] = await pair.ring();
    const answered = out.start();
    assert.equal(out.getEndReason(), null);
    end(out, come);
    await pair.settle();
    assert.equal(out.getCallState(), state);
    assert.deepEqual(out.getEndReason(), { code: reason, message: ENDINGS[reason] });
    await assert.rejects(answered, { code: reason, message: ENDINGS[reason] });
  });
}

Deno.test("start() and accept() resolve with the call when it is IN_CALL, after its handlers", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.ring();
  const seen: unknown[] = [];
  out.onCallStateChanged((state) => seen.push(state));
  void out.start().then((call) => seen.push(call));
  const accepted = come.accept();
  await pair.settle();
  assert.deepEqual(seen, ["RINGING", "IN_CALL", out]);
  assert.equal(await accepted, come);
});

Deno.test("promises that a page leaves alone never become unhandled rejections", async () => {
  await using office = await Office.open();
  const unhandled: PromiseRejectionEvent[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event);
  };
  addEventListener("unhandledrejection", note);
  const desk = new ClassicDesk(office);
  desk.client.createCall("1001").start();
  await desk.connect(undefined, "Nobody");
  desk.page.speaker = undefined;
  desk.client.setSpeaker("other");
  const reader = await new ClassicDesk(office).connectWith("history", "calls");
  reader.client.getCallHistory({ From: "yesterday" });
  reader.client.createCall("ZZZZZ").start();
  await office.clock.pass(1_000);
  removeEventListener("unhandledrejection", note);
  assert.deepEqual(unhandled, []);
});

Deno.test("a call that was started without a line tells not-connected as its reason", async () => {
  await using office = await Office.open();
  const call = new ClassicDesk(office).client.createCall("1001");
  assert.equal(await outcome(call.start()), "not-connected");
  assert.equal(call.getEndReason()?.code, "not-connected");
});

Deno.test("start() throws forbidden without the right to calls, and dials nothing", async () => {
  await using office = await Office.open();
  const desk = await new ClassicDesk(office).connectWith("messages");
  const call = desk.client.createCall("1001");
  assert.throws(() => call.start(), { code: "forbidden" });
  await office.clock.pass(500);
  assert.equal(call.getCallState(), "");
  assert.ok(!desk.browser.sent.some((text) => text.includes('"invite"')));
});

Deno.test("sendMessage() throws forbidden without the right to messages; calls go on", async () => {
  await using pair = await ClassicPair.open();
  const eve = await new ClassicDesk(pair.office).connectWith("calls");
  const call = eve.client.createCall(pair.bob.client.phoneNumber);
  call.start();
  await pair.settle();
  assert.throws(() => call.sendMessage("hello"), {
    code: "forbidden",
    message: "Cannot act by sendMessage: there is no right to messages",
  });
  assert.equal(call.getCallState(), "RINGING");
});

Deno.test("what the PBX refuses in a call is told by onErrorOccured", async () => {
  await using pair = await ClassicPair.open();
  const [out] = await pair.talk();
  const errors = noted<classic.ErrorInfo>((f) => pair.ann.client.onErrorOccured(f));
  out.transfer("no such number!");
  await pair.settle();
  assert.deepEqual([errors.map(({ code }) => code), out.getCallState()], [["not-found"], "IN_CALL"]);
});

Deno.test("row 61: transfer() joins the other party to the number and releases this client", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.talk();
  const eve = await new ClassicDesk(pair.office).connect();
  eve.client.onIncomingCall((call) => call.accept());
  out.transfer(eve.client.phoneNumber);
  await pair.office.clock.pass(1_000);
  assert.deepEqual([out.getCallState(), come.getCallState()], ["COMPLETED", "IN_CALL"]);
  assert.equal(out.getEndReason()?.code, "transferred");
  assert.equal(come.getOtherParty(), eve.client.phoneNumber);
});

Deno.test("row 62: forward() sends the caller of a call that rings to the number", async () => {
  await using pair = await ClassicPair.open();
  const eve = await new ClassicDesk(pair.office).connect();
  eve.client.onIncomingCall((call) => call.accept());
  const [out, come] = await pair.ring();
  come.forward(eve.client.phoneNumber);
  await pair.office.clock.pass(1_000);
  assert.deepEqual([out.getCallState(), come.getCallState()], ["IN_CALL", "COMPLETED"]);
  assert.equal(out.getOtherParty(), eve.client.phoneNumber);
});

Deno.test("attendedTransfer() joins the other parties of both calls", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.talk();
  const eve = await new ClassicDesk(pair.office).connect();
  const rung = noted<classic.Call>((f) => eve.client.onIncomingCall(f));
  out.hold();
  const second = pair.ann.client.createCall(eve.client.phoneNumber);
  second.start();
  await pair.settle();
  await rung[0]?.accept();
  out.attendedTransfer(second);
  await pair.office.clock.pass(1_000);
  assert.deepEqual([out, second].map((call) => call.getCallState()), ["COMPLETED", "COMPLETED"]);
  assert.deepEqual([come, rung[0]!].map((call) => call.getCallState()), ["IN_CALL", "IN_CALL"]);
});

Deno.test("wrong arguments throw a TypeError that names method and argument", async () => {
  await using pair = await ClassicPair.open();
  const [out] = await pair.talk();
  const wrong = undefined as unknown as string;
  const refused = [
    [() => out.transfer(wrong), "transfer: phoneNumber"],
    [() => out.forward(""), "forward: phoneNumber"],
    [() => out.attendedTransfer({} as classic.Call), "attendedTransfer: otherCall"],
    [() => out.attendedTransfer(pair.ann.client.createCall("1001")), "attendedTransfer: otherCall"],
    [() => out.sendMessage(wrong), "sendMessage: message"],
    [() => out.sendMessage("x".repeat(10_001)), "sendMessage: message"],
    [() => out.sendDtmf("12a"), "sendDtmf: keys"],
    [() => out.setRemoteDisplay({} as string), "setRemoteDisplay: displayId"],
    [() => out.onMessageReceived(wrong as unknown as () => void), "onMessageReceived: handler"],
    [() => out.onQualityChanged(() => {}, 5 as classic.QualityThresholds), "onQualityChanged: thresholds"],
  ] as const;
  for (const [deed, named] of refused) {
    assert.throws(deed, { name: "TypeError", message: new RegExp(`^Cannot act by ${named} is no `) });
  }
});

Deno.test("a display whose element comes later shows the picture then, and is complained of once", async () => {
  await using pair = await ClassicPair.open();
  const [out, come] = await pair.talk();
  const errors = noted<classic.ErrorInfo>((f) => pair.ann.client.onErrorOccured(f));
  out.setRemoteDisplay("later");
  come.attachCamera(pair.bob.client.cameras.get());
  await pair.office.clock.pass(3_000);
  assert.deepEqual(errors.map(({ code }) => code), ["no-display"]);
  pair.ann.page.pictures.set("later", []);
  await pair.office.clock.pass(1_000);
  assert.equal(pair.ann.page.pictures.get("later")?.length, 1);
  out.hangUp();
  await pair.settle();
  assert.equal(pair.ann.page.pictures.get("later")?.length, 0);
});
