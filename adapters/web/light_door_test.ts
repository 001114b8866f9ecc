import assert from "node:assert/strict";
import { MessageError } from "../../protocol/messages.ts";
import { parsePbxMessage } from "./light_door.ts";

Deno.test("parsePbxMessage() of the light door reads messages, also of a later version", () => {
  for (const message of [{ type: "pong", received: 3 }, { type: "song", of: "tomorrow" }]) {
    assert.deepEqual(parsePbxMessage(JSON.stringify(message)), message);
  }
});

for (const text of ["", "{", "7", "null", "[]", '{"type":7}', '"pong"']) {
  Deno.test(`parsePbxMessage() of the light door refuses ${text || "nothing"}`, () => {
    assert.throws(() => parsePbxMessage(text), MessageError);
  });
}
