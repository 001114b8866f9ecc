import assert from "node:assert/strict";
import { effect } from "@preact/signals-core";
import { settle } from "../tests/support/clock.ts";
import { Office } from "../tests/support/office.ts";
import { acceptCalls } from "./call_sequence.ts";

for (const elects of [true, false]) {
  Deno.test(`whoever is in a call is busy for another browser of the same number, ${elects ? "with" : "without"} elect`, async () => {
    await using office = await Office.open(["1001", "1002"], elects);
    const [alice, bob, bobElsewhere] = [office.desk("1001"), office.desk("1002"), office.desk("1002")];
    for (const { connect } of [alice, bob]) connect();
    await settle();
    using _accepting = effect(acceptCalls(alice.phone));
    const first = alice.phone.call("1002");
    await settle();
    bob.phone.calls.value[0]?.accept();
    await settle();
    assert.equal(first.state.value.name, "established");

    bobElsewhere.connect();
    await settle();
    const second = bobElsewhere.phone.call("1001");
    await settle();
    assert.deepEqual(second.state.value, { name: "ended", reason: "busy" });
    assert.deepEqual(alice.phone.calls.value, [first]);
    assert.equal(first.state.value.name, "established");
    assert.deepEqual(office.troubles, []);
  });
}
