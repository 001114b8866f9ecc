/** The PBX from the phones' side: who comes, who goes, and who is there. */
import assert from "node:assert/strict";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { callId, dialled, Robot } from "../tests/support/robot.ts";
import { GRACE_TIME, LEASE, TIME_TO_REGISTER } from "./times.ts";

const call = callId("one");

Deno.test("a socket over which nobody registers is closed", async () => {
  await using office = await Office.open();
  const silent = new Robot(office);
  const phone = await Robot.register(office);
  await office.clock.pass(TIME_TO_REGISTER + 1000);
  assert.equal(silent.closed?.code, 1008);
  assert.equal(phone.closed, undefined);
});

Deno.test("a phone that never acknowledges is given up before it costs much memory", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  await callee.say({ type: "accept", call });
  const sdp = "x".repeat(50_000);
  for (let index = 0; index < 200 && !callee.closed; index++) caller.blurt({ type: "offer", call, sdp });
  await settle();
  assert.equal(callee.closed?.code, 1013);
  assert.equal(caller.closed, undefined);
});

Deno.test("a phone that leaves and registers again over the same socket begins anew", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  await callee.say({ type: "unregister" });
  assert.equal(caller.last("hangup")?.reason, "rejected");
  callee.heard.length = 0;
  await callee.say({ type: "register", device: callee.device, number: "1002" });
  assert.deepEqual(callee.heard.map(({ type }) => type).filter((type) => type !== "presence"), [
    "registered",
    "probe",
  ]);
});

Deno.test("a store that is away for a moment costs a line nothing but that moment", async () => {
  await using office = await Office.open();
  const { agents } = office.book;
  office.book.agents = () => Promise.reject(new Error("away"));
  const unlucky = new Robot(office, { number: "1001" });
  await unlucky.say({ type: "register", device: unlucky.device, number: "1001" });
  assert.equal(unlucky.last("error")?.code, "internal");
  office.book.agents = agents.bind(office.book);
  const lucky = await Robot.register(office, { number: "1002" });
  assert.equal(lucky.number, "1002");
});

Deno.test("presence tells busy during a call and the end of it, gathered", async () => {
  await using office = await Office.open(["1001", "1002", "1003"]);
  const watcher = await Robot.register(office, { number: "1003" });
  const { caller } = await dialled(office, { early: true });
  await office.clock.pass(100);
  assert.deepEqual([watcher.statusOf("1001"), watcher.statusOf("1002")], ["busy", "busy"]);
  await caller.say({ type: "hangup", call });
  await office.clock.pass(100);
  assert.deepEqual([watcher.statusOf("1001"), watcher.statusOf("1002")], ["online", "online"]);
});

Deno.test("presence of many who come at once is told in few messages", async () => {
  await using office = await Office.open();
  const watcher = await Robot.register(office);
  watcher.heard.length = 0;
  await Promise.all(Array.from({ length: 50 }, () => Robot.register(office)));
  await office.clock.pass(200);
  const told = watcher.all("presence").flatMap(({ changes }) => changes.map(({ number }) => number));
  assert.equal(new Set(told).size, 50);
  assert.ok(watcher.all("presence").length <= 3, `${watcher.all("presence").length} messages`);
});

Deno.test("a password in the properties never reaches another phone", async () => {
  await using office = await Office.open();
  const watcher = await Robot.register(office);
  await Robot.register(office, { properties: { Nickname: "Zoë", Password: "s3cret" } });
  await office.clock.pass(100);
  const late = await Robot.register(office);
  const all = JSON.stringify([watcher.heard, late.heard]);
  assert.ok(all.includes("Zoë"));
  assert.ok(!all.includes("s3cret"));
});

Deno.test("a phone that leaves is offline at once, and its call ends as if it had hung up", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  await callee.say({ type: "accept", call });
  await callee.lose(true);
  assert.equal(caller.last("hangup")?.reason, "hangup");
  await office.clock.pass(100);
  assert.equal(caller.statusOf("1002"), "offline");
});

Deno.test("a phone that is lost keeps number and call for the grace time, and not longer", async () => {
  await using office = await Office.open();
  const { caller, callee } = await dialled(office, { early: true });
  await callee.say({ type: "accept", call });
  const acceptedAt = office.clock.now();
  await callee.lose();
  await office.clock.pass(GRACE_TIME / 2);
  assert.equal(caller.last("hangup"), undefined);
  const { device } = callee;
  const { resume } = callee.last("registered")!;
  const back = await Robot.register(office, { number: "1002", device, resume });
  const state = { name: "established", heldBy: [] };
  assert.deepEqual(back.last("registered")?.calls, [
    { call, state, number: "1001", role: "callee", acceptedAt },
  ]);
  await office.clock.pass(GRACE_TIME);
  assert.equal(caller.last("hangup"), undefined, "it came back in time");
  await back.lose();
  await office.clock.pass(GRACE_TIME + 2000);
  assert.equal(caller.last("hangup")?.reason, "failed");
  assert.equal(caller.statusOf("1002"), "offline");
});

Deno.test("a web client that comes back with its resume word keeps its number, any other gets a new one", async () => {
  await using office = await Office.open();
  const client = await Robot.register(office);
  const { number } = client;
  const resume = client.last("registered")!.resume;
  await client.lose();
  const thief = await Robot.register(office, { resume, device: "another-device" });
  assert.notEqual(thief.number, number);
  const back = await Robot.register(office, { resume, device: client.device });
  assert.equal(back.number, number);
});

Deno.test("web clients get numbers of five letters and digits, all different", async () => {
  await using office = await Office.open();
  const robots = await Promise.all(Array.from({ length: 30 }, () => Robot.register(office)));
  const numbers = robots.map(({ number }) => number);
  assert.equal(new Set(numbers).size, 30);
  for (const number of numbers) assert.match(number, /^[A-Za-z0-9]{5}$/);
});

Deno.test("a newer registration of the same device takes over, and the older one hears so", async () => {
  await using office = await Office.open();
  const older = await Robot.register(office, { number: "1001", device: "one-device" });
  const newer = await Robot.register(office, { number: "1001", device: "one-device" });
  assert.equal(older.last("denied")?.code, "replaced");
  assert.equal(older.closed?.code, 1008);
  await office.clock.pass(GRACE_TIME * 3);
  assert.equal(newer.closed, undefined);
  assert.equal(newer.statusOf("1001"), "online");
});

Deno.test("whoever may not register is denied with a reason, and nothing leaks", async () => {
  await using office = await Office.open();
  const denials: [Record<string, string>, string][] = [
    [{ number: "1999" }, "unknown-agent"],
    [{ number: "1002" }, "wrong-key"],
    [{ token: "NoSuchLine" }, "unknown-token"],
    [{}, "unknown-token"],
  ];
  for (const [who, code] of denials) {
    const robot = new Robot(office, { number: "1001" });
    await robot.saw(JSON.stringify({ type: "register", device: robot.device, ...who }));
    assert.deepEqual(robot.heard.map(({ type }) => type), ["denied"]);
    assert.equal(robot.last("denied")?.code, code);
    assert.equal(robot.closed?.code, 1008);
  }
});

Deno.test("a text that is no message is answered with its field, then 1002; no other phone notices", async () => {
  await using office = await Office.open();
  const bystander = await Robot.register(office, { number: "1002" });
  bystander.heard.length = 0;
  const bad: [string, string | undefined][] = [
    ["{", undefined],
    [`{"type":"nonsense"}`, "type"],
    [`{"type":"hangup"}`, "call"],
  ];
  for (const [text, field] of bad) {
    const robot = await Robot.register(office);
    await robot.saw(text);
    assert.equal(robot.last("error")?.code, "protocol");
    assert.equal(robot.last("error")?.field, field);
    assert.equal(robot.closed?.code, 1002);
  }
  assert.equal(bystander.closed, undefined);
  assert.deepEqual(bystander.heard.filter(({ type }) => type !== "presence"), []);
});

Deno.test("nothing can be said before registering but ping", async () => {
  await using office = await Office.open();
  const robot = new Robot(office);
  await robot.say({ type: "ping" });
  assert.ok(robot.last("pong"));
  await robot.say({ type: "invite", call, to: "1001" });
  assert.equal(robot.last("error")?.field, "type");
  assert.equal(robot.closed?.code, 1002);
});

Deno.test("an agent whose link was replaced, or who was removed, leaves the line within the lease", async () => {
  for (const removed of [false, true]) {
    await using office = await Office.open();
    const { caller, callee } = await dialled(office, { early: true });
    const agent = (await office.book.agent("1002"))!;
    if (removed) await office.book.removeAgent("1002");
    else await office.book.putAgent({ ...agent, keyHash: "another" });
    await office.clock.pass(LEASE);
    assert.equal(callee.last("denied")?.code, removed ? "unknown-agent" : "wrong-key");
    assert.equal(callee.closed?.code, 1008);
    assert.equal(caller.last("hangup")?.reason, "rejected");
    assert.equal(caller.closed, undefined);
  }
});

Deno.test("calls whose phones did not come back after a restart are swept", async () => {
  await using office = await Office.open();
  const { caller } = await dialled(office, { early: true });
  await using second = new Office();
  await second.calls.create({ ...(await office.calls.read(call))!, expiresAt: undefined });
  await second.clock.pass(GRACE_TIME * 2);
  assert.deepEqual(await second.calls.live(), []);
  assert.ok(caller);
});
