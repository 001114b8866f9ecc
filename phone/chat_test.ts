/** Messages and keys in a call. Real PBX, fake browsers. */
import assert from "node:assert/strict";
import { Cables } from "../tests/support/cables.ts";
import { settle } from "../tests/support/clock.ts";
import { established, twoDesks } from "../tests/support/desks.ts";
import { type Desk, Office } from "../tests/support/office.ts";
import type { Call } from "./call.ts";

const texts = (call: Call | undefined) =>
  call?.messages.value.filter(({ mine }) => !mine).map(({ text }) => text);

const ALL_OF_UNICODE = [
  "",
  "\u0000\u001f",
  "Ü 漢字 🤹🏽‍♀️",
  "\ud800 half a pair",
  "\u202e<b>&amp;</b>",
  "x".repeat(10_000),
];

Deno.test("write() reaches the other side unchanged and in order, from the first moment of the call on", async () => {
  await using office = await Office.open();
  const [alice, bob] = await twoDesks(office);
  const call = alice.phone.call("1002");
  // Before the invite is even said, while it rings, and when it stands.
  for (const text of ALL_OF_UNICODE) call.write(text);
  await settle();
  const [heard] = bob.phone.calls.value;
  assert.deepEqual(texts(heard), ALL_OF_UNICODE);
  heard!.write("in a minute");
  await settle();
  heard!.accept();
  await settle();
  call.hold();
  call.write("held");
  heard!.write("talk");
  await settle();
  assert.deepEqual(texts(heard), [...ALL_OF_UNICODE, "held"]);
  assert.deepEqual(texts(call), ["in a minute", "talk"]);
  assert.deepEqual(call.messages.value.filter(({ mine }) => mine).length, ALL_OF_UNICODE.length + 1);
  assert.deepEqual(office.troubles, []);
});

Deno.test("what is written into two calls that cross arrives in the one that they become", async () => {
  await using office = await Office.open(["1001", "1002"], false);
  const cables = new Cables();
  const [alice, bob] = ["1001", "1002"].map((number) =>
    office.desk(number, { toPbx: cables.lay(), toPhone: cables.lay() })
  ) as [Desk, Desk];
  const rest = async () => {
    for (let quiet = 0; quiet < 5;) {
      quiet = cables.arrive(0) ? 0 : quiet + 1;
      await settle();
    }
  };
  for (const { connect } of [alice, bob]) connect();
  await rest();
  const [one, other] = [alice.phone.call("1002"), bob.phone.call("1001")];
  one.write("from Alice");
  other.write("from Bob");
  await settle();
  await rest();
  assert.equal(one.id, other.id);
  assert.deepEqual([texts(one), texts(other)], [["from Bob"], ["from Alice"]]);
});

Deno.test("what is written just before hanging up still arrives", async () => {
  await using office = await Office.open();
  const { caller, callee } = await established(office);
  caller.write("bye");
  caller.hangUp();
  await settle();
  assert.deepEqual(texts(callee), ["bye"]);
  callee.write("too late");
  await settle();
  assert.deepEqual(texts(caller), []);
});

Deno.test("nothing that is written is lost or doubled while lines break, nor when the PBX is killed", async () => {
  await using office = await Office.open();
  const { desks, caller, callee } = await established(office);
  const written: string[] = [];
  for (let turn = 0; turn < 12; turn++) {
    const text = `message ${turn}`;
    written.push(text);
    caller.write(text);
    callee.write(text);
    if (turn % 3 === 0) desks[turn % 2]?.browser.cut();
    if (turn === 7) {
      office.restart();
      for (const { browser } of desks) browser.cut();
    }
    await office.clock.pass(turn % 3 * 400);
  }
  await office.clock.pass(10_000);
  assert.deepEqual(texts(callee), written);
  assert.deepEqual(texts(caller), written);
});

Deno.test("press() reaches the other side key by key", async () => {
  await using office = await Office.open();
  const { caller, callee } = await established(office);
  caller.press("12#*");
  await settle();
  assert.deepEqual([callee.digits.value, caller.digits.value], ["12#*", ""]);
});
