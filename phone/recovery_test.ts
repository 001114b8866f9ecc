/** How calls come back, against a real PBX on memory adapters; only browsers and networks are fakes. */
import assert from "node:assert/strict";
import { settle } from "../tests/support/clock.ts";
import { established, received } from "../tests/support/desks.ts";
import { type Desk, Office } from "../tests/support/office.ts";
import { GRACE_TIME } from "../pbx/times.ts";
import type { Call } from "./call.ts";
import { recover, type Recovering, type Sign } from "./recovery.ts";

/** How soon after the network's return all is back, in milliseconds. */
const SOON = 2000;

const STATES: readonly Recovering[] = ["well", "doubting", "restarting", "proving"];

/** Where each sign leads, from each of {@linkcode STATES}; `-` for nowhere. */
const ROWS: readonly [Sign, string][] = [
  ["flow", "- well - well"],
  ["silence", "doubting - - -"],
  ["lost", "doubting - - doubting"],
  ["up", "- restarting - -"],
  ["applied", "- proving proving -"],
  ["late", "- - doubting doubting"],
];

for (const [sign, row] of ROWS) {
  Deno.test(`recover() knows where ${sign} leads`, () => {
    assert.equal(STATES.map((state) => recover(state, sign) ?? "-").join(" "), row);
  });
}

/** Whether packets pass both ways at this moment. */
const flows = (desks: readonly Desk[]): boolean =>
  desks.every(({ browser }) => browser.peerConnections.at(-1)?.hasPath === true);

const isWell = (calls: readonly Call[]): boolean =>
  calls.every(({ recovering, state }) => recovering.value === "well" && state.value.name === "established");

/** How often an offer was made on either side, in calls that are established. */
const offers = (desks: readonly Desk[]): number =>
  desks.flatMap(({ browser }) => browser.sent).filter((text) => JSON.parse(text).type === "offer").length;

Deno.test("a call whose address changes on one side has media again within two seconds, whichever side it is", async () => {
  for (const side of [0, 1] as const) {
    await using office = await Office.open();
    const { desks, caller, callee } = await established(office);
    await office.clock.pass(1000);
    desks[side].browser.network.change();
    assert.equal(flows(desks), false);
    await office.clock.pass(SOON);
    assert.ok(flows(desks));
    await office.clock.pass(SOON);
    assert.ok(isWell([caller, callee]));
    assert.deepEqual(office.troubles, []);
  }
});

Deno.test("a call without network for thirty seconds has media within two seconds of its return", async () => {
  for (const side of [0, 1] as const) {
    await using office = await Office.open();
    const { desks, caller, callee } = await established(office);
    await office.clock.pass(1000);
    const { network } = desks[side].browser;
    network.lose();
    await office.clock.pass(GRACE_TIME);
    network.change();
    network.heal();
    await office.clock.pass(SOON);
    assert.ok(flows(desks));
    assert.equal(desks[side].phone.state.value.name, "registered");
    await office.clock.pass(SOON);
    assert.ok(isWell([caller, callee]));
  }
});

Deno.test("a lost line alone restarts no media", async () => {
  await using office = await Office.open();
  const { desks, caller, callee } = await established(office);
  await office.clock.pass(1000);
  desks[0].browser.cut();
  await office.clock.pass(3000);
  assert.equal(desks[0].phone.state.value.name, "registered");
  assert.equal(offers(desks), 0);
  assert.ok(isWell([caller, callee]));
});

Deno.test("silence that was asked for is no fault: held, or with all switched off", async () => {
  await using office = await Office.open();
  const { desks, caller, callee } = await established(office);
  await office.clock.pass(1000);
  caller.hold();
  await office.clock.pass(5000);
  caller.unhold();
  for (const call of [caller, callee]) call.want({ microphone: false, camera: false });
  await office.clock.pass(5000);
  assert.equal(offers(desks), 0);
  assert.ok(isWell([caller, callee]));
});

Deno.test("a restart is done only when its answer is applied and packets flow", async () => {
  await using office = await Office.open();
  const { desks: [alice, bob], caller } = await established(office);
  await office.clock.pass(1000);
  // Bob's answers go nowhere: his network is away for all but what is sent to him.
  alice.browser.network.change();
  await office.clock.pass(400);
  bob.browser.network.lose();
  await office.clock.pass(5000);
  assert.equal(caller.recovering.value, "restarting");
  bob.browser.network.heal();
  bob.browser.network.change();
  await office.clock.pass(4000);
  assert.equal(caller.recovering.value, "well");
});

Deno.test("relays are named anew before a restart", async () => {
  await using office = await Office.open();
  const { desks: [alice] } = await established(office);
  await office.clock.pass(1000);
  const given: unknown[] = [];
  alice.browser.peerConnections.at(-1)!.setConfiguration = (configuration) => void given.push(configuration);
  alice.browser.network.change();
  await office.clock.pass(SOON);
  assert.equal(given.length, 1);
});

Deno.test("a page that is loaded again takes its call up, with what it held and with the same clock", async () => {
  for (const side of [0, 1] as const) {
    await using office = await Office.open();
    const { desks, caller, callee } = await established(office);
    const [own, other] = side === 0 ? [caller, callee] : [callee, caller];
    await office.clock.pass(10_000);
    own.hold();
    await settle();
    const number = side === 0 ? "1001" : "1002";
    const device = (await office.registrar.ofNumber(number))[0]!.device;
    const page = await office.reopen(desks[side], number, device, true);
    const [call] = page.phone.calls.value;
    assert.equal(call?.id, other.id);
    assert.deepEqual(call?.state.value, other.state.value);
    assert.equal(call?.role, own.role);
    assert.equal(call?.acceptedAt, office.clock.now() - 10_050);
    assert.equal(received(other, "video"), null, "nothing is sent before the page says what its user wants");
    call?.want({ microphone: true, camera: true });
    call?.unhold();
    await office.clock.pass(1000);
    assert.ok(flows([page, desks[side === 0 ? 1 : 0]]));
    assert.equal(received(other, "video")?.readyState, "live");
    assert.equal(received(call!, "video")?.readyState, "live");
    assert.equal((await office.calls.live()).length, 1);
  }
});

Deno.test("a page that is closed ends its call at once, one that is opened elsewhere later does not keep it", async () => {
  await using office = await Office.open();
  const { desks: [alice], callee } = await established(office);
  office.exchange.opening("1001");
  await office.clock.pass(6000);
  alice.phone.leave();
  await settle();
  assert.deepEqual(callee.state.value, { name: "ended", reason: "hangup" });
});

Deno.test("a page that was to be loaded again and never came ends its call after ten seconds", async () => {
  await using office = await Office.open();
  const { desks: [alice], callee } = await established(office);
  await office.clock.pass(1000);
  office.exchange.opening("1001");
  alice.phone.leave();
  await office.clock.pass(9000);
  assert.equal(callee.state.value.name, "established");
  await office.clock.pass(3000);
  assert.deepEqual(callee.state.value, { name: "ended", reason: "failed" });
});

Deno.test("a call that rings on a page that is loaded again rings on the new one, and can be accepted there", async () => {
  await using office = await Office.open();
  const device = "the-same-device";
  const [alice, bob] = [office.desk("1001"), office.desk("1002", { device })];
  for (const desk of [alice, bob]) {
    desk.connect();
    await settle();
  }
  const call = alice.phone.call("1002");
  await office.clock.pass(1000);
  const page = await office.reopen(bob, "1002", device, true);
  const [ringing] = page.phone.calls.value;
  assert.equal(ringing?.state.value.name, "ringing");
  ringing?.want({ microphone: true, camera: true });
  ringing?.accept();
  await office.clock.pass(1000);
  assert.deepEqual([call.state.value.name, ringing?.state.value.name], ["established", "established"]);
  assert.ok(flows([alice, page]));
  assert.equal(received(ringing!, "video")?.readyState, "live");
});

Deno.test("two pages that are loaded again at once are in one call again", async () => {
  await using office = await Office.open();
  const { desks } = await established(office);
  await office.clock.pass(1000);
  const pages: Desk[] = [];
  for (const [side, number] of ["1001", "1002"].entries()) {
    office.exchange.opening(number);
    desks[side]!.phone.leave();
  }
  await settle();
  for (const number of ["1001", "1002"]) {
    const [registration] = await office.registrar.ofNumber(number);
    const page = office.desk(number, { device: registration!.device, takesUp: true });
    page.connect();
    pages.push(page);
  }
  await office.clock.pass(1000);
  for (const { phone } of pages) phone.calls.value[0]?.want({ microphone: true, camera: true });
  await office.clock.pass(SOON);
  assert.ok(flows(pages));
  assert.ok(isWell(pages.flatMap(({ phone }) => phone.calls.value)));
});

Deno.test("the newest tab takes the call over, and the older one says so", async () => {
  await using office = await Office.open();
  const { desks: [alice, bob], callee } = await established(office);
  const { device } = (await office.registrar.ofNumber("1001"))[0]!;
  const tab = await office.reopen(alice, "1001", device, false);
  tab.phone.calls.value[0]?.want({ microphone: true, camera: true });
  await office.clock.pass(1000);
  assert.equal(alice.phone.state.value.name, "denied");
  assert.ok(alice.browser.tracks.every(({ readyState }) => readyState === "ended"), "its camera is dark");
  assert.equal(callee.state.value.name, "established");
  assert.ok(flows([tab, bob]));
});

Deno.test("nobody looks at a call that is over, not even who was looking when it ended", async () => {
  await using office = await Office.open();
  const { desks: [alice], caller } = await established(office);
  const connection = alice.browser.peerConnections.at(-1)!;
  const read = connection.getStats.bind(connection);
  const { promise, resolve } = Promise.withResolvers<void>();
  let looks = 0;
  connection.getStats = () => promise.then(() => (looks++, read()));
  await office.clock.pass(300);
  caller.hangUp();
  resolve();
  await office.clock.pass(3000);
  assert.equal(looks, 1);
});
