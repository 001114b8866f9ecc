import assert from "node:assert/strict";
import { applyPresence, type Presence } from "./presence.ts";

const entry = (number: string, status: Presence["status"], name?: string): Presence => ({
  number,
  status,
  since: 1,
  elect: false,
  ...(name !== undefined && { name }),
});

Deno.test("applyPresence() replaces what was known of a number and keeps the others", () => {
  const known = [entry("1001", "online", "Alice"), entry("Qdb3W", "online")];
  const after = applyPresence(known, [entry("1001", "busy", "Alice")]);
  assert.deepEqual(after, [entry("1001", "busy", "Alice"), entry("Qdb3W", "online")]);
});

Deno.test("applyPresence() keeps agents who left and forgets web clients who left", () => {
  const known = [entry("1001", "online", "Alice"), entry("Qdb3W", "online")];
  const after = applyPresence(known, [entry("1001", "offline", "Alice"), entry("Qdb3W", "offline")]);
  assert.deepEqual(after, [entry("1001", "offline", "Alice")]);
});

Deno.test("applyPresence() gives the same result when a change comes twice", () => {
  const changes = [entry("1001", "online", "Alice"), entry("Qdb3W", "offline")];
  assert.deepEqual(applyPresence(applyPresence([], changes), changes), applyPresence([], changes));
});
