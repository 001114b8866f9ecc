import assert from "node:assert/strict";
import { openLog } from "./log.ts";

Deno.test("an event is one line of JSON with its time, and errors keep their words but not their stack", () => {
  const lines: string[] = [];
  const log = openLog("info", () => 0, (line) => lines.push(line));
  log("warn", "bus-listener", { call: "call-0001", error: new RangeError("too\nfar") });
  assert.equal(lines.length, 1);
  assert.deepEqual(JSON.parse(lines[0] ?? ""), {
    time: "1970-01-01T00:00:00.000Z",
    level: "warn",
    event: "bus-listener",
    call: "call-0001",
    error: "RangeError: too\nfar",
  });
  assert.doesNotMatch(lines[0] ?? "", /\n/);
});

Deno.test("what is below the level is not written", () => {
  const lines: string[] = [];
  const log = openLog("warn", () => 0, (line) => lines.push(line));
  for (const level of ["debug", "info", "warn", "error"] as const) log(level, level);
  assert.deepEqual(lines.map((line) => JSON.parse(line).event), ["warn", "error"]);
});
