import assert from "node:assert/strict";
import { settle } from "../tests/support/clock.ts";
import { ClassicDesk, connectedNumber as numberOf, noted } from "../tests/support/classic_desk.ts";
import { Office } from "../tests/support/office.ts";
import { PATIENCE, socketUrl } from "./classic_client.ts";
import { dataOf } from "./classic_manners.ts";
import type * as classic from "./webphone_types.ts";

const SCRIPT = new URL("https://pbx.test:7778/WebphoneAPI");

const states = (desk: ClassicDesk) =>
  noted<classic.ConnectionInfo>((f) => desk.client.onConnectionStateChanged(f));
const clients = (desk: ClassicDesk) => noted<classic.ClientInfo>((f) => desk.client.onClientStateChanged(f));

for (
  const [host, url] of [
    ["", "wss://pbx.test:7778/socket"],
    ["localhost", "wss://localhost:7778/socket"],
    ["192.168.115.131", "wss://192.168.115.131:7778/socket"],
    ["192.168.115.131:7779", "wss://192.168.115.131:7778/socket"],
    ["http://other.test:7777/", "wss://other.test:7778/socket"],
    ["[::1]", "wss://[::1]:7778/socket"],
    ["fe80::1", "wss://[fe80::1]:7778/socket"],
  ] as const
) {
  Deno.test(`row 17: socketUrl("${host}") keeps the script's port and scheme`, () => {
    assert.equal(socketUrl(host, SCRIPT), url);
  });
}

Deno.test("row 17: a script over plain HTTP leads to a plain socket", () => {
  assert.equal(socketUrl("", new URL("http://pbx.test:7777/WebphoneAPI")), "ws://pbx.test:7777/socket");
});

Deno.test("socketUrl() refuses what is no host", () => {
  assert.throws(
    () => socketUrl("no host", SCRIPT),
    /^TypeError: Cannot act by connect: serverAddress is no host/,
  );
});

Deno.test("row 26: dataOf() copies what a page tells of itself, and keeps letter case", () => {
  const given = { Nickname: "Ann", avatar: 3, Password: "secret", more: { a: 1 } };
  assert.deepEqual(dataOf(given, "connect", "properties"), given);
  assert.notEqual(dataOf(given, "connect", "properties")["more"], given.more);
});

Deno.test("dataOf() refuses what is too big or no data", () => {
  assert.throws(
    () => dataOf({ text: "x".repeat(9000) }, "connect", "properties"),
    /^TypeError: Cannot act by connect: properties is no object of at most 8 KiB/,
  );
  assert.throws(
    () => dataOf("text", "connect", "properties"),
    /^TypeError: Cannot act by connect: properties is no object of at most 8 KiB/,
  );
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  assert.throws(() => dataOf(circle, "connect", "properties"), TypeError);
});

Deno.test("rows 9, 15, 16: connect() grants access to a line by its name, not from inside", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  const seen = states(desk);
  desk.client.connect("", "Webphone1");
  assert.deepEqual(seen, []);
  await settle();
  assert.deepEqual(seen, [{ State: "ACCESS_GRANTED" }]);
});

Deno.test("row 12: an unknown token is denied once", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  const seen = states(desk);
  desk.client.connect("", "Nobody");
  await office.clock.pass(PATIENCE * 2);
  assert.deepEqual(seen, [{ State: "ACCESS_DENIED" }]);
});

Deno.test("row 12: no token is denied as well", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  const seen = states(desk);
  desk.client.connect();
  await office.clock.pass(PATIENCE * 2);
  assert.deepEqual(seen, [{ State: "ACCESS_DENIED" }]);
});

Deno.test("row 13: a server out of reach fails once, within ten seconds", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office, { toPbx: () => {}, toPhone: () => {} });
  const seen = states(desk);
  desk.client.connect("", "Webphone1");
  await office.clock.pass(PATIENCE - 1);
  assert.deepEqual(seen, []);
  await office.clock.pass(1);
  assert.deepEqual(seen, [{ State: "CONNECTION_FAILED" }]);
  await office.clock.pass(PATIENCE * 3);
  assert.equal(seen.length, 1);
});

Deno.test("row 14: a loss that mends is no news", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office);
  const seen = states(desk);
  await desk.connect();
  desk.browser.cut();
  await office.clock.pass(PATIENCE * 2);
  assert.deepEqual(seen, [{ State: "ACCESS_GRANTED" }]);
});

Deno.test("row 14: a loss that lasts closes the connection once", async () => {
  await using office = await Office.open();
  let isCut = false;
  const carry = (deliver: () => void) => isCut || deliver();
  const desk = new ClassicDesk(office, { toPbx: carry, toPhone: (deliver) => isCut || deliver() });
  const seen = states(desk);
  await desk.connect();
  isCut = true;
  desk.browser.wake();
  await office.clock.pass(60_000);
  assert.deepEqual(seen, [{ State: "ACCESS_GRANTED" }, { State: "CONNECTION_CLOSED" }]);
});

Deno.test("rows 14, 19: disconnect() closes once, and connect() works again", async () => {
  await using office = await Office.open();
  const desk = await new ClassicDesk(office).connect();
  const seen = states(desk);
  await settle();
  desk.client.disconnect();
  desk.client.disconnect();
  assert.equal(seen.length, 1);
  await settle();
  assert.deepEqual(seen.map(({ State }) => State), ["ACCESS_GRANTED", "CONNECTION_CLOSED"]);
  await desk.connect();
  assert.deepEqual(seen.map(({ State }) => State), ["ACCESS_GRANTED", "CONNECTION_CLOSED", "ACCESS_GRANTED"]);
});

Deno.test("a second connect() replaces the first connection without a word", async () => {
  await using office = await Office.open();
  const desk = await new ClassicDesk(office).connect();
  const other = new ClassicDesk(office);
  const seen = clients(other);
  await other.connect();
  const mine = states(desk);
  await desk.connect();
  assert.deepEqual(mine.map(({ State }) => State), ["ACCESS_GRANTED", "ACCESS_GRANTED"]);
  await office.clock.pass(1000);
  const online = new Map(seen.map(({ phoneNumber, status }) => [phoneNumber, status]));
  assert.deepEqual([...online.values()].sort(), ["OFFLINE", "ONLINE"]);
});

Deno.test("row 18: handlers registered in the granted handler miss nobody, and are not called before it returns", async () => {
  await using office = await Office.open();
  await new ClassicDesk(office).connect({ Nickname: "Ann" });
  const desk = new ClassicDesk(office);
  const seen: string[] = [];
  desk.client.onConnectionStateChanged(() => {
    seen.push("granted begins");
    desk.client.onClientStateChanged(({ status }) => seen.push(status));
    seen.push("granted ends");
  });
  await desk.connect();
  assert.deepEqual(seen, ["granted begins", "granted ends", "ONLINE"]);
});

Deno.test("row 18: handlers registered before connect() hear of the grant first", async () => {
  await using office = await Office.open();
  await new ClassicDesk(office).connect();
  const desk = new ClassicDesk(office);
  const seen: string[] = [];
  desk.client.onClientStateChanged(({ status }) => seen.push(status));
  desk.client.onConnectionStateChanged(({ State }) => seen.push(State));
  await desk.connect();
  assert.deepEqual(seen, ["ACCESS_GRANTED", "ONLINE"]);
});

Deno.test("row 18: presence waits for a listener and is up to date when one comes", async () => {
  await using office = await Office.open();
  const gone = await new ClassicDesk(office).connect();
  const desk = await new ClassicDesk(office).connect();
  await new ClassicDesk(office).connect({ Nickname: "Bob" });
  gone.client.disconnect();
  await office.clock.pass(1000);
  const seen = clients(desk);
  await settle();
  assert.deepEqual(seen.map(({ status, Nickname }) => [status, Nickname]), [["ONLINE", "Bob"]]);
});

Deno.test("rows 21, 22, 24, 26: both hear of each other, and of the end with the same number and properties", async () => {
  await using office = await Office.open();
  const [ann, bob] = [new ClassicDesk(office), new ClassicDesk(office)];
  const [byAnn, byBob] = [clients(ann), clients(bob)];
  await ann.connect({ Nickname: "Ann" });
  await bob.connect({ Nickname: "Bob", avatar: { url: "b.png" } });
  await office.clock.pass(1000);
  assert.deepEqual(byBob.map(({ Nickname, status }) => [Nickname, status]), [["Ann", "ONLINE"]]);
  bob.client.disconnect();
  await office.clock.pass(1000);
  const [came, left] = byAnn;
  assert.match(came?.phoneNumber ?? "", /^[A-Za-z0-9]{5}$/);
  assert.deepEqual(came, { ...left, status: "ONLINE" });
  assert.deepEqual(left, { ...came, status: "OFFLINE", Nickname: "Bob", avatar: { url: "b.png" } });
  assert.equal(byAnn.length, 2);
});

Deno.test("rows 25, 28: nobody hears of itself, and properties overwrite neither number nor status", async () => {
  await using office = await Office.open();
  const [ann, bob] = [new ClassicDesk(office), new ClassicDesk(office)];
  const [byAnn, byBob] = [clients(ann), clients(bob)];
  await ann.connect();
  await bob.connect({ phoneNumber: "1001", status: "OFFLINE" });
  await office.clock.pass(1000);
  assert.equal(byAnn.length, 1);
  assert.equal(byBob.length, 1);
  assert.equal(byAnn[0]?.status, "ONLINE");
  assert.notEqual(byAnn[0]?.phoneNumber, "1001");
});

Deno.test("a page that changes the object it is given does not change what OFFLINE tells", async () => {
  await using office = await Office.open();
  const [ann, bob] = [new ClassicDesk(office), new ClassicDesk(office)];
  const seen: classic.ClientInfo[] = [];
  ann.client.onClientStateChanged((info) => {
    seen.push({ ...info });
    info.phoneNumber = "changed";
  });
  await ann.connect();
  await bob.connect();
  bob.client.disconnect();
  await office.clock.pass(1000);
  assert.equal(seen[1]?.phoneNumber, seen[0]?.phoneNumber);
});

Deno.test("presence tells of online and offline only: a client in a call is still ONLINE", async () => {
  await using office = await Office.open();
  const watcher = await new ClassicDesk(office).connect();
  const seen = clients(watcher);
  const [ann, bob] = [new ClassicDesk(office), new ClassicDesk(office)];
  const number = await numberOf(office, bob);
  await ann.connect();
  bob.client.onIncomingCall((call) => call.accept());
  ann.client.createCall(number).start();
  await office.clock.pass(1000);
  const told = seen.filter(({ phoneNumber }) => phoneNumber === number);
  assert.deepEqual(told.map(({ status }) => status), ["ONLINE"]);
});

Deno.test("row 24: closing the page takes the client off the line at once", async () => {
  await using office = await Office.open();
  const [ann, bob] = [new ClassicDesk(office), new ClassicDesk(office)];
  const seen = clients(ann);
  await ann.connect();
  await bob.connect();
  bob.page.leave();
  await office.clock.pass(500);
  assert.deepEqual(seen.map(({ status }) => status), ["ONLINE", "OFFLINE"]);
});

Deno.test("row 20: each connection has a number of its own", async () => {
  await using office = await Office.open();
  const [ann, bob] = [new ClassicDesk(office), new ClassicDesk(office)];
  const seen = clients(ann);
  await ann.connect();
  for (let i = 0; i < 3; i++) {
    await bob.connect();
    bob.client.disconnect();
    await office.clock.pass(500);
  }
  const numbers = seen.filter(({ status }) => status === "ONLINE").map(({ phoneNumber }) => phoneNumber);
  assert.equal(new Set(numbers).size, 3);
});

Deno.test("rows 33, 34: an incoming call is told once, ringing, also while another one runs", async () => {
  await using office = await Office.open();
  const [ann, bob, eve] = [new ClassicDesk(office), new ClassicDesk(office), new ClassicDesk(office)];
  const number = await numberOf(office, bob);
  await ann.connect();
  await eve.connect();
  const told: string[] = [];
  bob.client.onIncomingCall((call) => {
    told.push(call.getCallState());
    call.accept();
  });
  ann.client.createCall(number).start();
  await office.clock.pass(1000);
  eve.client.createCall(number).start();
  await office.clock.pass(1000);
  assert.deepEqual(told, ["RINGING", "RINGING"]);
});

Deno.test("row 18: a call that rings before anybody listens is told, one that is over by then is not", async () => {
  await using office = await Office.open();
  const [ann, bob] = [new ClassicDesk(office), new ClassicDesk(office)];
  const number = await numberOf(office, bob);
  await ann.connect();
  const over = ann.client.createCall(number);
  over.start();
  await office.clock.pass(500);
  over.hangUp();
  await office.clock.pass(500);
  const live = ann.client.createCall(number);
  live.start();
  await office.clock.pass(500);
  const calls = noted<classic.Call>((f) => bob.client.onIncomingCall(f));
  await settle();
  assert.deepEqual(calls.map((call) => call.getCallState()), ["RINGING"]);
});

Deno.test("row 39: onErrorOccured tells of a refused microphone; the console does when nobody listens", async () => {
  await using office = await Office.open();
  const desk = new ClassicDesk(office, { troubles: { audio: "NotAllowedError" } });
  await desk.connect();
  desk.client.createCall("1001").start();
  await office.clock.pass(500);
  assert.equal(desk.page.reports.length, 1);
  const errors = noted<classic.ErrorInfo>((f) => desk.client.onErrorOccured(f));
  await settle();
  assert.equal(errors[0]?.code, "microphone-denied");
});

Deno.test("row 24: a client that is lost without a word is OFFLINE within a minute", async () => {
  await using office = await Office.open();
  const [ann, bob] = [new ClassicDesk(office), new ClassicDesk(office)];
  const seen = clients(ann);
  await ann.connect();
  await bob.connect({ Nickname: "Bob" });
  bob.browser.openSocket = () => ({ onopen: null, onmessage: null, onclose: null, send() {}, close() {} });
  bob.browser.cut();
  await office.clock.pass(60_000);
  assert.deepEqual(seen.map(({ status, Nickname }) => [status, Nickname]), [["ONLINE", "Bob"], [
    "OFFLINE",
    "Bob",
  ]]);
});

Deno.test("row 29: clients of another line are not told of", async () => {
  await using office = await Office.open();
  await office.book.putLine("Webphone2");
  const [ann, bob] = [new ClassicDesk(office), new ClassicDesk(office)];
  const [byAnn, byBob] = [clients(ann), clients(bob)];
  await ann.connect();
  bob.client.connect("", "Webphone2");
  await office.clock.pass(1000);
  assert.deepEqual([byAnn, byBob], [[], []]);
});
