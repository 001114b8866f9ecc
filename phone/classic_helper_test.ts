import assert from "node:assert/strict";
import { ClassicDesk, ClassicPair, noted } from "../tests/support/classic_desk.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import type * as classic from "./webphone_types.ts";

/** An office with two lines, an agent with an address on one and one without on the other. */
async function withPeople(): Promise<Office> {
  const office = await Office.open(["1001"], false);
  await office.book.putLine("Webphone2");
  const agent = { line: "Webphone1", elect: false, supervisor: false, keyHash: "" };
  await office.book.putAgent({ ...agent, number: "1001", name: "Ann", email: "ann@a.test", mobile: "+3612" });
  await office.book.putAgent({ ...agent, number: "1002", name: "Bob", line: "Webphone2" });
  return office;
}

Deno.test("row 99: the helper answers inside the granted handler", async () => {
  await using office = await withPeople();
  const desk = new ClassicDesk(office);
  const seen: unknown[] = [];
  desk.client.onConnectionStateChanged(() => {
    const { helper } = desk.client;
    seen.push(helper.getUserById("1001")?.fullName, helper.getUserByExtension(1002)?.fullName);
  });
  await desk.connectWith("sessions");
  assert.deepEqual(seen, ["Ann", "Bob"]);
});

Deno.test("row 103: a user has names, numbers and devices, in both cases of the first letter", async () => {
  await using office = await withPeople();
  const { client } = await new ClassicDesk(office).connectWith("sessions");
  const user = {
    id: "1001",
    userName: "1001",
    fullName: "Ann",
    emailAddress: "ann@a.test",
    phoneNumber: "1001",
    mobileNumber: "+3612",
    devices: ["1001"],
  };
  const capitals = Object.entries(user).map((
    [name, value],
  ) => [name[0]!.toUpperCase() + name.slice(1), value]);
  assert.deepEqual(client.helper.getUserById("1001"), { ...user, ...Object.fromEntries(capitals) });
  assert.equal(client.helper.getUserById("1002")?.emailAddress, "");
});

Deno.test("rows 101, 104: lists have own entries by id, of extensions and of outside lines", async () => {
  await using office = await withPeople();
  const { helper } = (await new ClassicDesk(office).connectWith("sessions")).client;
  const walked: string[][] = [];
  for (const list of [helper.getExtensions(), helper.getOutsideLines()]) {
    const ids: string[] = [];
    for (const id in list) ids.push(id);
    walked.push(ids);
  }
  assert.deepEqual(walked, [["1001", "1002"], ["Webphone1", "Webphone2"]]);
  const { id, type, displayName, phoneNumber } = helper.getExtensionById(1001) ?? assert.fail("none");
  assert.deepEqual([id, type, displayName, phoneNumber], ["1001", "Webphone", "Ann", "1001"]);
  const line = helper.getOutsideLineById("Webphone2");
  assert.deepEqual([line?.Id, line?.Type, line?.displayName, line?.phoneNumber], [
    "Webphone2",
    "Webphone",
    "Webphone2",
    "",
  ]);
});

Deno.test("lists by type have what is of that type", async () => {
  await using office = await withPeople();
  const { helper } = (await new ClassicDesk(office).connectWith("sessions")).client;
  assert.deepEqual(Object.keys(helper.getExtensionsByType("Webphone")), ["1001", "1002"]);
  assert.deepEqual(Object.keys(helper.getOutsideLinesByType("Webphone")), ["Webphone1", "Webphone2"]);
  assert.deepEqual([helper.getExtensionsByType("SIP"), helper.getOutsideLinesByType("SIP")], [{}, {}]);
});

Deno.test("row 100: what is not known is null, also by names that objects have of their own", async () => {
  await using office = await withPeople();
  const { helper } = (await new ClassicDesk(office).connectWith("sessions")).client;
  for (const id of ["9999", "constructor", "__proto__", ""]) {
    const found = [
      helper.getExtensionById(id),
      helper.getOutsideLineById(id),
      helper.getUserById(id),
      helper.getUserByExtension(id),
      helper.getActiveSessionById(id),
    ];
    assert.deepEqual(found, [null, null, null, null, null], id);
  }
});

Deno.test("without the right to sessions the helper knows the own line only, and no addresses", async () => {
  await using office = await withPeople();
  const { helper } = (await new ClassicDesk(office).connect()).client;
  assert.deepEqual(Object.keys(helper.getExtensions()), ["1001"]);
  assert.deepEqual(Object.keys(helper.getOutsideLines()), ["Webphone1"]);
  assert.equal(helper.getUserById("1001")?.emailAddress, "");
});

Deno.test("row 98: before access and after the end the helper knows nothing", async () => {
  await using office = await withPeople();
  const desk = new ClassicDesk(office);
  const { helper } = desk.client;
  assert.deepEqual([helper.getExtensions(), helper.getUserById("1001")], [{}, null]);
  await desk.connectWith("sessions");
  desk.client.disconnect();
  assert.deepEqual([helper.getExtensions(), helper.getUserById("1001")], [{}, null]);
});

Deno.test("calls of an extension or a user, and a call by its id", async () => {
  await using pair = await ClassicPair.open();
  const watcher = await new ClassicDesk(pair.office).connectWith("sessions");
  await pair.talk();
  const { helper } = watcher.client;
  const [session] = Object.values(helper.getActiveCallsOfUser(pair.ann.client.phoneNumber));
  assert.ok(session);
  assert.equal(helper.getActiveSessionById(session.sessionId), session);
  const { [session.sessionId]: same } = helper.getActiveCallsOfExtension(pair.bob.client.phoneNumber);
  assert.equal(same, session);
  assert.deepEqual(helper.getActiveCallsOfUser("1001"), {});
});

Deno.test("row 102: a call is found by all words for its state", async () => {
  await using pair = await ClassicPair.open();
  const { helper } = (await new ClassicDesk(pair.office).connectWith("sessions")).client;
  const found = (...words: string[]) =>
    words.filter((word) => Object.keys(helper.getActiveSessionsBySessionState(word)).length > 0);
  const all = [
    ...["RINGING", "IN_CALL", "INCALL", "Incall", "HOLD", "ONHOLD", "CALLEEONHOLD", "CALLERONHOLD"],
    ...["ONHOLDINACTIVE", "NOT_FOUND", "NOTFOUND", "BUSY", "COMPLETED", "TRANSFERRING", "CALLERHUNGUP"],
  ];
  const [out, come] = await pair.ring();
  assert.deepEqual(found(...all), ["RINGING"]);
  come.accept();
  await pair.settle();
  assert.deepEqual(found(...all), ["IN_CALL", "INCALL", "Incall"]);
  out.hold();
  await pair.settle();
  assert.deepEqual(found(...all), ["HOLD", "ONHOLD", "CALLEEONHOLD", "ONHOLDINACTIVE"]);
  come.hold();
  out.unHold();
  await pair.settle();
  assert.deepEqual(found(...all), ["HOLD", "ONHOLD", "CALLERONHOLD", "ONHOLDINACTIVE"]);
  out.hangUp();
  await pair.settle();
  assert.deepEqual(found(...all), []);
});

Deno.test("the helper refuses what is no id, naming the method", async () => {
  await using office = await Office.open();
  const { helper } = (await new ClassicDesk(office).connect()).client;
  const wrong = {} as unknown as string;
  for (
    const method of [
      "getExtensionById",
      "getExtensionsByType",
      "getOutsideLineById",
      "getOutsideLinesByType",
      "getActiveCallsOfExtension",
      "getActiveCallsOfUser",
      "getActiveSessionById",
      "getActiveSessionsBySessionState",
      "getCallHistoryOfExtension",
      "getUserByExtension",
      "getUserById",
    ] as const
  ) {
    assert.throws(() => helper[method](wrong), {
      name: "TypeError",
      message: new RegExp(`^Cannot act by ${method}: \\w+ is no text`),
    });
  }
});

Deno.test("row 37: onUserInfoReceived tells each user once, also when registered in the granted handler", async () => {
  await using office = await withPeople();
  const desk = new ClassicDesk(office);
  const users: string[] = [];
  desk.client.onConnectionStateChanged(({ State }) => {
    if (State !== "ACCESS_GRANTED") return;
    desk.client.onUserInfoReceived(({ fullName }) => users.push(fullName));
  });
  await desk.connectWith("sessions");
  assert.deepEqual(users, ["Ann", "Bob"]);
  desk.browser.cut();
  await office.clock.pass(5_000);
  assert.deepEqual(users, ["Ann", "Bob"]);
});

Deno.test("row 37: a handler that comes later hears of all users that nobody was told of", async () => {
  await using office = await withPeople();
  const desk = await new ClassicDesk(office).connectWith("sessions");
  await office.clock.pass(5_000);
  const users = noted<classic.User>((f) => desk.client.onUserInfoReceived(f));
  assert.deepEqual(users, []);
  await settle();
  assert.deepEqual(users.map(({ id }) => id), ["1001", "1002"]);
});
