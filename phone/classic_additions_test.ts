import assert from "node:assert/strict";
import { ClassicDesk, noted } from "../tests/support/classic_desk.ts";
import { hashOf } from "../adapters/keys.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { PATIENCE } from "./classic_client.ts";
import type * as classic from "./webphone_types.ts";

const KEY = "the key of agent 1001";

async function withKey(): Promise<Office> {
  const office = await Office.open([], false);
  const agent = { number: "1001", name: "Ann", line: "Webphone1", elect: false, supervisor: true };
  await office.book.putAgent({ ...agent, keyHash: hashOf(KEY) });
  return office;
}

Deno.test("row 10: an extension and its password grant access, also as a number", async () => {
  for (const token of ["1001", 1001]) {
    await using office = await withKey();
    const { client } = new ClassicDesk(office);
    assert.deepEqual(await client.connect("", token, { Password: KEY }), { State: "ACCESS_GRANTED" });
    assert.equal(client.phoneNumber, "1001");
  }
});

Deno.test("rows 10, 27: a wrong password is denied, and a password never reaches another page", async () => {
  await using office = await withKey();
  const watcher = await new ClassicDesk(office).connect();
  const desk = new ClassicDesk(office);
  const states = noted<classic.ConnectionInfo>((f) => desk.client.onConnectionStateChanged(f));
  await desk.connect({ Password: "wrong" }, "1001");
  await office.clock.pass(1_000);
  await desk.connect({ Password: KEY, Nickname: "Ann" }, "1001");
  await office.clock.pass(1_000);
  assert.deepEqual(states.map(({ State }) => State), ["ACCESS_DENIED", "ACCESS_GRANTED"]);
  assert.ok(watcher.browser.heard.some((text) => text.includes("Nickname")));
  assert.ok(!watcher.browser.heard.some((text) => /password/i.test(text)));
});

Deno.test("a page that is logged in as an agent who elects takes no part in the election", async () => {
  await using office = await Office.open(["1002"], true);
  const agent = { number: "1001", name: "Ann", line: "Webphone1", elect: true, supervisor: false };
  await office.book.putAgent({ ...agent, keyHash: hashOf(KEY) });
  await new ClassicDesk(office).connect({ Password: KEY }, "1001");
  const other = office.desk("1002");
  other.connect();
  await office.clock.pass(1_000);
  const entry = other.phone.presence.value.find(({ number }) => number === "1001");
  assert.deepEqual([entry?.status, entry?.elect], ["online", false]);
});

Deno.test("a call that is muted before it starts asks for no microphone", async () => {
  await using office = await Office.open();
  const desk = await new ClassicDesk(office).connect();
  const call = desk.client.createCall("1001");
  call.mute();
  void call.start();
  await settle();
  assert.deepEqual(desk.browser.asked, []);
});

Deno.test("connect() resolves with the grant, after its handlers", async () => {
  await using office = await Office.open();
  const { client } = new ClassicDesk(office);
  const seen: string[] = [];
  client.onConnectionStateChanged(({ State }) => seen.push(`handler ${State}`));
  await client.connect("", "Webphone1").then(({ State }) => seen.push(`promise ${State}`));
  assert.deepEqual(seen, ["handler ACCESS_GRANTED", "promise ACCESS_GRANTED"]);
});

Deno.test("connect() rejects with the state that came instead", async () => {
  await using office = await Office.open();
  const { client } = new ClassicDesk(office);
  await assert.rejects(client.connect("", "Nobody"), { code: "ACCESS_DENIED" });
  const [first, second] = [client.connect("", "Webphone1"), client.connect("", "Webphone1")];
  await assert.rejects(first, { code: "CONNECTION_CLOSED" });
  client.disconnect();
  await assert.rejects(second, { code: "CONNECTION_CLOSED" });
  const lost = new ClassicDesk(office, { toPbx: () => {}, toPhone: () => {} });
  const failed = assert.rejects(lost.client.connect("", "Webphone1"), { code: "CONNECTION_FAILED" });
  await office.clock.pass(PATIENCE);
  await failed;
});

Deno.test("connect(), createCall() and others refuse wrong arguments, naming method and argument", async () => {
  await using office = await Office.open();
  const { client } = await new ClassicDesk(office).connect();
  const wrong = {} as unknown as string;
  const refused = [
    [() => client.connect(wrong), "connect: serverAddress"],
    [() => client.connect("", wrong), "connect: token"],
    [() => client.connect("", "", 5 as unknown as object), "connect: properties"],
    [() => client.createCall(wrong), "createCall: dialedNumber"],
    [() => client.createCall("1001", "SMELL" as classic.CallType), "createCall: callType"],
    [() => client.setMicrophone(wrong), "setMicrophone: id"],
    [() => client.setSpeaker(wrong), "setSpeaker: id"],
    [() => client.cameras.get(wrong), "getCameraByName: name"],
    [() => client.checkWebPhoneState(5 as unknown as () => void), "checkWebPhoneState: handler"],
    [() => client.onSessionCreated(undefined as unknown as () => void), "onSessionCreated: handler"],
  ] as const;
  for (const [deed, named] of refused) {
    assert.throws(deed, { name: "TypeError", message: new RegExp(`^Cannot act by ${named} is no `) });
  }
  assert.notEqual(client.phoneNumber, "");
});

Deno.test("phoneNumber and rights are there inside the granted handler, and nothing before and after", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  const { client } = desk;
  const seen: unknown[] = [];
  client.onConnectionStateChanged(() => seen.push(client.phoneNumber.length, client.rights));
  await desk.connect();
  client.disconnect();
  await settle();
  assert.deepEqual(seen, [5, ["calls", "messages"], 0, []]);
});

Deno.test("row 40: checkWebPhoneState() answers at any time, also through a callback, not from inside", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  const seen: classic.WebPhoneState[] = [];
  assert.deepEqual(desk.client.checkWebPhoneState((state) => seen.push(state)), { ready: true });
  assert.deepEqual(seen, []);
  await settle();
  assert.deepEqual(seen, [{ ready: true }]);
  desk.page.known = [];
  assert.deepEqual(desk.client.checkWebPhoneState(), { ready: false });
});

Deno.test("row 41: onConStateChanged is onConnectionStateChanged by another name", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  const seen = noted<classic.ConnectionInfo>((f) => desk.client.onConStateChanged(f));
  await desk.connect();
  assert.deepEqual(seen, [{ State: "ACCESS_GRANTED" }]);
});

Deno.test("getDevices() lists what the browser knows", async () => {
  await using office = await Office.open();
  const { client } = new ClassicDesk(office);
  assert.deepEqual(await client.getDevices(), [
    { id: "mic-1", kind: "audioinput", label: "Desk microphone" },
    { id: "id-1", kind: "videoinput", label: "Front camera" },
  ]);
});

Deno.test("setMicrophone() is what the browser is asked for", async () => {
  await using office = await Office.open();
  const desk = await new ClassicDesk(office).connect();
  const asked: MediaStreamConstraints[] = [];
  const ask = desk.browser.getUserMedia.bind(desk.browser);
  desk.browser.getUserMedia = (constraints) => {
    asked.push(constraints);
    return ask(constraints);
  };
  desk.client.setMicrophone("mic-1");
  desk.client.createCall("1001").start();
  await settle();
  assert.match(JSON.stringify(asked), /"deviceId":(\{"(exact|ideal)":)?"mic-1"/);
});

Deno.test("setSpeaker() chooses the loudspeaker, or rejects where there is no choice", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  await desk.client.setSpeaker("desk");
  assert.equal(desk.page.speaker, "desk");
  desk.page.speaker = undefined;
  await assert.rejects(desk.client.setSpeaker("desk"), /^Error: Cannot set the speaker/);
});
