import assert from "node:assert/strict";
import fc from "fast-check";
import { FIRST_WORD, firstWordIn, inUpgrade } from "./first_word.ts";

Deno.test("a first word comes through a header as it was said, and is made of what a header may hold", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (word) => {
    const header = inUpgrade(word);
    assert.match(header, /^[\w-]+$/);
    assert.equal(firstWordIn(`${FIRST_WORD}, ${header}`), word);
    assert.equal(firstWordIn(`${FIRST_WORD},${header}`), word);
  }));
});

Deno.test("there is no first word where nobody brings one", () => {
  for (const header of [null, "", FIRST_WORD, "chat, e30"]) assert.equal(firstWordIn(header), undefined);
});

Deno.test("a first word that is no base64url is refused in words", () => {
  for (const word of ["{}", "e", "e30=", "a+b"]) {
    assert.throws(() => firstWordIn(`${FIRST_WORD}, ${word}`), { message: /^Cannot read message: / });
  }
});
