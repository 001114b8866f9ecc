import assert from "node:assert/strict";
import type { Port } from "../../pbx/ports.ts";
import { checkAll } from "./house.ts";

const aPort = (check: () => Promise<void>): Port => ({
  check,
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

Deno.test("the world hears which port is ill, and only the log hears why", async () => {
  const error = new Error("Cannot connect to postgres://pbx:secret@db/pbx");
  const logged: unknown[] = [];
  const ports = {
    bus: aPort(() => Promise.resolve()),
    book: aPort(() => Promise.reject(error)),
  };
  const states = await checkAll(ports, (...line) => void logged.push(line));
  assert.deepEqual(states, { bus: "ok", book: "ill" });
  assert.deepEqual(logged, [["error", "port", { name: "book", error }]]);
});
