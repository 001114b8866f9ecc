import assert from "node:assert/strict";
import { effect } from "@preact/signals-core";
import { settle } from "../tests/support/clock.ts";
import { type Desk, Office } from "../tests/support/office.ts";
import { acceptCalls } from "./call_sequence.ts";
import { askedFor } from "./screen.ts";

/** Alice and Bob in a call, and what Alice's page does about calls that ring. */
async function inACall(office: Office): Promise<{ alice: Desk; elsewhere: Desk }> {
  const [alice, bob, elsewhere] = [office.desk("1001"), office.desk("1002"), office.desk("1002")];
  for (const { connect } of [alice, bob, elsewhere]) connect();
  await settle();
  effect(acceptCalls(alice.phone));
  alice.phone.call("1002");
  await settle();
  bob.phone.calls.value[0]?.accept();
  await settle();
  assert.deepEqual(statesOf(alice), ["established"]);
  return { alice, elsewhere };
}

const statesOf = ({ phone }: Desk) => phone.calls.value.map(({ state }) => state.value.name);

for (const elects of [true, false]) {
  const how = elects ? "with" : "without";

  Deno.test(`whoever is in a call is busy for the election, ${how} elect`, async () => {
    await using office = await Office.open(["1001", "1002"], elects);
    const { alice, elsewhere } = await inACall(office);
    const second = elsewhere.phone.call("1001", { elected: true });
    await settle();
    assert.deepEqual(second.state.value, { name: "ended", reason: "busy" });
    assert.deepEqual(statesOf(alice), ["established"]);
    assert.deepEqual(office.troubles, []);
  });

  Deno.test(`who calls by hand knocks at one that is in a call, ${how} elect`, async () => {
    await using office = await Office.open(["1001", "1002"], elects);
    const { alice, elsewhere } = await inACall(office);
    const second = elsewhere.phone.call("1001");
    await settle();
    assert.equal(second.state.value.name, "ringing");
    assert.deepEqual(statesOf(alice), ["established", "ringing"]);
    assert.equal(askedFor.value, alice.phone.calls.value[1]);

    const third = office.desk("1002");
    third.connect();
    await settle();
    const refused = third.phone.call("1001");
    await settle();
    assert.deepEqual(refused.state.value, { name: "ended", reason: "busy" }, "one question at a time");
    assert.deepEqual(office.troubles, []);
  });
}
