import assert from "node:assert/strict";
import { runAgentCommand } from "./agent_command.ts";
import { hashOf, isSecretOf } from "./keys.ts";
import { memoryBook } from "./memory.ts";

async function aHouse() {
  const book = memoryBook();
  await book.putLine("Webphone1");
  await book.putLine("Other");
  const run = async (...words: string[]) => {
    const printed: string[] = [];
    const print = (line: string) => void printed.push(line);
    await runAgentCommand(words, { book, origin: "http://localhost:7777", print });
    return printed;
  };
  return { book, run };
}

const keyIn = (line: string | undefined) =>
  /^http:\/\/localhost:7777\/agent\/1003#key=([\w-]{43})$/.exec(line ?? "")?.[1] ?? "";

Deno.test("add prints the agent's URL as its last line, and the book has the agent with the key's hash", async () => {
  const { book, run } = await aHouse();
  const printed = await run("add", "1003", "--name", "Ada", "--line", "Other", "--elect");
  const { keyHash, ...agent } = await book.agent("1003") ?? assert.fail();
  assert.deepEqual(agent, { number: "1003", name: "Ada", line: "Other", elect: true, supervisor: false });
  assert.ok(isSecretOf(keyIn(printed.at(-1)), keyHash));
});

Deno.test("add without flags makes an agent of the first line who does not elect", async () => {
  const { book, run } = await aHouse();
  await run("add", "1003");
  const { keyHash: _, ...agent } = await book.agent("1003") ?? assert.fail();
  assert.deepEqual(agent, {
    number: "1003",
    name: "Agent 1003",
    line: "Webphone1",
    elect: false,
    supervisor: false,
  });
});

Deno.test("link prints a fresh URL, and the old one and its sign-ins are dead", async () => {
  const { book, run } = await aHouse();
  const old = keyIn((await run("add", "1003", "--elect")).at(-1));
  await book.putSession({ hash: "hash", number: "1003", keyHash: hashOf(old), expires: Infinity });
  assert.equal(await book.sessionNumber("hash", 0), "1003");
  const fresh = keyIn((await run("link", "1003")).at(-1));
  const { keyHash, elect } = await book.agent("1003") ?? assert.fail();
  assert.deepEqual([isSecretOf(old, keyHash), isSecretOf(fresh, keyHash), elect], [false, true, true]);
  assert.equal(await book.sessionNumber("hash", 0), undefined);
});

Deno.test("list prints one line an agent and no key; remove removes", async () => {
  const { run } = await aHouse();
  await run("add", "1004", "--supervisor");
  await run("add", "1003", "--name=Ada", "--elect");
  assert.deepEqual(await run("list"), [
    "1003\tWebphone1\tAda\telect",
    "1004\tWebphone1\tAgent 1004\tsupervisor",
  ]);
  await run("remove", "1003");
  assert.equal((await run("list")).length, 1);
});

Deno.test("address and mobile number are kept, listed, changed, and taken away again; the key stays", async () => {
  const { book, run } = await aHouse();
  const reach = async () => {
    const { email, mobile, name } = await book.agent("1003") ?? assert.fail();
    return [name, email, mobile];
  };
  const flags = ["--email", " ada@example.com ", "--mobile=+36 30/123-4567"];
  const key = keyIn((await run("add", "1003", "--name", "Ada", ...flags)).at(-1));
  assert.deepEqual(await reach(), ["Ada", "ada@example.com", "+36301234567"]);
  assert.deepEqual(await run("list"), ["1003\tWebphone1\tAda\tada@example.com\t+36301234567"]);
  assert.deepEqual(await run("change", "1003", "--name", "Ada L"), ["Changed Ada L (1003)."]);
  assert.deepEqual(await reach(), ["Ada L", "ada@example.com", "+36301234567"]);
  await run("change", "1003", "--email=", "--mobile", "555");
  assert.deepEqual(await reach(), ["Ada L", undefined, "555"]);
  assert.ok(isSecretOf(key, (await book.agent("1003"))?.keyHash ?? ""));
  await run("link", "1003");
  assert.deepEqual(await reach(), ["Ada L", undefined, "555"]);
});

const WRONG: readonly [string[], RegExp][] = [
  [["add", "1001"], /^Cannot add agent 1001: there is one already/],
  [["add", "10"], /^Cannot add agent 10: expected a number from 1000 to 1999$/],
  [["add", "abcd"], /^Cannot add agent abcd: expected a number/],
  [["add"], /^Cannot add agent: tell its number/],
  [["add", "1003", "--line", "Nowhere"], /^Cannot add agent 1003: there is no line Nowhere$/],
  [["add", "1003", "--color", "red"], /^Cannot add agent: Unknown option '--color'$/],
  [["add", "1003", "--name"], /^Cannot add agent: Option '--name <value>' argument missing$/],
  [["add", "1003", "--name", "\n"], /^Cannot add agent: a name has 1 to 64 characters/],
  [["add", "1003", "1004"], /^Cannot add agent: unknown argument 1004$/],
  [["add", "1003", "--email", "ada"], /^Cannot add agent: ada: expected an address such as ada@example.com$/],
  [["add", "1003", "--mobile", "soon"], /^Cannot add agent: soon: expected a number such as \+36301234567$/],
  [["change", "1009", "--name", "Ada"], /^Cannot change agent 1009: there is no such agent$/],
  [["change", "1001", "--elect"], /^Cannot change agent 1001: expected --name, --email or --mobile$/],
  [
    ["change", "1001", "--email", "a b@example.com"],
    /^Cannot change agent: a b@example.com: expected an address/,
  ],
  [["link", "1009"], /^Cannot link agent 1009: there is no such agent$/],
  [["remove", "1009"], /^Cannot remove agent 1009: there is no such agent$/],
  [["remove", "1001", "--elect"], /^Cannot remove agent: unknown argument --elect$/],
  [["list", "1001"], /^Cannot list agents: unknown argument 1001$/],
  [["fire", "1001"], /^Cannot run "agent fire": expected add, change, list, link or remove$/],
  [[], /^Cannot run "agent ": expected add/],
];

for (const [words, message] of WRONG) {
  Deno.test(`agent ${JSON.stringify(words)} is refused in words and changes nothing`, async () => {
    const { book, run } = await aHouse();
    await run("add", "1001");
    const before = await book.agents();
    await assert.rejects(run(...words), { message });
    assert.deepEqual(await book.agents(), before);
  });
}
