/** Blind transfer, from the phones' side. 1001 is in a call with 1002, and sends that one to 1003. */
import assert from "node:assert/strict";
import type { PhoneMessage } from "../protocol/messages.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { agents, callId, connected, Robot } from "../tests/support/robot.ts";
import { RING_TIME } from "./switchboard.ts";

const [c1, c2, c3] = [callId("one"), callId("two"), callId("three")];

/** 1001 talks to 1002, who called if `isCaller`; 1003 and 1004 are on line. */
async function talking(office: Office, isCaller = false) {
  const [who, moved, third, fourth] = await agents(office, "1001", "1002", "1003", "1004") as [
    Robot,
    Robot,
    Robot,
    Robot,
  ];
  if (isCaller) await connected(moved, who);
  else await connected(who, moved);
  return { who, moved, third, fourth };
}

const open = () => Office.open(["1001", "1002", "1003", "1004"]);
const transfer = (to = "1003"): PhoneMessage => ({ type: "transfer", call: c1, to });
const follow = (call = c2, to = "1003"): PhoneMessage => ({
  type: "invite",
  call,
  to,
  offer: "new",
  replaces: c1,
});

const statesOf = async (office: Office) =>
  (await office.calls.live()).map(({ id, state }) => `${id} ${state.name}`);
const reasonsOf = async (office: Office) =>
  Object.fromEntries((await office.book.history(9)).map(({ id, reason }) => [id, reason]));

for (const isCaller of [false, true]) {
  const side = isCaller ? "caller" : "callee";
  Deno.test(`a transfer of the ${side}: it dials on, and once that is accepted the first call ends`, async () => {
    await using office = await open();
    const { who, moved, third } = await talking(office, isCaller);
    await who.say(transfer());
    assert.deepEqual(moved.of(c1), ["refer 1003"]);
    await moved.say(follow());
    assert.deepEqual(third.last("invite"), {
      type: "invite",
      call: c2,
      from: "1002",
      name: "Agent 1002",
      offer: "new",
      early: true,
      elected: false,
    });
    await third.say({ type: "ringing", call: c2, answer: "early" });
    assert.deepEqual(await statesOf(office), [`${c1} established`, `${c2} ringing`]);
    await third.say({ type: "accept", call: c2 });
    assert.deepEqual(who.of(c1), ["hangup transferred"]);
    assert.deepEqual(moved.of(c1), ["refer 1003", "hangup transferred"]);
    assert.deepEqual(moved.of(c2), ["ringing", "accept"]);
    assert.ok(
      moved.heard.findIndex(({ type }) => type === "accept") <
        moved.heard.findIndex(({ type }) => type === "hangup"),
      "the moved phone is in the new call before the old one ends",
    );
    assert.deepEqual(await statesOf(office), [`${c2} established`]);
    await third.say({ type: "hangup", call: c2 });
    assert.deepEqual(await reasonsOf(office), { [c1]: "transferred", [c2]: "hangup" });
  });
}

/** How the new call comes to nothing, and what whoever asked for it is told. */
const FAILURES: [what: string, fail: (robots: { third: Robot; office: Office }) => Promise<void>, RegExp][] =
  [
    ["busy", ({ third }) => third.say({ type: "reject", call: c2, reason: "busy" }), /: The number is busy$/],
    ["declined", ({ third }) => third.say({ type: "reject", call: c2 }), /: The call was declined$/],
    ["not answered", ({ office }) => office.clock.pass(RING_TIME + 2000), /: Nobody answered$/],
    ["gone", ({ third }) => third.lose(true), /: The call was declined$/],
  ];

for (const [what, fail, words] of FAILURES) {
  Deno.test(`a transfer that is ${what}: the first call goes on, and who asked hears why`, async () => {
    await using office = await open();
    const { who, moved, third } = await talking(office);
    await who.say(transfer());
    await moved.say(follow());
    await fail({ third, office });
    assert.deepEqual(await statesOf(office), [`${c1} established`]);
    assert.deepEqual(who.of(c1), ["error transfer-failed"]);
    assert.match(who.last("error")?.message ?? "", words);
    assert.ok(!moved.of(c1).some((word) => word.startsWith("hangup")));
    await who.say({ type: "hangup", call: c1 });
    assert.equal(moved.last("hangup")?.reason, "hangup", "nothing is left of the transfer");
  });
}

Deno.test("a transfer to an agent who is away fails as a call of its own does", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  await third.lose(true);
  await who.say(transfer());
  await moved.say(follow());
  assert.deepEqual(moved.of(c2), ["hangup not-found"]);
  assert.deepEqual(who.of(c1), ["error transfer-failed"]);
});

Deno.test("a transfer to a number that is calling the moved party is busy: the two calls are not joined", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  await third.say({ type: "invite", call: c3, to: "1002" });
  await who.say(transfer());
  await moved.say(follow());
  assert.deepEqual(moved.of(c2), ["hangup busy"]);
  assert.deepEqual(who.of(c1), ["error transfer-failed"]);
  assert.deepEqual(await statesOf(office), [`${c1} established`, `${c3} inviting`]);
});

Deno.test("a number that dials the moved party back instead of accepting has accepted", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  await who.say(transfer());
  await moved.say(follow());
  await third.say({ type: "invite", call: c3, to: "1002", offer: "back" });
  assert.deepEqual(moved.of(c2), ["accept"]);
  assert.deepEqual(who.of(c1), ["hangup transferred"]);
  assert.deepEqual(await statesOf(office), [`${c2} established`]);
});

type Refusal = [what: string, said: PhoneMessage, code: string];
const REFUSALS: Refusal[] = [
  ["nobody's number", transfer("Zzzzz"), "not-found"],
  ["no number of the dial plan", transfer("no such thing"), "not-found"],
  ["the moved party's own number", transfer("1002"), "not-found"],
  ["nowhere at all", { type: "transfer", call: c1 }, "bad-request"],
  ["a number and a call", { type: "transfer", call: c1, to: "1003", with: c2 }, "bad-request"],
  ["a call that is not there", { type: "transfer", call: c1, with: c2 }, "wrong-state"],
  ["the other party of the same call", { type: "transfer", call: c1, with: c1 }, "wrong-state"],
];

for (const [what, said, code] of REFUSALS) {
  Deno.test(`a transfer to ${what} is refused with ${code}, and the call goes on`, async () => {
    await using office = await open();
    const { who, moved } = await talking(office);
    await who.say(said);
    assert.deepEqual(who.of(c1), [`error ${code}`]);
    assert.match(who.last("error")?.message ?? "", /^Cannot transfer the call: /);
    assert.deepEqual(moved.of(c1), []);
    assert.deepEqual(await statesOf(office), [`${c1} established`]);
  });
}

Deno.test("only an established call is transferred, only by a party, and only with the right to calls", async () => {
  await using office = await open();
  const { who, moved, third, fourth } = await talking(office);
  await third.say(transfer("1004"));
  assert.deepEqual(third.of(c1), ["error not-a-party"]);
  await fourth.say({ type: "invite", call: c3, to: "1003" });
  await fourth.say({ type: "transfer", call: c3, to: "1001" });
  assert.deepEqual(fourth.of(c3), ["error wrong-state"]);
  await who.say({ type: "hangup", call: c1 });
  await who.say(transfer());
  assert.deepEqual(who.of(c1), ["error wrong-state"]);
  const guest = await Robot.register(office, { token: await office.token("word", "messages") });
  await connected(moved, guest, c2);
  await guest.say({ type: "transfer", call: c2, to: "1003" });
  assert.deepEqual(guest.of(c2), ["error forbidden"]);
  assert.deepEqual(moved.of(c2), []);
});

for (const dialled of [false, true]) {
  const when = dialled ? "while the new call rings" : "before the moved phone has dialled";
  Deno.test(`who transfers may hang up ${when}: the moved party is on its way, and not hung up on`, async () => {
    await using office = await open();
    const { who, moved, third } = await talking(office);
    await who.say(transfer());
    if (dialled) await moved.say(follow());
    await who.say({ type: "hangup", call: c1 });
    assert.deepEqual(moved.of(c1), ["refer 1003", "hangup transferred"]);
    if (!dialled) await moved.say(follow());
    await third.say({ type: "accept", call: c2 });
    assert.deepEqual(moved.of(c2), ["accept"]);
    assert.deepEqual(await statesOf(office), [`${c2} established`]);
    assert.equal((await reasonsOf(office))[c1], "transferred");
    assert.equal((await office.book.history(1, { id: c1 }))[0]?.endedBy, "caller");
  });
}

Deno.test("when the moved party hangs up the first call, that is an ordinary end", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  await who.say(transfer());
  await moved.say(follow());
  moved.blurt({ type: "hangup", call: c1 }, { type: "hangup", call: c2 });
  await settle();
  assert.deepEqual(who.of(c1), ["hangup hangup"]);
  assert.equal(third.last("hangup")?.reason, "canceled");
  assert.deepEqual(await statesOf(office), []);
});

Deno.test("when who asked is lost before the moved phone has dialled, the call ends as for any lost phone", async () => {
  await using office = await open();
  const { who, moved } = await talking(office);
  await who.say(transfer());
  await who.lose();
  await office.clock.pass(40_000);
  assert.deepEqual(moved.of(c1), ["refer 1003", "hangup failed"]);
  await moved.say(follow());
  assert.equal((await office.calls.read(c2))?.replaces, undefined, "the new call stands for itself");
});

Deno.test("of two transfers the newer one counts", async () => {
  await using office = await open();
  const { who, moved, third, fourth } = await talking(office);
  await who.say(transfer());
  await moved.say(follow());
  await who.say(transfer("1004"));
  assert.deepEqual(moved.of(c2), ["hangup canceled"]);
  assert.deepEqual(moved.of(c1), ["refer 1003", "refer 1004"]);
  assert.deepEqual(third.of(c2), ["invite", "hangup canceled"]);
  await moved.say(follow(c3, "1004"));
  await fourth.say({ type: "accept", call: c3 });
  assert.deepEqual(await statesOf(office), [`${c3} established`]);
  assert.deepEqual(who.of(c1), ["hangup transferred"], "the older one has not failed");
});

Deno.test("the same transfer pressed twice is one", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  await who.say(transfer());
  await moved.say(follow());
  await who.say(transfer());
  assert.deepEqual([moved.of(c1), moved.of(c2)], [["refer 1003"], []]);
  await third.say({ type: "accept", call: c2 });
  assert.deepEqual(await statesOf(office), [`${c2} established`]);
  assert.deepEqual(who.of(c1), ["hangup transferred"]);
});

Deno.test("a phone that follows an older wish is told so, and its call goes on", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  who.blurt(transfer(), transfer("1004"));
  await settle();
  await moved.say(follow());
  assert.deepEqual(moved.of(c2), ["hangup canceled"]);
  assert.deepEqual(third.of(c2), []);
  await moved.say(follow(c3, "1004"));
  assert.deepEqual(await statesOf(office), [`${c1} established`, `${c3} inviting`]);
});

Deno.test("both may send one another elsewhere: the newer wish counts, and the call is not torn", async () => {
  await using office = await open();
  const { who, moved, third, fourth } = await talking(office);
  await who.say(transfer());
  await moved.say(transfer("1004"));
  await moved.say(follow());
  assert.deepEqual(moved.of(c2), ["hangup canceled"]);
  await who.say(follow(c3, "1004"));
  await fourth.say({ type: "accept", call: c3 });
  assert.deepEqual(moved.of(c1), ["refer 1003", "hangup transferred"]);
  assert.deepEqual(third.of(c2), []);
  assert.deepEqual(await statesOf(office), [`${c3} established`]);
});

Deno.test("the number that is rung may have many devices: the first one takes the call, the others hear so", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  const second = await Robot.register(office, { number: "1003" });
  await who.say(transfer());
  await moved.say(follow());
  second.blurt({ type: "accept", call: c2, answer: "second" });
  await third.say({ type: "accept", call: c2, answer: "first" });
  assert.deepEqual(moved.all("accept").map(({ answer }) => answer), ["second"]);
  assert.deepEqual(third.of(c2), ["invite", "hangup elsewhere"]);
  assert.deepEqual(second.of(c2), ["invite"]);
  assert.deepEqual(who.of(c1), ["hangup transferred"]);
});

Deno.test("what was said again over a new line is one call, and not refused", async () => {
  await using office = await open();
  const { who, moved, third } = await talking(office);
  await who.say(transfer());
  await moved.say(follow());
  await moved.say(follow());
  await third.say({ type: "accept", call: c2 });
  await moved.say(follow());
  assert.deepEqual(moved.of(c2), ["accept"]);
  assert.equal(third.all("invite").length, 1);
});
