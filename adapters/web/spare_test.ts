import assert from "node:assert/strict";
import { withoutSpare } from "./spare.ts";

const SCRIPT =
  `class A{spare(){return 1}get other(){return{spares:this.used()}}used(){}field=1;static made(){}}new A().field`;

Deno.test("withoutSpare() blanks methods and accessors that nobody mentions, and moves nothing", () => {
  const left = withoutSpare(SCRIPT, ["spare", "other", "used", "made", "field", "absent"]);
  assert.equal(left.length, SCRIPT.length);
  assert.equal(left.replace(/ {2,}/g, ""), "class A{used(){}field=1;}new A().field");
});

Deno.test("withoutSpare() leaves what it was not given, for somebody else may use it", () => {
  assert.equal(withoutSpare(SCRIPT, []), SCRIPT);
  assert.equal(withoutSpare(SCRIPT, ["used", "field"]), SCRIPT);
});
