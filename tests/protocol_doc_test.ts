/** `docs/protocol.md` names every message, and its examples are messages. */
import assert from "node:assert/strict";
import { LINK_MESSAGES, parseLinkMessage } from "../protocol/link_messages.ts";
import { parsePbxMessage, PBX_MESSAGES } from "../protocol/pbx_messages.ts";
import { parsePhoneMessage, PHONE_MESSAGES } from "../protocol/phone_messages.ts";

const text = await Deno.readTextFile(new URL("../docs/protocol.md", import.meta.url));
const examples = [...text.matchAll(/^```json (phone|pbx|both|links)\n([\s\S]*?)^```$/gm)].map((
  [, direction, example],
) => ({
  direction,
  example: example ?? "",
}));

const directions = [
  ["phone", parsePhoneMessage, PHONE_MESSAGES],
  ["pbx", parsePbxMessage, PBX_MESSAGES],
  // These come from the PBX as well; but they are read by code of their own.
  ["links", parseLinkMessage, LINK_MESSAGES],
] as const;

for (const [direction, parse, schemas] of directions) {
  const own = examples.filter((example) =>
    example.direction === direction || (example.direction === "both" && direction !== "links")
  );

  Deno.test(`docs/protocol.md shows every message from the ${direction}`, () => {
    const shown = new Set<string>(own.map(({ example }) => JSON.parse(example).type));
    const types = schemas.map(({ entries }) => entries.type.literal);
    assert.deepEqual(types.filter((type) => !shown.has(type)), []);
  });

  Deno.test(`docs/protocol.md shows only real messages from the ${direction}, with no field that is not read`, () => {
    for (const { example } of own) assert.deepEqual(parse(example), JSON.parse(example));
  });
}
