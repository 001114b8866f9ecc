import assert from "node:assert/strict";
import { ClassicDesk, ClassicPair, noted } from "../tests/support/classic_desk.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import type { Socket } from "./browser.ts";
import type { Right } from "../protocol/rights.ts";
import type * as classic from "./webphone_types.ts";

/** What a page that watches has heard of sessions, in its order. */
function told(desk: ClassicDesk): [string, string][] {
  const seen: [string, string][] = [];
  desk.client.onSessionCreated((session) => {
    seen.push(["created", session.sessionState]);
    session.onSessionStateChanged((same, state) => {
      assert.equal(same, session);
      seen.push([state, session.sessionState]);
    });
  });
  desk.client.onSessionClosed((session) => seen.push(["closed", session.sessionState]));
  return seen;
}

/** A page with these rights that watches two others. */
async function watched(...rights: Right[]) {
  const pair = await ClassicPair.open();
  const watcher = await new ClassicDesk(pair.office).connectWith(...rights);
  const sessions = noted<classic.Session>((f) => watcher.client.onSessionCreated(f));
  const errors = noted<classic.ErrorInfo>((f) => watcher.client.onErrorOccured(f));
  return { pair, watcher, sessions, errors };
}

Deno.test("rows 35, 36, 86: created, then each state with the session kept up to date, then closed once", async () => {
  const { pair, watcher } = await watched("sessions");
  await using _ = pair;
  const seen = told(watcher);
  const [out, come] = await pair.talk();
  out.hold();
  await pair.settle();
  out.unHold();
  await pair.settle();
  come.hangUp();
  await pair.settle();
  const states = ["RINGING", "IN_CALL", "HOLD", "IN_CALL", "COMPLETED"];
  assert.deepEqual(seen.map(([what]) => what), ["created", ...states, "closed"]);
  assert.deepEqual(seen.slice(1, -1).map(([, state]) => state), states);
});

for (
  const [what, end, state] of [
    ["refused", (_out: classic.Call, come: classic.Call) => come.reject(), "REJECTED"],
    ["given up", (out: classic.Call) => out.hangUp(), "COMPLETED"],
  ] as const
) {
  Deno.test(`row 87: a call that is ${what} ends as ${state}`, async () => {
    const { pair, watcher } = await watched("sessions");
    await using _ = pair;
    const seen = told(watcher);
    end(...await pair.ring());
    await pair.settle();
    assert.deepEqual(seen.map(([what]) => what), ["created", "RINGING", state, "closed"]);
  });
}

Deno.test("row 85: all fields, in both cases of the first letter", async () => {
  const { pair, sessions } = await watched("sessions");
  await using _ = pair;
  await pair.talk();
  const [ann, bob] = [pair.ann.client.phoneNumber, pair.bob.client.phoneNumber];
  const session = sessions[0] ?? assert.fail("no session");
  const { startTime, talkDuration, stateDuration, sessionId: id, ...fields } = { ...session };
  assert.match(`${startTime} ${talkDuration} ${stateDuration}`, /^\d{4}(-\d\d){2}( \d\d:\d\d:\d\d){3}$/);
  for (const [name, value] of Object.entries({ ...session })) {
    const other = name[0]!.toUpperCase() + name.slice(1);
    if (typeof value !== "function") assert.equal(Reflect.get(session, other), value, name);
  }
  const lower = Object.entries(fields).filter(([name, value]) =>
    /^[a-z]/.test(name) && typeof value === "string"
  );
  assert.deepEqual(Object.fromEntries(lower), {
    id,
    masterSessionId: id,
    state: "IN_CALL",
    sessionState: "IN_CALL",
    caller: ann,
    source: ann,
    callerDisplayName: "",
    callerCallLegId: `${id}-caller`,
    sourceType: "OutsideLine",
    callee: bob,
    destination: bob,
    dialedNumber: bob,
    calleeDisplayName: "",
    calleeCallLegId: `${id}-callee`,
    destinationType: "OutsideLine",
    direction: "Internal",
  });
});

Deno.test("row 85: an agent is an Extension, with its name", async () => {
  await using office = await Office.open(["1001"], false);
  office.desk("1001").connect();
  const watcher = await new ClassicDesk(office).connectWith("sessions", "calls");
  const sessions = noted<classic.Session>((f) => watcher.client.onSessionCreated(f));
  watcher.client.createCall("1001").start();
  await office.clock.pass(500);
  const [session] = sessions;
  assert.deepEqual(
    [session?.Callee, session?.calleeDisplayName, session?.destinationType],
    ["1001", "Agent 1001", "Extension"],
  );
});

Deno.test("row 97: durations move on, and stand when the call is over", async () => {
  const { pair, sessions } = await watched("sessions");
  await using _ = pair;
  const [out] = await pair.talk();
  const [session] = sessions;
  const before = session?.talkDuration;
  await pair.office.clock.pass(65_000);
  assert.equal(before, "00:00:00");
  assert.equal(session?.talkDuration, "00:01:05");
  out.hold();
  await settle();
  await pair.office.clock.pass(3_500);
  assert.deepEqual([session?.talkDuration, session?.stateDuration], ["00:01:08", "00:00:03"]);
  out.hangUp();
  await pair.office.clock.pass(60_000);
  assert.equal(session?.talkDuration, "00:01:08");
});

Deno.test("row 35: calls that were there before are in the helper, not created; their next states are told", async () => {
  await using pair = await ClassicPair.open();
  const [out] = await pair.talk();
  const watcher = new ClassicDesk(pair.office);
  const seen: string[] = [];
  watcher.client.onSessionCreated(() => seen.push("created"));
  watcher.client.onConnectionStateChanged(() => {
    const [session] = Object.values(watcher.client.helper.getActiveSessionsBySessionState("IN_CALL"));
    seen.push(session?.sessionState ?? "none");
    session?.onSessionStateChanged((_session, state) => seen.push(state));
  });
  watcher.client.onSessionClosed(() => seen.push("closed"));
  await watcher.connectWith("sessions");
  out.hangUp();
  await pair.settle();
  assert.deepEqual(seen, ["IN_CALL", "COMPLETED", "closed"]);
});

Deno.test("a session that ends during an outage of the watcher ends COMPLETED, and is closed once", async () => {
  const { pair, watcher, sessions } = await watched("sessions");
  await using _ = pair;
  const closed = noted<classic.Session>((f) => watcher.client.onSessionClosed(f));
  const [out] = await pair.talk();
  const states: string[] = [];
  sessions[0]?.onSessionStateChanged((_session, state) => states.push(state));
  const { openSocket } = watcher.browser;
  watcher.browser.openSocket = () => {
    const socket: Socket = { onopen: null, onmessage: null, onclose: null, send() {}, close() {} };
    queueMicrotask(() => socket.onclose?.({ code: 1006, reason: "" }));
    return socket;
  };
  watcher.browser.cut();
  out.hangUp();
  await pair.settle();
  watcher.browser.openSocket = openSocket;
  await pair.office.clock.pass(5_000);
  assert.deepEqual(states.slice(-1), ["COMPLETED"]);
  assert.deepEqual(closed, sessions);
});

Deno.test("after a second connect() only what begins later is created", async () => {
  const { pair, watcher, sessions } = await watched("sessions");
  await using _ = pair;
  await pair.talk();
  assert.equal(sessions.length, 1);
  watcher.client.disconnect();
  assert.deepEqual(watcher.client.helper.getActiveSessionsBySessionState("IN_CALL"), {});
  await watcher.connectWith("sessions");
  await pair.settle();
  assert.equal(sessions.length, 1);
  assert.equal(Object.keys(watcher.client.helper.getActiveSessionsBySessionState("IN_CALL")).length, 1);
});

Deno.test("row 96: without the right to sessions there are none, and a page that listens is told once", async () => {
  const { pair, sessions, errors } = await watched("calls");
  await using _ = pair;
  await pair.talk();
  assert.deepEqual(sessions, []);
  assert.deepEqual(errors.map(({ code }) => code), ["forbidden"]);
});

Deno.test("row 96: a page without the right to sessions that does not listen is told nothing", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  const errors = noted<classic.ErrorInfo>((f) => desk.client.onErrorOccured(f));
  await desk.connect();
  assert.deepEqual([errors, desk.page.reports], [[], []]);
});

Deno.test("row 96: without the right to modify every method throws, and nothing is sent", async () => {
  const { pair, watcher, sessions } = await watched("sessions");
  await using _ = pair;
  await pair.talk();
  const session = sessions[0] ?? assert.fail("no session");
  const { caller } = session;
  const deeds = [
    () => session.hold(),
    () => session.unhold(),
    () => session.unHold(),
    () => session.hangup(),
    () => session.hangUp(),
    () => session.close(),
    () => session.closeWithHangup(),
    () => session.startListen(),
    () => session.stopListen(),
    () => session.blindTransfer(caller, "1001"),
    () => session.forward("1001"),
    () => session.sendDtmf("1", caller),
  ];
  for (const deed of deeds) assert.throws(deed, { code: "forbidden" });
  assert.ok(!watcher.browser.sent.some((text) => text.includes('"order"')));
});

Deno.test("rows 88 to 95: each method asks the PBX for its order", async () => {
  const { pair, watcher, sessions } = await watched("sessions", "modify", "listen");
  await using _ = pair;
  await pair.talk();
  const session = sessions[0] ?? assert.fail("no session");
  const { caller, callee, sessionId: call } = session;
  session.hold();
  session.unHold();
  session.sendDtmf(5, callee);
  session.startListen();
  session.stopListen();
  session.forward(1001);
  session.blindTransfer(caller, "1002");
  session.close();
  const orders = watcher.browser.sent.map((text) => JSON.parse(text)).filter(({ type }) => type === "order");
  assert.deepEqual(orders.map(({ type: _type, ...order }) => order), [
    { call, order: "hold" },
    { call, order: "unhold" },
    { call, order: "dtmf", key: "5", party: callee },
    { call, order: "listen" },
    { call, order: "unlisten" },
    { call, order: "forward", to: "1001" },
    { call, order: "transfer", party: caller, to: "1002" },
    { call, order: "hangup" },
  ]);
});

for (const method of ["hangup", "hangUp", "close", "closeWithHangup"] as const) {
  Deno.test(`row 94: ${method}() ends the call for both`, async () => {
    const { pair, sessions } = await watched("sessions", "modify");
    await using _ = pair;
    const [out, come] = await pair.talk();
    sessions[0]?.[method]();
    await pair.settle();
    assert.deepEqual([out.getCallState(), come.getCallState()], ["COMPLETED", "COMPLETED"]);
  });
}

Deno.test("row 88: hold() holds both parties, unhold() gives them back", async () => {
  const { pair, sessions } = await watched("sessions", "modify");
  await using _ = pair;
  const calls = await pair.talk();
  sessions[0]?.hold();
  await pair.settle();
  assert.deepEqual(calls.map((call) => call.getCallState()), ["HOLD", "HOLD"]);
  sessions[0]?.unhold();
  await pair.settle();
  assert.deepEqual(calls.map((call) => call.getCallState()), ["IN_CALL", "IN_CALL"]);
});

Deno.test("row 96: what the PBX will not do is told by onErrorOccured with its code", async () => {
  const { pair, errors, sessions } = await watched("sessions", "modify");
  await using _ = pair;
  await pair.talk();
  sessions[0]?.forward("1001");
  await pair.settle();
  assert.deepEqual(errors.map(({ code }) => code), ["wrong-state"]);
});

Deno.test("rows 90, 92, 93: wrong arguments throw a TypeError that names method and argument", async () => {
  const { pair, sessions } = await watched("sessions", "modify");
  await using _ = pair;
  await pair.talk();
  const session = sessions[0] ?? assert.fail("no session");
  const { caller } = session;
  const wrong = (...values: unknown[]) => values as [string, string];
  const refused = [
    [() => session.blindTransfer(...wrong("9999", "1001")), "blindTransfer: transferor"],
    [() => session.blindTransfer(...wrong()), "blindTransfer: transferor"],
    [() => session.blindTransfer(...wrong(caller)), "blindTransfer: phoneNumber"],
    [() => session.forward(...wrong("") as unknown as [string]), "forward: phoneNumber"],
    [() => session.sendDtmf(...wrong("11", caller)), "sendDtmf: key"],
    [() => session.sendDtmf(...wrong(undefined, caller)), "sendDtmf: key"],
    [() => session.sendDtmf(...wrong("1", "9999")), "sendDtmf: phoneNumber"],
  ] as const;
  for (const [deed, named] of refused) {
    assert.throws(deed, { name: "TypeError", message: new RegExp(`^Cannot act by ${named} is no `) });
  }
});

Deno.test("a session handler that throws is reported by the event's name", async () => {
  const { pair, watcher, sessions } = await watched("sessions");
  await using _ = pair;
  await pair.ring();
  sessions[0]?.onSessionStateChanged(() => assert.fail("bug"));
  await settle();
  assert.deepEqual(watcher.page.reports.map(([what]) => what), [
    "A handler of onSessionStateChanged has failed:",
  ]);
});
