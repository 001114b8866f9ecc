import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "./paths.ts";
import { OWN_NAMES } from "./squeeze.ts";

/** All names and texts of a source but for its comments. */
const wordsOf = (text: string): string[] =>
  text.replace(/\/\*[^]*?\*\/|\/\/.*/g, "").match(/[A-Za-z_$][\w$]*/g) ?? [];

async function wordsIn(folder: string, isMeant: (name: string) => boolean): Promise<Set<string>> {
  const words = new Set<string>();
  for await (const { name, isFile } of Deno.readDir(join(ROOT, folder))) {
    if (!isFile || !isMeant(name)) continue;
    for (const word of wordsOf(await Deno.readTextFile(join(ROOT, folder, name)))) words.add(word);
  }
  return words;
}

Deno.test("names that are shortened belong to no browser, no message and no page", async () => {
  const foreign = [
    await wordsIn("node_modules/typescript/lib", (name) => /^lib\..*\.d\.ts$/.test(name)),
    await wordsIn("protocol", (name) => !name.endsWith("_test.ts")),
    await wordsIn("phone", (name) => name === "webphone_types.ts"),
  ];
  assert.ok(foreign.every((words) => words.size > 100));
  assert.deepEqual(OWN_NAMES.filter((name) => foreign.some((words) => words.has(name))), []);
});

Deno.test("names that are shortened are no texts in the sources of the page", async () => {
  for await (const { name } of Deno.readDir(join(ROOT, "phone"))) {
    if (!name.endsWith(".ts") || name.endsWith("_test.ts")) continue;
    const text = await Deno.readTextFile(join(ROOT, "phone", name));
    const texts = new Set(text.replace(/\/\*[^]*?\*\/|\/\/.*/g, "").match(/(?<=["'`])\w+(?=["'`])/g));
    assert.deepEqual(OWN_NAMES.filter((own) => texts.has(own)), [], name);
  }
});
