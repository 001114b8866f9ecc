import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { mediaOf } from "../browser/phone_page.ts";
import { until } from "../support/until.ts";
import { act, DEAD, dial, noted, notesOf, reaches, rings, stateOf } from "./plain_page.ts";
import { connect, hears, type Pair, rowTest, type Scene, sceneTest } from "./scene.ts";

/** Two people in a call, and somebody with these rights, or all, who watches it as `sessions[0]`. */
async function watched(scene: Scene, ...rights: string[]): Promise<Pair & { boss: Page }> {
  const boss = await scene.boss(...rights);
  const pair = await scene.talk();
  await saw(boss, "IN_CALL");
  return { ...pair, boss };
}

/** The same while it still rings. */
async function ringing(scene: Scene): Promise<Pair & { boss: Page }> {
  const boss = await scene.boss();
  const pair = await scene.pair();
  await dial(pair.ann, pair.number);
  await rings(pair.bob);
  await saw(boss, "RINGING");
  return { ...pair, boss };
}

/** Waits until this has happened to a session that the page watches. */
const saw = (boss: Page, hoped: string) =>
  noted(boss, ({ sessions }) => sessions.some(([, what]) => what === hoped));

/** Does something to the first session that was watched, and answers the name and code of the error that it threw. */
const order = async (boss: Page, what: string): Promise<string> =>
  await boss.evaluate(`(function (session) {
    try { session.${what}; return ""; } catch (error) { return [error.name, error.code].join(" "); }
  })(sessions[0])`) as string;

/** All that §1.5 has. */
const PROPERTIES = [
  "masterSessionId",
  "sessionId",
  "sessionState",
  "startTime",
  "talkDuration",
  "stateDuration",
  "caller",
  "callee",
  "callerDisplayName",
  "calleeDisplayName",
  "callerCallLegId",
  "calleeCallLegId",
  "source",
  "sourceType",
  "destination",
  "destinationType",
  "dialedNumber",
];

rowTest("35", async (scene) => {
  const boss = await scene.boss();
  await boss.evaluate(`var seen = [];
    OzWebClient.onSessionCreated(function (session) {
      seen.push(${JSON.stringify(PROPERTIES)}.map(function (name) { return session[name]; }));
    })`);
  const bob = await scene.extension("1002");
  const ann = await scene.extension("1001");
  await dial(ann, "1002");
  await rings(bob);
  const [values] = await until(() => boss.evaluate("seen") as Promise<string[][]>, (seen) => seen.length > 0);
  const session = Object.fromEntries(PROPERTIES.map((name, index) => [name, values?.[index]]));
  for (const name of PROPERTIES) assert.ok(session[name] && typeof session[name] === "string", name);
  const { caller, callee, callerDisplayName, dialedNumber } = session;
  assert.deepEqual([caller, callee, callerDisplayName, dialedNumber], ["1001", "1002", "Agent 1001", "1002"]);
  // One's own calls are calls of the PBX like any other; each is told once.
  await act(ann, "hangUp()");
  await dial(boss, "1002");
  await rings(bob, 2);
  await until(() => boss.evaluate("seen.length"), (count) => count === 2);
});

rowTest("36", async (scene) => {
  const { boss, ann } = await watched(scene);
  await act(ann, "hangUp()");
  const { sessions } = await saw(boss, "closed");
  assert.deepEqual(sessions.map(([, what]) => what).slice(-2), ["COMPLETED", "closed"]);
  await dial(ann, "zzzzz");
  await reaches(ann, "NOT_FOUND");
  const all = (await notesOf(boss)).sessions;
  assert.equal(all.filter(([id, what]) => id === sessions[0]?.[0] && what === "closed").length, 1);
});

rowTest("85", async (scene) => {
  const { boss, number } = await watched(scene);
  const [id, values, Id, State, Callee, Caller, direction, callee] = await boss.evaluate((names) => {
    const session = sessions[0]!;
    const { Id, State, Callee, Caller, direction, callee, sessionId } = session;
    const values = names.map((name) => session[name as "callee"]);
    return [sessionId, values, Id, State, Callee, Caller, direction, callee] as const;
  }, PROPERTIES);
  // Clients of a line have no names.
  const named = values.filter((_, index) => !PROPERTIES[index]?.endsWith("DisplayName"));
  assert.deepEqual(named.filter((value) => !value || typeof value !== "string"), []);
  assert.deepEqual([Id, State, Callee, callee, direction], [id, "IN_CALL", number, number, "Internal"]);
  assert.match(Caller, /^\w{5}$/);
});

rowTest("86", async (scene) => {
  const { boss, ann } = await watched(scene);
  await act(ann, "hold()");
  await saw(boss, "HOLD");
  await act(ann, "unHold()");
  await reaches(ann, "IN_CALL");
  await act(ann, "hangUp()");
  const { sessions } = await saw(boss, "closed");
  const hoped = ["created", "RINGING", "IN_CALL", "HOLD", "IN_CALL", "COMPLETED", "closed"];
  const states = sessions.map(([, what]) => what);
  assert.deepEqual(states[1] === "RINGING" ? states : ["created", "RINGING", ...states.slice(1)], hoped);
});

rowTest("87", async (scene) => {
  const boss = await scene.boss();
  const { ann, bob, number } = await scene.pair();
  await dial(ann, number);
  await rings(bob);
  await act(bob, "reject()");
  await dial(ann, number);
  await rings(bob, 2);
  await act(bob, "accept()");
  await reaches(ann, "IN_CALL");
  await act(bob, "hold()");
  await reaches(ann, "HOLD");
  await act(ann, "hangUp()");
  const { sessions } = await noted(
    boss,
    ({ sessions }) => sessions.filter(([, what]) => what === "closed").length === 2,
  );
  const states = sessions.map(([, what]) => what).filter((what) => what !== "created" && what !== "closed");
  assert.deepEqual(states.filter((state) => !["RINGING", "IN_CALL", "HOLD", ...DEAD].includes(state)), []);
  for (const state of ["REJECTED", "IN_CALL", "HOLD", "COMPLETED"]) assert.ok(states.includes(state), state);
});

rowTest("88", async (scene) => {
  const { boss, ann, bob } = await watched(scene);
  assert.equal(await order(boss, "hold()"), "");
  for (const page of [ann, bob]) {
    await reaches(page, "HOLD");
    await until(() => mediaOf(page), ({ connections }) => connections.at(-1)?.sending === 0);
  }
  await saw(boss, "HOLD");
  // A party cannot lift what is not its own.
  await act(ann, "unHold()");
  await order(boss, "unhold()");
  for (const page of [ann, bob]) {
    await reaches(page, "IN_CALL");
    await hears(page);
  }
});

rowTest("89", async (scene) => {
  const { boss, ann, bob } = await watched(scene);
  assert.equal(await order(boss, 'sendDtmf("5", session.callee)'), "");
  await noted(bob, ({ keys }) => keys.join() === "5");
  await order(boss, 'sendDtmf("#", session.caller)');
  await noted(ann, ({ keys }) => keys.join() === "#");
  assert.deepEqual((await notesOf(bob)).keys, ["5"]);
});

rowTest("90", async (scene) => {
  const { boss, ann, bob } = await watched(scene);
  for (const wrong of ["", '""', '"x", session.callee', '"12", session.callee', '"5"', '"5", "1009"']) {
    assert.match(await order(boss, `sendDtmf(${wrong})`), /^TypeError/, wrong);
  }
  await order(boss, 'sendDtmf("1", session.callee)');
  await noted(bob, ({ keys }) => keys.join() === "1");
  assert.deepEqual((await notesOf(ann)).keys, []);
});

rowTest("91", async (scene) => {
  const { boss, ann, bob } = await watched(scene);
  const { eve, number } = await scene.third(bob);
  assert.equal(await order(boss, `blindTransfer(session.callee, "${number}")`), "");
  await reaches(eve, "IN_CALL");
  await reaches(ann, "COMPLETED");
  await until(() => bob.evaluate(() => calls[0]?.getOtherParty()), (party) => party === number);
  assert.equal(await stateOf(bob), "IN_CALL");
  for (const page of [bob, eve]) await hears(page);
});

rowTest("92", async (scene) => {
  const { boss, ann, bob } = await watched(scene);
  const wrongs = ["", '"1009", "1001"', "session.callee", 'session.callee, ""', '"", "1001"'];
  for (const wrong of wrongs) assert.match(await order(boss, `blindTransfer(${wrong})`), /^TypeError/, wrong);
  for (const page of [ann, bob]) assert.equal(await stateOf(page), "IN_CALL");
});

rowTest("93", async (scene) => {
  const { boss, ann, bob } = await ringing(scene);
  const { eve, number } = await scene.third(bob);
  for (const wrong of ["", '""', "null"]) {
    assert.match(await order(boss, `forward(${wrong})`), /^TypeError/, wrong);
  }
  assert.equal(await order(boss, `forward("${number}")`), "");
  await reaches(eve, "IN_CALL");
  await reaches(ann, "IN_CALL");
  const { states } = await noted(bob, ({ states }) => (states[0]?.length ?? 0) > 0);
  assert.deepEqual(states, [["COMPLETED"]]);
  for (const page of [ann, eve]) await hears(page);
});

for (const method of ["hangup", "close", "closeWithHangup"] as const) {
  rowTest("94", async (scene) => {
    const { boss, ann, bob } = await watched(scene);
    assert.equal(await order(boss, `${method}()`), "");
    for (const page of [ann, bob]) await reaches(page, "COMPLETED");
    await saw(boss, "closed");
  }, method);
}

/** All that acts on a call of others. */
const ORDERS = [
  "hold()",
  "unhold()",
  'sendDtmf("5", session.callee)',
  'blindTransfer(session.callee, "1001")',
  'forward("1001")',
  "hangup()",
  "close()",
  "closeWithHangup()",
  "startListen()",
  "stopListen()",
];

rowTest("96", async (scene) => {
  const { boss, ann, bob } = await watched(scene, "calls", "messages", "sessions");
  for (const what of ORDERS) assert.match(await order(boss, what), / forbidden$/, what);
  // What had been done in spite of it would have come before this.
  for (const [from, to] of [[ann, bob], [bob, ann]] as const) {
    await act(from, 'sendMessage("still here")');
    await noted(to, ({ messages }) => messages.join() === "still here");
    assert.deepEqual((await notesOf(to)).keys, []);
    assert.equal(await stateOf(to), "IN_CALL");
  }
}, "to modify");

rowTest("96", async (scene) => {
  const page = await scene.person();
  await page.evaluate("watch()");
  await connect(page);
  await noted(page, ({ errors }) => errors.join() === "forbidden");
  const { ann } = await scene.talk();
  await act(ann, "hangUp()");
  await reaches(ann, "COMPLETED");
  const { sessions, errors } = await notesOf(page);
  assert.deepEqual([sessions, errors], [[], ["forbidden"]]);
}, "to see sessions");

rowTest("97", async (scene) => {
  const { boss } = await watched(scene);
  const times = () =>
    boss.evaluate(() => {
      const { talkDuration, stateDuration, startTime } = sessions[0]!;
      return { talkDuration, stateDuration, startTime };
    });
  const before = await times();
  for (const name of ["talkDuration", "stateDuration"] as const) {
    assert.match(before[name], /^\d\d:\d\d:\d\d$/);
  }
  assert.match(before.startTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  const after = await until(times, ({ talkDuration }) => talkDuration > before.talkDuration);
  assert.ok(after.stateDuration > before.stateDuration);
  assert.equal(after.startTime, before.startTime);
});

sceneTest(
  "startListen() tells no-media-engine to whom has the right to it, and the call goes on",
  async (scene) => {
    const { boss, ann, bob } = await watched(scene);
    for (const what of ["startListen()", "stopListen()"]) assert.equal(await order(boss, what), "");
    await noted(boss, ({ errors }) => errors.includes("no-media-engine"));
    for (const page of [ann, bob]) await hears(page);
  },
);
