import assert from "node:assert/strict";
import fc from "fast-check";
import { FIRST_WORD, firstWordIn, inUpgrade, keyIn, keyInUpgrade } from "./first_word.ts";

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

Deno.test("a key comes after the first word, as it was said", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (key) => {
    const header = keyInUpgrade("1001", key);
    assert.match(header, /^[\w!#$%&'*+.^`|~-]+$/, "a token");
    const said = `${FIRST_WORD}, ${inUpgrade("hello")}, ${header}`;
    assert.deepEqual([firstWordIn(said), keyIn(said)], ["hello", { number: "1001", key }]);
  }));
});

Deno.test("there is no key where nobody brings one, or in another place", () => {
  const headers = [
    null,
    "",
    FIRST_WORD,
    "key.1001.abc",
    `${FIRST_WORD}, key.1001.abc`,
    `chat, a, key.1001.abc`,
  ];
  for (const header of [...headers, `${FIRST_WORD}, a, key.1001.`, `${FIRST_WORD}, a, key.abc`]) {
    assert.equal(keyIn(header), undefined, `${header}`);
  }
});

Deno.test("a key that can't be read is refused in words, which do not tell it", () => {
  assert.throws(() => keyIn(`${FIRST_WORD}, a, key.1001.abc%`), {
    message: "Cannot read message: the key is not percent-encoded UTF-8",
  });
});
