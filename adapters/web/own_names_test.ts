import assert from "node:assert/strict";
import { join } from "node:path";
import { ownNames, webphoneNames } from "./own_names.ts";
import { ROOT } from "./paths.ts";

Deno.test("ownNames() takes what classes and interfaces declare, and leaves keys of objects", () => {
  const own = `
    interface Host { onOwn(): void; readonly field?: string }
    class Thing implements Host { #hidden = 1; made = 2; constructor(readonly given: number, plain: number) {} get got() { return 1 } }
    const table = { NotFoundError: "missing" };`;
  assert.deepEqual(ownNames({ own: [own], words: [], libraries: [] }), [
    "field",
    "given",
    "got",
    "made",
    "onOwn",
  ]);
});

Deno.test("ownNames() keeps away from others' words, in both cases, and from texts of our own", () => {
  const own =
    `interface A { wire: 1; extension: 1; lib: 1; libOnly: 1; text: 1; free: 1; comment: 1; } const kind = "text";`;
  const names = ownNames({
    own: [own],
    words: ["const wire = 1; interface Filters { Extension: string } // comment"],
    libraries: ["interface B { lib(): void; other(first: libOnly): void; }"],
  });
  assert.deepEqual(names, ["comment", "free", "libOnly"]);
});

Deno.test("of what is shortened in /WebphoneAPI nothing is a browser's, the protocol's or a page's", async () => {
  const names = new Set(await webphoneNames(ROOT));
  for (const own of ["placePicture", "takeOver", "createPeerConnection", "wants"]) {
    assert.ok(names.has(own), own);
  }
  const foreign = [
    "getUserMedia",
    "value",
    "microphone",
    "heldBy",
    "createCall",
    "NotFoundError",
    "extension",
  ];
  for (const name of foreign) assert.ok(!names.has(name), name);
  const types = await Deno.readTextFile(join(ROOT, "phone/webphone_types.ts"));
  const members = [...types.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(<]/gm)].map(([, name = ""]) => name);
  assert.ok(members.length > 100);
  assert.deepEqual(members.filter((name) => names.has(name)), []);
  // Whoever shortens a name of an object that is handed to the page, or asks a browser by it, is told by this list.
  assert.deepEqual([...names].filter((name) => name in globalThis || name in Object.prototype), []);
});
