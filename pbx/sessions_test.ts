/** What those see who watch: all calls of the PBX, people, lines and their own rights. */
import assert from "node:assert/strict";
import { RIGHTS } from "../protocol/rights.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { agents, callId, connected, dialled, Robot, type RobotOptions } from "../tests/support/robot.ts";
import type { CallRecord } from "./ports.ts";
import { sessionOf } from "./sessions.ts";
import { RING_TIME } from "./switchboard.ts";

const call = callId("one");

/** An office of two lines, with a watcher of `Other` who has these rights. */
async function watched(options: RobotOptions & { rights?: readonly (typeof RIGHTS)[number][] } = {}) {
  const { rights = ["sessions"], ...how } = options;
  const office = await Office.open();
  await office.book.putLine("Other");
  const agent = await office.book.agent("1002") ?? assert.fail();
  await office.book.putAgent({ ...agent, email: "bob@example.com", mobile: "+36201234567" });
  await office.book.putAgent({ ...agent, number: "2001", name: "Other 2001", line: "Other" });
  await office.token("word", ...rights);
  const join = () => Robot.register(office, { token: "word", watch: true, ...how });
  return { office, join, watcher: await join() };
}

/** The states of a call, as a watcher was told of them. */
const told = (watcher: Robot, id = call) =>
  watcher.all("sessions").flatMap(({ changes }) => changes).filter((change) => change.call === id)
    .map(({ state: { name, heldBy, reason } }) =>
      [name, ...heldBy ?? [], ...reason ? [reason] : []].join(" ")
    );

Deno.test("every change of a call of others is told in its order, and each just once", async () => {
  const { office, watcher } = await watched();
  await using _ = office;
  const { caller, callee, second } = await dialled(office);
  await callee.say({ type: "ringing", call });
  await second?.say({ type: "ringing", call });
  await callee.say({ type: "accept", call });
  await caller.say({ type: "hold", call });
  await caller.say({ type: "hold", call });
  await office.exchange.order(call, "hold");
  await caller.say({ type: "unhold", call });
  await callee.say({ type: "message", call, id: callId("text"), text: "hello" });
  await callee.say({ type: "hangup", call });
  await caller.say({ type: "hangup", call });
  assert.deepEqual(told(watcher), [
    "inviting",
    "ringing",
    "established",
    "established caller",
    "established caller pbx",
    "established pbx",
    "ended hangup",
  ]);
});

Deno.test("a session tells who is who by number and name, and when it came to its state", async () => {
  const { office, watcher } = await watched();
  await using _ = office;
  const guest = await Robot.register(office);
  const callee = await Robot.register(office, { number: "1002" });
  const createdAt = office.clock.now();
  await guest.say({ type: "invite", call, to: "1002", offer: "v=0 secret" });
  await office.clock.pass(500);
  const acceptedAt = office.clock.now();
  await callee.say({ type: "accept", call, answer: "v=0 secret" });
  await office.clock.pass(500);
  const changedAt = office.clock.now();
  await callee.say({ type: "hangup", call });
  const parties = { caller: { number: guest.number }, callee: { number: "1002", name: "Agent 1002" } };
  assert.deepEqual(watcher.all("sessions").flatMap(({ changes }) => changes), [
    { call, ...parties, state: { name: "inviting" }, createdAt, changedAt: createdAt, version: 0 },
    {
      call,
      ...parties,
      state: { name: "established", heldBy: [] },
      createdAt,
      acceptedAt,
      changedAt: acceptedAt,
      version: 1,
    },
    {
      call,
      ...parties,
      state: { name: "ended", reason: "hangup" },
      createdAt,
      acceptedAt,
      changedAt,
      version: 2,
    },
  ]);
  const heard = JSON.stringify(watcher.heard);
  for (const secret of ["v=0", guest.device, callee.device]) assert.ok(!heard.includes(secret));
});

const ENDS: [what: string, end: (office: Office) => Promise<unknown>, last: string][] = [
  ["by nobody's answer", (office) => office.clock.pass(RING_TIME + 2000), "ended no-answer"],
  ["by an order", (office) => office.exchange.order(call, "hangup"), "ended canceled"],
  [
    "by being forwarded",
    (office) => office.exchange.order(call, "forward", { to: "2001" }),
    "ended transferred",
  ],
];

for (const [what, end, last] of ENDS) {
  Deno.test(`a call that ends ${what} is told as ended`, async () => {
    const { office, watcher } = await watched();
    await using _ = office;
    await dialled(office, { early: true });
    await end(office);
    assert.deepEqual(told(watcher), ["inviting", last]);
  });
}

Deno.test("a transfer is told as what it is: a new call, and the end of the first", async () => {
  const { office, watcher } = await watched();
  await using _ = office;
  const [one, two, third] = await agents(office, "1001", "1002", "2001") as [Robot, Robot, Robot];
  await connected(one, two);
  await one.say({ type: "transfer", call, to: "2001" });
  await two.say({ type: "invite", call: callId("two"), to: "2001", replaces: call });
  await third.say({ type: "accept", call: callId("two") });
  const changes = watcher.all("sessions").flatMap(({ changes }) => changes);
  assert.deepEqual(changes.slice(2).map(({ call, state: { name } }) => [call, name]), [
    [callId("two"), "inviting"],
    [callId("two"), "established"],
    [call, "ended"],
  ]);
});

Deno.test("who comes is told of all live calls, and of nothing that was before", async () => {
  const { office, join } = await watched();
  await using _ = office;
  const { caller } = await dialled(office, { early: true });
  await office.exchange.order(call, "forward", { to: "2001" });
  await caller.say({ type: "invite", call: callId("two"), to: "1002" });
  const late = await join();
  const sessions = late.last("registered")?.sessions ?? assert.fail();
  assert.deepEqual(sessions.map(({ call, state: { name } }) => [call, name]), [[callId("two"), "inviting"]]);
  assert.deepEqual(late.all("sessions"), []);
});

Deno.test("what happens while a phone comes is neither lost nor undone", async () => {
  const { office, join } = await watched();
  await using _ = office;
  const { callee } = await dialled(office, { early: true });
  const { live } = office.calls;
  office.calls.live = async () => {
    office.calls.live = live;
    await callee.say({ type: "ringing", call });
    const seen = await live.call(office.calls);
    await callee.say({ type: "accept", call });
    return seen;
  };
  const late = await join();
  await settle();
  await settle();
  const [seen] = late.last("registered")?.sessions ?? [];
  assert.deepEqual([seen?.state.name, seen?.version], ["ringing", 1]);
  const versions = late.all("sessions").flatMap(({ changes }) => changes.map(({ version }) => version));
  assert.deepEqual(versions.filter((version) => version > 1), [2], "a phone can tell what is newer");
  assert.equal(told(late).at(-1), "established");
  assert.equal(late.heard[0]?.type, "registered");
});

const BLIND: [who: string, how: Parameters<typeof watched>[0]][] = [
  ["has no right to sessions", { rights: ["calls", "messages", "modify", "history", "listen"] }],
  ["does not watch", { rights: RIGHTS, watch: false }],
];

for (const [who, how] of BLIND) {
  Deno.test(`who ${who} hears nothing of calls of others`, async () => {
    const { office, watcher } = await watched(how);
    await using _ = office;
    await dialled(office);
    assert.equal(watcher.last("registered")?.sessions, undefined);
    assert.deepEqual(watcher.all("sessions"), []);
  });
}

Deno.test("who left the line hears no more, and who comes back sees how it stands", async () => {
  const { office, watcher } = await watched();
  await using _ = office;
  const { device } = watcher;
  const { resume } = watcher.last("registered") ?? assert.fail();
  await watcher.lose();
  const { callee } = await dialled(office, { early: true });
  const back = await Robot.register(office, { token: "word", watch: true, device, resume });
  assert.equal(back.last("registered")?.sessions?.length, 1);
  await callee.say({ type: "accept", call });
  assert.deepEqual(told(back), ["established"]);
  assert.deepEqual(told(watcher), []);
  await back.say({ type: "unregister" });
  await callee.say({ type: "hangup", call });
  assert.deepEqual(told(back), ["established"]);
});

Deno.test("rights and the server's clock are told to everybody, people and lines to those who watch", async () => {
  const { office, watcher } = await watched();
  await using _ = office;
  const { rights, now, people, lines } = watcher.last("registered") ?? assert.fail();
  assert.deepEqual([rights, now], [["sessions"], office.clock.now()]);
  assert.deepEqual(people, [
    { number: "1001", name: "Agent 1001", line: "Webphone1" },
    {
      number: "1002",
      name: "Agent 1002",
      line: "Webphone1",
      email: "bob@example.com",
      mobile: "+36201234567",
    },
    { number: "2001", name: "Other 2001", line: "Other" },
  ]);
  assert.deepEqual([...lines ?? []].sort(), ["Other", "Webphone1"]);
  const modest = (await Robot.register(office, { number: "1001", watch: true })).last("registered");
  assert.deepEqual(modest?.people, [
    { number: "1001", name: "Agent 1001", line: "Webphone1" },
    { number: "1002", name: "Agent 1002", line: "Webphone1" },
  ]);
  assert.deepEqual([modest?.lines, modest?.rights], [["Webphone1"], ["calls", "messages"]]);
  const plain = (await Robot.register(office, { number: "2001" })).last("registered");
  assert.deepEqual([plain?.people, plain?.lines, plain?.sessions], [undefined, undefined, undefined]);
  assert.equal(plain?.now, office.clock.now());
});

Deno.test("sessionOf() makes do with a record of an earlier version of ours", () => {
  const record: CallRecord = {
    id: call,
    caller: { number: "1001", device: "device-a" },
    callee: { number: "1002", device: "device-b" },
    rung: [],
    line: "webphone",
    state: { name: "established", heldBy: [] },
    early: true,
    elected: false,
    createdAt: 10,
    acceptedAt: 20,
    version: 1,
  };
  assert.deepEqual(sessionOf(record), {
    call,
    caller: { number: "1001" },
    callee: { number: "1002" },
    state: { name: "established", heldBy: [] },
    createdAt: 10,
    acceptedAt: 20,
    changedAt: 20,
    version: 1,
  });
});
