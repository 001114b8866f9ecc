/** Who may register, as whom, and for how long, from the phones' side. */
import assert from "node:assert/strict";
import { hashOf } from "../adapters/keys.ts";
import { type Right, RIGHTS } from "../protocol/rights.ts";
import { Office } from "../tests/support/office.ts";
import { callId, Robot, type RobotOptions } from "../tests/support/robot.ts";
import { withoutPassword, WRONG_KEY_TIME } from "./admission.ts";
import type { Agent, Token } from "./ports.ts";
import { GRACE_TIME, LEASE } from "./times.ts";

const call = callId("one");
const HOUR = 3_600_000;
const KEY = "the-key-of-1001";

/** An office in which `word` is a token of `Webphone1` for an hour, and 1001's key is known. */
async function anOffice(word = "word", change: Partial<Token> = {}): Promise<Office> {
  const office = await Office.open();
  const expires = office.clock.now() + HOUR;
  const token: Token = { hash: hashOf(word), line: "Webphone1", rights: ["calls"], expires, origins: [] };
  await office.book.putToken({ ...token, ...change });
  await rekey(office, { keyHash: hashOf(KEY) });
  return office;
}

async function rekey(office: Office, change: Partial<Agent>): Promise<void> {
  const agent = await office.book.agent("1001") ?? assert.fail();
  await office.book.putAgent({ ...agent, ...change });
}

const rightsOf = async (office: Office, { number }: Robot): Promise<readonly Right[] | undefined> => {
  const devices = await office.exchange.present("Webphone1");
  assert.ok(devices.some((entry) => entry.number === number));
  return (await office.registrar.ofNumber(number))[0]?.rights;
};

const assertDenied = (robot: Robot, code: string, words: RegExp): void => {
  assert.deepEqual(robot.heard.map(({ type }) => type), ["denied"]);
  const { code: heard, message } = robot.last("denied") ?? assert.fail();
  assert.equal(heard, code);
  assert.match(message, words);
  assert.equal(robot.closed?.code, 1008);
};

/** Says a number and what may be its key in the place of a token, and waits as long as a wrong key takes. */
async function extension(
  office: Office,
  token: string,
  properties?: Record<string, unknown>,
): Promise<Robot> {
  const robot = await Robot.register(office, { token, ...(properties && { properties }) });
  await office.clock.pass(WRONG_KEY_TIME);
  return robot;
}

Deno.test("a token admits to its line, under a number of its own, with its rights", async () => {
  await using office = await anOffice("word", { line: "Other", rights: ["calls", "history"] });
  const robot = await Robot.register(office, { token: "word" });
  assert.match(robot.number, /^\w{5}$/);
  assert.equal(robot.last("registered")?.line, "Other");
  assert.deepEqual((await office.registrar.ofNumber(robot.number))[0]?.rights, ["calls", "history"]);
});

Deno.test("the name of a line gives the usual rights, and so does an agent; a supervisor has them all", async () => {
  await using office = await anOffice();
  await rekey(office, { supervisor: true });
  const usual = ["calls", "messages"];
  assert.deepEqual(await rightsOf(office, await Robot.register(office)), usual);
  assert.deepEqual(await rightsOf(office, await Robot.register(office, { number: "1002" })), usual);
  assert.deepEqual(await rightsOf(office, await Robot.register(office, { number: "1001" })), RIGHTS);
});

const ORIGINS: readonly [string, readonly string[], string | undefined, boolean][] = [
  ["any page, where none is named", [], "https://any.example", true],
  ["no page, where none is named", [], undefined, true],
  ["a page that is named", ["https://a.example", "https://b.example"], "https://b.example", true],
  ["a page that is not named", ["https://a.example"], "https://evil.example", false],
  ["another port of the page that is named", ["https://a.example"], "https://a.example:8443", false],
  ["no page, where one is named", ["https://a.example"], undefined, false],
];

for (const [what, origins, origin, isAdmitted] of ORIGINS) {
  Deno.test(`a token ${isAdmitted ? "admits" : "does not admit"} ${what}`, async () => {
    await using office = await anOffice("word", { origins });
    const options: RobotOptions = { token: "word", ...(origin !== undefined && { origin }) };
    const robot = await Robot.register(office, options);
    if (isAdmitted) assert.ok(robot.number);
    else assertDenied(robot, "unknown-token", /not for pages of this origin$/);
  });
}

Deno.test("a token whose time is over, or that nobody made, admits nobody; neither does its hash", async () => {
  await using office = await anOffice("old", { expires: 1_000_000 });
  assertDenied(
    await Robot.register(office, { token: "old" }),
    "unknown-token",
    /time of this token is over$/,
  );
  assertDenied(await Robot.register(office, { token: "never" }), "unknown-token", /no line or token/);
  await using other = await anOffice();
  assertDenied(await Robot.register(other, { token: hashOf("word") }), "unknown-token", /no line or token/);
});

Deno.test("a registration ends when its token does, and its calls with it", async () => {
  for (const removed of [false, true]) {
    await using office = await anOffice();
    const robot = await Robot.register(office, { token: "word" });
    const callee = await Robot.register(office, { number: "1002" });
    await robot.say({ type: "invite", call, to: "1002" });
    await office.clock.pass(LEASE / 2);
    assert.deepEqual(robot.all("denied"), []);
    if (removed) await office.book.removeToken(hashOf("word"));
    await office.clock.pass(removed ? LEASE / 2 : HOUR);
    assert.equal(robot.last("denied")?.code, "unknown-token");
    assert.equal(robot.closed?.code, 1008);
    assert.ok(callee.last("hangup"));
    assert.equal(callee.closed, undefined);
    assert.deepEqual(await office.registrar.ofNumber(robot.number), []);
  }
});

Deno.test("a phone with a token that comes back keeps its number, but not after the token's end", async () => {
  await using office = await anOffice();
  const robot = await Robot.register(office, { token: "word" });
  const { device, number } = robot;
  const { resume } = robot.last("registered") ?? assert.fail();
  await robot.lose();
  const back = await Robot.register(office, { token: "word", device, resume });
  assert.equal(back.number, number);
  await back.lose();
  await office.book.removeToken(hashOf("word"));
  const late = await Robot.register(office, { token: "word", device, resume });
  assertDenied(late, "unknown-token", /no line or token/);
});

Deno.test("an agent's resume word gives no agent's number to whoever comes with a token", async () => {
  await using office = await anOffice();
  const agent = await Robot.register(office, { number: "1001" });
  const { resume } = agent.last("registered") ?? assert.fail();
  await agent.lose();
  const thief = await Robot.register(office, { token: "word", device: agent.device, resume });
  assert.match(thief.number, /^\w{5}$/);
});

for (const name of ["Password", "password", "PASSWORD"]) {
  Deno.test(`an agent's number and its key as ${name} are as good as its browser`, async () => {
    await using office = await anOffice();
    const robot = await extension(office, "1001", { [name]: KEY, Nickname: "Zoë" });
    const { number, name: called, elect, line } = robot.last("registered") ?? assert.fail();
    assert.deepEqual([number, called, elect, line], ["1001", "Agent 1001", true, "Webphone1"]);
    assert.deepEqual((await office.registrar.ofNumber("1001"))[0]?.properties, { Nickname: "Zoë" });
    assert.ok(!JSON.stringify(robot.heard).includes(KEY));
  });
}

const WRONG: readonly [string, string, Record<string, unknown> | undefined][] = [
  ["another key", "1001", { Password: `${KEY}x` }],
  ["the key's hash", "1001", { Password: hashOf(KEY) }],
  ["no key", "1001", undefined],
  ["a key that is no text", "1001", { Password: [KEY] }],
  ["a key that is further down", "1001", { deep: { Password: KEY } }],
  ["another agent's number", "1002", { Password: KEY }],
  ["a number that nobody has", "1009", { Password: KEY }],
];

for (const [what, token, properties] of WRONG) {
  Deno.test(`${what} does not make an agent, and is answered slowly`, async () => {
    await using office = await anOffice();
    const robot = await Robot.register(office, { token, ...(properties && { properties }) });
    await office.clock.pass(WRONG_KEY_TIME - 1);
    assert.deepEqual(robot.heard, []);
    await office.clock.pass(1);
    assertDenied(robot, "wrong-key", /the password is not this agent's key$/);
  });
}

Deno.test("an agent who came by its key leaves when the link is replaced", async () => {
  await using office = await anOffice();
  const robot = await extension(office, "1001", { Password: KEY });
  await rekey(office, { keyHash: hashOf("another") });
  await office.clock.pass(LEASE);
  assert.equal(robot.last("denied")?.code, "wrong-key");
});

Deno.test("withoutPassword() takes a password out at any depth and in any letter case, and nothing else", () => {
  const told = {
    Nickname: "Zoë",
    PASSWORD: 1,
    passwordHint: "none",
    deep: { Password: "a", kept: [{ password: "b", also: null }, "Password"] },
  };
  const left = { Nickname: "Zoë", passwordHint: "none", deep: { kept: [{ also: null }, "Password"] } };
  assert.deepEqual(withoutPassword(told), left);
  assert.equal(withoutPassword(undefined), undefined);
});

Deno.test("a password at any depth and in any letter case reaches no other phone", async () => {
  await using office = await anOffice();
  const watcher = await Robot.register(office);
  const secrets = { pAssWord: "s3cret", Nickname: "Zoë", list: [{ PASSWORD: "s3cret" }] };
  await Robot.register(office, { properties: secrets });
  await office.clock.pass(100);
  const all = JSON.stringify([watcher.heard, (await Robot.register(office)).heard]);
  assert.ok(all.includes("Zoë"));
  assert.ok(!all.includes("s3cret"));
});

Deno.test("who has no right to calls cannot call, is told so, and stays on the line", async () => {
  await using office = await anOffice("word", { rights: ["messages", "modify"] });
  const callee = await Robot.register(office, { number: "1002" });
  const robot = await Robot.register(office, { token: "word" });
  const { number } = robot;
  robot.heard.length = 0;
  await robot.say({ type: "invite", call, to: "1002", offer: "the offer" });
  const message = "Cannot call: this token has no right to it";
  assert.deepEqual(robot.heard.filter(({ type }) => type !== "presence"), [
    { type: "error", code: "forbidden", message, call },
    { type: "hangup", call, reason: "failed" },
  ]);
  assert.deepEqual([callee.all("invite"), await office.calls.live(), robot.closed], [[], [], undefined]);
  await callee.say({ type: "invite", call: callId("two"), to: number });
  assert.equal(robot.last("invite")?.from, "1002");
});

Deno.test("order() hangs up a live call for both, once, and the history knows that nobody of them did", async () => {
  await using office = await anOffice();
  const caller = await Robot.register(office, { number: "1001" });
  const callee = await Robot.register(office, { number: "1002" });
  for (const [id, reason] of [[call, "canceled"], [callId("two"), "hangup"]] as const) {
    await caller.say({ type: "invite", call: id, to: "1002" });
    if (reason === "hangup") await callee.say({ type: "accept", call: id });
    assert.equal(await office.exchange.order(id, "hangup"), undefined);
    assert.equal((await office.exchange.order(id, "hangup"))?.code, "no-such-call");
    await office.clock.pass(GRACE_TIME / 100);
    for (const robot of [caller, callee]) {
      assert.deepEqual(robot.last("hangup"), { type: "hangup", call: id, reason });
    }
    const [entry] = await office.book.history(1, { id });
    assert.deepEqual([entry?.reason, entry?.endedBy], [reason, undefined]);
  }
  assert.equal((await office.exchange.order("no-such-call", "hangup"))?.code, "no-such-call");
});

Deno.test("the history knows which of the two has ended a call", async () => {
  await using office = await anOffice();
  const robots = {
    caller: await Robot.register(office, { number: "1001" }),
    callee: await Robot.register(office, { number: "1002" }),
  };
  for (const side of ["caller", "callee"] as const) {
    await robots.caller.say({ type: "invite", call: callId(side), to: "1002" });
    await robots.callee.say({ type: "accept", call: callId(side) });
    await robots[side].say({ type: "hangup", call: callId(side) });
    assert.equal((await office.book.history(1, { id: callId(side) }))[0]?.endedBy, side);
  }
});
