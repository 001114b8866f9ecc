import assert from "node:assert/strict";
import fc from "fast-check";
import { FIRST_WORD, firstWordIn, inUpgrade } from "./first_word.ts";

Deno.test("a first word comes through a header as it was said, and is made of what a header may hold", () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "grapheme", minLength: 1 }), fc.json()), (word) => {
    const header = inUpgrade(word);
    assert.match(header, /^[\w!#$%&'*+.^`|~-]+$/, "a token");
    assert.equal(firstWordIn(`${FIRST_WORD}, ${header}`), word);
    assert.equal(firstWordIn(`${FIRST_WORD},${header}`), word);
  }));
});

Deno.test("there is no first word where nobody brings one", () => {
  for (const header of [null, "", FIRST_WORD, "chat, %7B%7D"]) assert.equal(firstWordIn(header), undefined);
});

Deno.test("a first word that can't be read is refused in words", () => {
  for (const word of ["%", "%7", "%zz", "%ff"]) {
    assert.throws(() => firstWordIn(`${FIRST_WORD}, ${word}`), { message: /^Cannot read message: / });
  }
});
