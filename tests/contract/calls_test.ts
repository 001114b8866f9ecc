import assert from "node:assert/strict";
import type { CallRecord, Calls } from "../../pbx/ports.ts";
import { aCall, CALLS, holdTo } from "./adapters.ts";

const promise = (words: string, test: (calls: Calls) => Promise<void>) =>
  holdTo("Calls", CALLS, words, undefined, test);

const ids = (calls: readonly CallRecord[]) => calls.map(({ id }) => id).sort();
const ended = (call: CallRecord): CallRecord => ({
  ...call,
  state: { name: "ended", reason: "hangup" },
  expiresAt: undefined,
  version: call.version + 1,
});
const established = (call: CallRecord): CallRecord => ({
  ...call,
  callee: { ...call.callee, device: "device-b" },
  state: { name: "established", heldBy: [] },
  acceptedAt: 2000,
  expiresAt: undefined,
  version: call.version + 1,
});
/** The same call the other way round. */
const reverse = (id: string, change: Partial<CallRecord> = {}) =>
  aCall(id, {
    caller: { number: "1002", device: "device-b" },
    callee: { number: "1001" },
    rung: ["device-a"],
    ...change,
  });

promise("gives back what was created, to the last field that is set", async (calls) => {
  const call = aCall("call-0001", { elected: true });
  assert.deepEqual(await calls.create(call), { outcome: "created" });
  assert.deepEqual(await calls.read("call-0001"), call);
  assert.equal(await calls.read("call-0002"), undefined);
});

promise(
  "keeps what was asked of a call, and takes changes of it also when the call is over",
  async (calls) => {
    const by = { number: "1002", device: "device-b" };
    const refer = { role: "caller", to: "1003", by, with: "call-0009", forwards: 1 } as const;
    const names = { caller: "Ann", callee: "Bob" };
    const call = aCall("call-0001", {
      replaces: "call-0000",
      consulted: "call-000b",
      forwards: 2,
      changedAt: 1000,
      names,
    });
    await calls.create(call);
    const over: CallRecord = { ...ended(call), refer, expiresAt: 9000 };
    assert.equal(await calls.swap(call, over), true);
    assert.deepEqual(await calls.read("call-0001"), over);
    const dialled = { ...over, refer: { ...refer, dialled: "call-0002" }, version: over.version + 1 };
    assert.equal(await calls.swap(over, dialled), true);
    assert.equal(await calls.swap(over, dialled), false, "leave is given once");
    assert.deepEqual((await calls.read("call-0001"))?.refer?.dialled, "call-0002");
    assert.deepEqual(ids(await calls.live()), []);
    await calls.forget(9000);
    assert.equal(await calls.read("call-0001"), undefined);
  },
);

promise("`swap()` lets exactly one of twenty askers win", async (calls) => {
  const call = aCall("call-0001");
  await calls.create(call);
  const devices = Array.from({ length: 20 }, (_, index) => `device-${index}`);
  const won = await Promise.all(devices.map(async (device) => {
    const after = { ...established(call), callee: { number: "1002", device } };
    return await calls.swap(call, after) ? [device] : [];
  }));
  assert.equal(won.flat().length, 1);
  assert.equal((await calls.read("call-0001"))?.callee.device, won.flat()[0]);
});

promise("`swap()` refuses a call that is not there", async (calls) => {
  assert.equal(await calls.swap(aCall("call-0001"), ended(aCall("call-0001"))), false);
  assert.equal(await calls.read("call-0001"), undefined);
});

promise("refuses an id that is taken, also when that call is over", async (calls) => {
  const call = aCall("call-0001");
  await calls.create(call);
  const other = aCall("call-0001", { callee: { number: "1003" } });
  assert.deepEqual(await calls.create(other), { outcome: "duplicate" });
  await calls.swap(call, ended(call));
  assert.deepEqual(await calls.create(other), { outcome: "duplicate" });
  assert.equal((await calls.read("call-0001"))?.callee.number, "1002");
});

for (
  const [order, first, second] of [["1001 first", aCall, reverse], ["1002 first", reverse, aCall]] as const
) {
  promise(`joins two that dial each other, ${order}, elected or not`, async (calls) => {
    await calls.create(first("call-0001"));
    const answer = { outcome: "glare", reverse: first("call-0001") };
    assert.deepEqual(await calls.create(second("call-0002")), answer);
    assert.deepEqual(await calls.create(second("call-0003", { elected: true })), answer);
    assert.equal(await calls.read("call-0002"), undefined);
  });
}

promise("sees glare while it rings, and none once the reverse call is accepted or over", async (calls) => {
  const inviting = aCall("call-0001");
  const ringing: CallRecord = { ...inviting, state: { name: "ringing" }, version: 1 };
  await calls.create(inviting);
  await calls.swap(inviting, ringing);
  assert.deepEqual(await calls.create(reverse("call-0002")), { outcome: "glare", reverse: ringing });
  await calls.swap(ringing, established(ringing));
  assert.deepEqual(await calls.create(reverse("call-0002")), { outcome: "created" });
});

promise("of two that dial each other at once exactly one is created", async (calls) => {
  const made = await Promise.all([calls.create(aCall("call-0001")), calls.create(reverse("call-0002"))]);
  assert.deepEqual(made.map(({ outcome }) => outcome).sort(), ["created", "glare"]);
});

promise(
  "is busy for an elected call when one of the two is in a live call, as caller or callee",
  async (calls) => {
    const call = aCall("call-0001");
    await calls.create(call);
    const dial = (caller: string, callee: string, elected: boolean, id: string) =>
      calls.create(
        aCall(id, { caller: { number: caller, device: "device-x" }, callee: { number: callee }, elected }),
      );
    for (
      const [caller, callee] of [["1003", "1001"], ["1003", "1002"], ["1001", "1003"], [
        "1002",
        "1003",
      ]] as const
    ) {
      assert.deepEqual(await dial(caller, callee, true, "call-0002"), { outcome: "busy" });
    }
    assert.deepEqual(await dial("1003", "1002", false, "call-0003"), { outcome: "created" });
    assert.deepEqual(await dial("1004", "1005", true, "call-0004"), { outcome: "created" });
    await calls.swap(call, ended(call));
    assert.deepEqual(await dial("1001", "1006", true, "call-0005"), { outcome: "created" });
  },
);

promise("of twenty elected calls to one number exactly one is created", async (calls) => {
  const made = await Promise.all(Array.from({ length: 20 }, (_, index) => {
    const caller = { number: `11${String(index).padStart(2, "0")}`, device: "device-x" };
    return calls.create(aCall(`call-00${index}x`, { caller, elected: true }));
  }));
  assert.equal(made.filter(({ outcome }) => outcome === "created").length, 1);
  assert.equal(made.filter(({ outcome }) => outcome === "busy").length, 19);
});

promise("lists the live calls of a number, and all of them", async (calls) => {
  const over = aCall("call-0001");
  await calls.create(over);
  await calls.create(aCall("call-0002"));
  await calls.create(
    aCall("call-0003", { caller: { number: "1003", device: "device-x" }, callee: { number: "1001" } }),
  );
  await calls.swap(over, ended(over));
  assert.deepEqual(ids(await calls.ofNumber("1001")), ["call-0002", "call-0003"]);
  assert.deepEqual(ids(await calls.ofNumber("1002")), ["call-0002"]);
  assert.deepEqual(ids(await calls.ofNumber("1009")), []);
  assert.deepEqual(ids(await calls.live()), ["call-0002", "call-0003"]);
});

promise("lists a call of a number with itself once", async (calls) => {
  await calls.create(aCall("call-0001", { callee: { number: "1001" } }));
  assert.deepEqual(ids(await calls.ofNumber("1001")), ["call-0001"]);
});

promise("lists live calls whose time has come", async (calls) => {
  const over = aCall("call-0001", { expiresAt: 10 });
  const accepted = aCall("call-0004", { expiresAt: 10 });
  await calls.create(over);
  await calls.create(aCall("call-0002", { expiresAt: 20 }));
  await calls.create(aCall("call-0003", { expiresAt: 21 }));
  await calls.create(accepted);
  await calls.swap(over, { ...ended(over), expiresAt: 10 });
  await calls.swap(accepted, established(accepted));
  assert.deepEqual(ids(await calls.due(20)), ["call-0002"]);
  assert.deepEqual(ids(await calls.due(19)), []);
});

promise("forgets calls that are over when their time has come, and no others", async (calls) => {
  for (const [id, expiresAt] of [["call-0001", 200], ["call-0002", 201], ["call-0003", 100]] as const) {
    const call = aCall(id);
    await calls.create(call);
    if (id !== "call-0003") await calls.swap(call, { ...ended(call), expiresAt });
  }
  await calls.forget(200);
  assert.equal(await calls.read("call-0001"), undefined);
  assert.equal((await calls.read("call-0002"))?.state.name, "ended");
  assert.equal((await calls.read("call-0003"))?.state.name, "inviting");
});

promise("sees no glare with a device that the reverse call does not ring at", async (calls) => {
  await calls.create(aCall("call-0001", { rung: ["another-device"] }));
  assert.deepEqual(await calls.create(reverse("call-0002")), { outcome: "created" });
});

promise("is well after opening", (calls) => calls.check());

promise("keeps words for phones that are away, in their order, and gives them once", async (calls) => {
  const ann = { number: "1001", device: "device-a", texts: ["one", "two"] };
  const bob = { number: "1002", device: "device-b", texts: ["three"] };
  assert.deepEqual(await calls.takeWords(), []);
  await calls.leaveWords([ann]);
  await calls.leaveWords([bob]);
  assert.deepEqual([...await calls.takeWords()].sort((a, b) => a.number < b.number ? -1 : 1), [ann, bob]);
  assert.deepEqual(await calls.takeWords(), []);
});
