import assert from "node:assert/strict";
import { isSecretOf } from "./keys.ts";
import { memoryBook } from "./memory.ts";
import { settleIn, welcome } from "./welcome.ts";

const KEYS = new Map([["1001", "key-1"], ["1002", "key-2"]]);
const HERE = "http://localhost:7777";
const LAN = "https://192.0.2.2:7778";

const agentLines = (lines: readonly string[]) =>
  lines.join("\n").split("\n").filter((line) => /https?:\/\/.*\/agent\//.test(line));

Deno.test("a new house gets a line and two agents who elect; a house that is settled in gets nothing", async () => {
  const book = memoryBook();
  const keys = await settleIn(book);
  assert.deepEqual([...keys.keys()], ["1001", "1002"]);
  for (const agent of await book.agents("Webphone1")) {
    assert.ok(agent.elect && isSecretOf(keys.get(agent.number) ?? "", agent.keyHash));
  }
  await book.removeAgent("1001");
  assert.equal((await settleIn(book)).size, 0);
  assert.equal(await book.agent("1001"), undefined);
});

Deno.test("a start that was cut short is made up for, and nobody who was added by hand loses their key", async () => {
  const book = memoryBook();
  const byHand = {
    number: "1001",
    name: "Ada",
    line: "Webphone1",
    elect: false,
    supervisor: false,
    keyHash: "hash",
  };
  await book.putAgent(byHand);
  assert.deepEqual([...(await settleIn(book)).keys()], ["1002"]);
  assert.deepEqual(await book.agent("1001"), byHand);
  assert.ok(await book.hasLine("Webphone1"));
});

Deno.test("each agent's URL stands alone on one line, whatever else is printed", () => {
  const urls = [`${HERE}/agent/1001#key=key-1`, `${HERE}/agent/1002#key=key-2`];
  for (const phones of [LAN, HERE, undefined]) {
    assert.deepEqual(agentLines(welcome({ here: HERE, phones }, KEYS)), urls);
  }
  assert.deepEqual(agentLines(welcome({ here: HERE, phones: LAN }, new Map())), []);
});

Deno.test("the code to scan is shown only when a phone can reach us", () => {
  const isShown = (phones?: string) => /[▀▄█]{10}/.test(welcome({ here: HERE, phones }, KEYS).join("\n"));
  assert.deepEqual([isShown(LAN), isShown()], [true, false]);
});
