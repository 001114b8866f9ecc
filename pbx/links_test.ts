import assert from "node:assert/strict";
import type { LinkMessage } from "../protocol/link_messages.ts";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { Robot } from "../tests/support/robot.ts";

const [ALICES, BOBS, ANOTHER] = ["word-of-alice", "word-of-bob-", "word-another"] as const;

/** What a robot has heard of links, oldest first. */
const ofLinks = ({ heard }: Robot): LinkMessage[] =>
  (heard as { type: string }[]).filter((message): message is LinkMessage => /^(un)?link/.test(message.type));

const wants = (robot: Robot, ...wishes: readonly (readonly [number: string, word: string])[]) =>
  robot.say({ type: "links", with: wishes.map(([number, word]) => ({ number, word })) });

const LINK = [ALICES, BOBS].toSorted().join(".");

async function linked(office: Office): Promise<[Robot, Robot]> {
  const alice = await Robot.register(office, { number: "1001" });
  const bob = await Robot.register(office, { number: "1002" });
  await wants(alice, ["1002", ALICES]);
  await wants(bob, ["1001", BOBS]);
  return [alice, bob];
}

const forget = (...robots: readonly Robot[]) => robots.forEach(({ heard }) => heard.length = 0);

Deno.test("nobody hears of a link before both want it", async () => {
  await using office = await Office.open();
  const alice = await Robot.register(office, { number: "1001" });
  const bob = await Robot.register(office, { number: "1002" });
  forget(alice, bob);
  await wants(alice, ["1002", ALICES]);
  await office.clock.pass(5000);
  assert.deepEqual([ofLinks(alice), ofLinks(bob)], [[], []]);
  await alice.say({ type: "linking", link: LINK, offer: "v=0" });
  assert.deepEqual(ofLinks(bob), [], "nor is anything passed on");
  assert.equal(alice.last("error")?.code, "unknown-link");
});

Deno.test("both hear of a link that both want, by the same name, and exactly one of them begins", async () => {
  await using office = await Office.open();
  const both = await linked(office);
  const told = both.flatMap(ofLinks);
  assert.deepEqual(told.map(({ type }) => type), ["linked", "linked"]);
  const [one, other] = told;
  assert.ok(one?.type === "linked" && other?.type === "linked");
  assert.deepEqual([one.number, other.number], ["1002", "1001"]);
  assert.deepEqual([one.link, other.link], [LINK, LINK]);
  assert.notEqual(one.offers, other.offers);
});

Deno.test("steps of a link are passed on between its two ends, as they are, and are not counted", async () => {
  await using office = await Office.open();
  const [alice, bob] = await linked(office);
  forget(alice, bob);
  await alice.say({ type: "linking", link: LINK, offer: "the offer" });
  await bob.say({ type: "linking", link: LINK, answer: "the answer" });
  await bob.say({ type: "linking", link: LINK, candidates: [{ candidate: "candidate:1" }] });
  assert.deepEqual(ofLinks(bob), [{ type: "linking", link: LINK, offer: "the offer" }]);
  assert.deepEqual(ofLinks(alice), [
    { type: "linking", link: LINK, answer: "the answer" },
    { type: "linking", link: LINK, candidates: [{ candidate: "candidate:1" }] },
  ]);
  await bob.say({ type: "ping" });
  assert.equal(bob.last("pong")?.received, 0);
});

Deno.test("a link of others is refused, and they hear nothing of it", async () => {
  await using office = await Office.open(["1001", "1002", "1003"]);
  const [alice, bob] = await linked(office);
  const mallory = await Robot.register(office, { number: "1003" });
  await wants(mallory, ["1001", ANOTHER]);
  forget(alice, bob, mallory);
  await mallory.say({ type: "linking", link: LINK, offer: "forged" });
  assert.equal(mallory.last("error")?.code, "unknown-link");
  assert.equal(mallory.closed, undefined, "and the line stays");
  assert.deepEqual([alice, bob].flatMap(ofLinks), []);
  await alice.say({ type: "linking", link: LINK, offer: "real" });
  assert.equal(ofLinks(bob).length, 1, "nothing was lost");
});

Deno.test("whoever takes a wish back ends the link for both; what is late is no mistake", async () => {
  await using office = await Office.open();
  const [alice, bob] = await linked(office);
  forget(alice, bob);
  await wants(alice);
  assert.deepEqual(ofLinks(bob), [{ type: "unlinked", link: LINK }]);
  assert.deepEqual(ofLinks(alice), [{ type: "unlinked", link: LINK }]);
  await bob.say({ type: "linking", link: LINK, answer: "late" });
  assert.equal(bob.last("error"), undefined);
  assert.equal(ofLinks(alice).length, 1);
});

Deno.test("a new word is a new link, and the same words are the same one", async () => {
  await using office = await Office.open();
  const [alice, bob] = await linked(office);
  forget(alice, bob);
  await wants(alice, ["1002", ALICES]);
  assert.deepEqual(
    [...new Set([alice, bob].flatMap(ofLinks).map(({ link }) => link))],
    [LINK],
    "it was said again",
  );
  forget(alice, bob);
  await wants(alice, ["1002", ANOTHER]);
  const name = [ANOTHER, BOBS].toSorted().join(".");
  assert.deepEqual([alice, bob].map((robot) => ofLinks(robot).map(({ type, link }) => `${type} ${link}`)), [
    [`linked ${name}`],
    [`linked ${name}`],
  ]);
});

Deno.test("a phone that leaves, or is replaced, ends its links", async () => {
  for (const way of ["leaves", "is replaced"]) {
    await using office = await Office.open();
    const [alice, bob] = await linked(office);
    forget(bob);
    if (way === "leaves") await alice.say({ type: "unregister" });
    else await Robot.register(office, { number: "1001", device: alice.device });
    await office.clock.pass(2500);
    assert.deepEqual(ofLinks(bob), [{ type: "unlinked", link: LINK }], way);
  }
});

Deno.test("a phone whose socket was lost and that comes back keeps its links", async () => {
  await using office = await Office.open();
  const [alice, bob] = await linked(office);
  const { resume } = alice.last("registered")!;
  forget(bob);
  await alice.lose();
  const again = await Robot.register(office, {
    number: "1001",
    device: alice.device,
    resume,
    received: 0,
  });
  await wants(again, ["1002", ALICES]);
  await office.clock.pass(10_000);
  assert.deepEqual(ofLinks(bob).filter(({ type }) => type === "unlinked"), []);
  await bob.say({ type: "linking", link: LINK, candidates: [] });
  assert.equal(ofLinks(again).at(-1)?.type, "linking");
});

Deno.test("after a restart of the PBX the same words are the same link", async () => {
  await using office = await Office.open();
  const before = await linked(office);
  office.restart();
  const both = await linked(office);
  assert.deepEqual(both.flatMap(ofLinks), before.flatMap(ofLinks));
});

Deno.test("guests have no links, and nobody has more than five", async () => {
  await using office = await Office.open();
  const guest = await Robot.register(office);
  await wants(guest, ["1001", ALICES]);
  assert.equal(guest.last("error")?.code, "forbidden");
  const alice = await Robot.register(office, { number: "1001" });
  await wants(alice, ...["1", "2", "3", "4", "5", "6"].map((digit) => [`100${digit}`, ALICES] as const));
  assert.equal(alice.last("error")?.code, "too-many");
});

Deno.test("a number with two devices has no link: nobody knows which of them would take a call", async () => {
  await using office = await Office.open();
  await Robot.register(office, { number: "1002" });
  const both = await linked(office);
  assert.deepEqual(both.flatMap(ofLinks), []);
});

Deno.test("a flood of steps is refused, and does not reach the other end", async () => {
  await using office = await Office.open();
  const [alice, bob] = await linked(office);
  forget(alice, bob);
  for (let count = 0; count < 300; count++) {
    alice.blurt({ type: "linking", link: LINK, candidates: [] });
  }
  await settle();
  assert.ok(ofLinks(bob).length <= 150, `${ofLinks(bob).length} were passed on`);
  assert.equal(alice.last("error")?.code, "too-many");
  await office.clock.pass(1000);
  forget(bob);
  await alice.say({ type: "linking", link: LINK, answer: "later" });
  assert.equal(ofLinks(bob).length, 1, "and after a while there is leave again");
});
