import assert from "node:assert/strict";
import { MAX_MESSAGE_BYTES, MessageError, parsePbxMessage, parsePhoneMessage } from "./messages.ts";

const call = "c0ffee00c0ffee00";
const device = "d0000000d0000000";

/** What a phone sends that is no message, and the field that the error must name. */
const BAD: [title: string, message: unknown, field: string][] = [
  ["no object", 7, "type"],
  ["no type", {}, "type"],
  ["an unknown type", { type: "explode" }, "type"],
  ["a type of the other direction", { type: "registered" }, "type"],
  ["a missing field", { type: "hangup" }, "call"],
  ["a call that is too short a word", { type: "hangup", call: "c1" }, "call"],
  ["a call with a blank in it", { type: "hangup", call: "c0ffee00 c0ffee00" }, "call"],
  ["a number with a line break", { type: "register", device, number: "1001\n" }, "number"],
  ["an empty number", { type: "invite", call, to: "" }, "to"],
  ["ready as a word", { type: "ready", ready: "yes" }, "ready"],
  ["candidates that are no list", { type: "candidate", call, candidates: {} }, "candidates"],
  [
    "a candidate of the wrong kind",
    { type: "candidate", call, candidates: [{ candidate: 7 }] },
    "candidates.0",
  ],
  ["an empty description", { type: "offer", call, sdp: "" }, "sdp"],
  ["a reason of one's own", { type: "reject", call, reason: "bored" }, "reason"],
  ["properties over 8 KiB", { type: "register", device, properties: { a: "x".repeat(9000) } }, "properties"],
];

for (const [title, message, field] of BAD) {
  Deno.test(`parsePhoneMessage() names the field of ${title}`, () => {
    assert.throws(() => parsePhoneMessage(JSON.stringify(message)), (error) => {
      assert.ok(error instanceof MessageError);
      assert.equal(error.field, field);
      assert.match(error.message, /^Cannot read message: /);
      return true;
    });
  });
}

Deno.test("parsePhoneMessage() says of a text that is no JSON just that", () => {
  assert.throws(() => parsePhoneMessage("hello"), /^MessageError: Cannot read message: it is not JSON$/);
});

Deno.test("parsePhoneMessage() leaves out fields that nobody knows", () => {
  assert.deepEqual(parsePhoneMessage(`{"type":"hangup","call":"${call}","mood":"bad"}`), {
    type: "hangup",
    call,
  });
});

Deno.test("parsePbxMessage() takes a call that ended for a reason, and no other reason", () => {
  assert.deepEqual(parsePbxMessage(`{"type":"hangup","call":"${call}","reason":"elsewhere"}`), {
    type: "hangup",
    call,
    reason: "elsewhere",
  });
  assert.throws(() => parsePbxMessage(`{"type":"hangup","call":"${call}","reason":"whim"}`), MessageError);
});

Deno.test("a description of the largest size still fits into a message", () => {
  const text = JSON.stringify({ type: "offer", call, sdp: "x".repeat(60_000) });
  assert.ok(text.length < MAX_MESSAGE_BYTES);
  assert.equal(parsePhoneMessage(text).type, "offer");
});
