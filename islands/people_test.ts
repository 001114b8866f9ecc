import assert from "node:assert/strict";
import type { Presence } from "../protocol/presence.ts";
import { inOrder } from "./people.ts";

const person = (number: string, status: Presence["status"], name?: string): Presence => ({
  number,
  status,
  since: 0,
  elect: false,
  ...name !== undefined && { name },
});

const PEOPLE = [
  person("3", "online", "Zoë"),
  person("1", "offline", "Ann"),
  person("2", "busy", "Élodie"),
  person("4", "online"),
];

const numbers = (people: readonly Presence[]): string => people.map(({ number }) => number).join("");

Deno.test("people stand by name, whoever is there before whoever is not, busy or free", () => {
  assert.equal(numbers(inOrder(PEOPLE)), "4231");
  const freed = PEOPLE.map((each) => ({ ...each, status: each.status === "busy" ? "online" : each.status }));
  assert.equal(numbers(inOrder(freed as Presence[])), "4231", "a call of others moves nobody");
});

Deno.test("people who are held stay where they are, and whoever comes stands behind them", () => {
  assert.equal(numbers(inOrder(PEOPLE, ["1", "3", "9"])), "1342");
});
