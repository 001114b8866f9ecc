/** `docs/webphone_api.md` is complete, and every row of the classic API's checklist has a test or a reason to wait. */
import assert from "node:assert/strict";
import ts from "typescript";
import { ENDINGS } from "../protocol/call_state.ts";
import { RIGHTS } from "../protocol/rights.ts";
import { ROWS } from "./conformance/rows.ts";
import { gaps, PAGE, tableOf, testedRows, withTable } from "./conformance/table.ts";

const page = Deno.readTextFileSync(PAGE);
const TYPES = new URL("../phone/webphone_types.ts", import.meta.url);

Deno.test("the checklist has 110 rows, and each has a test of its own or a reason to wait, never both", () => {
  const numbers = Array.from({ length: 110 }, (_, index) => `${index + 1}`);
  assert.deepEqual(Object.keys(ROWS).sort((a, b) => Number(a) - Number(b)), numbers);
  assert.deepEqual(gaps(testedRows()), []);
});

Deno.test("the table of docs/webphone_api.md is up to date (deno task table writes it)", () => {
  assert.equal(page, withTable(page, tableOf(testedRows())));
});

/** The names of all members of the types that pages see. */
function members(): string[] {
  const file = ts.createSourceFile("types.ts", Deno.readTextFileSync(TYPES), ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    const isMember = ts.isMethodSignature(node) || ts.isPropertySignature(node);
    if (isMember && ts.isIdentifier(node.name)) names.push(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...new Set(names)];
}

/** Whether the page has the name as code: alone, called, or as a member. */
const isNamed = (name: string): boolean => new RegExp(`\`[^\`\\n]*\\b${name}\\b[^\`\\n]*\``).test(page);

Deno.test("docs/webphone_api.md names every member of /WebphoneAPI.d.ts", () => {
  assert.ok(members().length > 100, "the members were found");
  assert.deepEqual(members().filter((name) => !isNamed(name)), []);
});

Deno.test("docs/webphone_api.md tells every right, and every reason of an end with its sentence", () => {
  assert.deepEqual(RIGHTS.filter((right) => !isNamed(right)), []);
  for (const [code, sentence] of Object.entries(ENDINGS)) {
    assert.match(page, new RegExp(`\`${code}\`\\s*\\|\\s*${sentence}`), code);
  }
});
