import assert from "node:assert/strict";
import type { Registrar } from "../../pbx/ports.ts";
import { aRegistration, holdTo, REGISTRARS } from "./adapters.ts";

let now = 0;
const A = { number: "1001", device: "device-a" };
const B = { number: "1001", device: "device-b" };

const promise = (words: string, test: (registrar: Registrar) => Promise<void>) =>
  holdTo("Registrar", REGISTRARS, words, () => now, async (registrar) => {
    now = 0;
    await test(registrar);
  });

const devices = (registrations: readonly { device: string }[]) => registrations.map(({ device }) => device);

promise("gives the live registrations of a number, oldest first, and of a line", async (registrar) => {
  await registrar.put(aRegistration({ ...B, since: 20, resume: "resume-b" }));
  await registrar.put(aRegistration({ ...A, since: 10 }));
  await registrar.put(
    aRegistration({ number: "1002", device: "device-c", line: "Other", resume: "resume-c" }),
  );
  assert.deepEqual(devices(await registrar.ofNumber("1001")), ["device-a", "device-b"]);
  assert.deepEqual(devices(await registrar.ofLine("Webphone1")).sort(), ["device-a", "device-b"]);
  assert.deepEqual(devices(await registrar.ofLine("Other")), ["device-c"]);
  assert.deepEqual(await registrar.ofNumber("1003"), []);
});

promise("gives back what was put, to the last field", async (registrar) => {
  const full = aRegistration({ name: "Ada", properties: { skill: ["hu", { level: 2 }] }, ready: false });
  await registrar.put(full);
  assert.deepEqual(await registrar.ofNumber("1001"), [full]);
});

promise("puts a registration in the place of an earlier one of the same device", async (registrar) => {
  await registrar.put(aRegistration());
  await registrar.put(aRegistration({ line: "Other", resume: "resume-2", epoch: "epoch-2" }));
  assert.equal((await registrar.ofNumber("1001")).length, 1);
  assert.deepEqual(await registrar.ofLine("Webphone1"), []);
  assert.equal(await registrar.byResume("resume-a"), undefined);
  assert.equal((await registrar.byResume("resume-2"))?.epoch, "epoch-2");
});

promise("changes only the fields it is told to, and only of the epoch it is told", async (registrar) => {
  await registrar.put(aRegistration());
  assert.equal(await registrar.update(A, { ready: false, since: 99 }, "epoch-1"), true);
  assert.deepEqual(await registrar.ofNumber("1001"), [aRegistration({ ready: false, since: 99 })]);
  assert.equal(await registrar.update(A, { ready: true }, "epoch-0"), false);
  assert.equal(await registrar.update(B, { ready: true }), false);
  assert.equal((await registrar.ofNumber("1001"))[0]?.ready, false);
});

promise("tells exactly one remover, and none of another epoch", async (registrar) => {
  await registrar.put(aRegistration());
  assert.equal(await registrar.remove(A, "epoch-0"), false);
  const removed = await Promise.all(Array.from({ length: 20 }, () => registrar.remove(A, "epoch-1")));
  assert.equal(removed.filter(Boolean).length, 1);
  assert.deepEqual(await registrar.ofNumber("1001"), []);
  assert.equal(await registrar.byResume("resume-a"), undefined);
});

promise(
  "forgets nobody who refreshes, and hides whose time is over until somebody removes them",
  async (registrar) => {
    await registrar.put(aRegistration({ expires: 1000 }));
    await registrar.put(aRegistration({ ...B, resume: "resume-b", expires: 1000 }));
    await registrar.update(A, { expires: 2000 });
    now = 1000;
    assert.deepEqual(devices(await registrar.ofNumber("1001")), ["device-a"]);
    assert.deepEqual(devices(await registrar.ofLine("Webphone1")), ["device-a"]);
    assert.deepEqual(devices(await registrar.due(now)), ["device-b"]);
    assert.equal(await registrar.byResume("resume-b"), undefined);
    assert.equal(await registrar.remove(B), true);
    assert.deepEqual(await registrar.due(now), []);
  },
);

promise("gives nobody back to a sweeper who came back in time", async (registrar) => {
  await registrar.put(aRegistration({ expires: 1000 }));
  now = 1000;
  const [due] = await registrar.due(now);
  await registrar.put(aRegistration({ expires: 9000, epoch: "epoch-2" }));
  assert.equal(await registrar.remove(A, due?.epoch), false);
  assert.deepEqual(devices(await registrar.ofNumber("1001")), ["device-a"]);
});

promise("is well after opening", (registrar) => registrar.check());
