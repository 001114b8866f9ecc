import assert from "node:assert/strict";
import { aCall } from "../tests/contract/adapters.ts";
import { sqliteCalls } from "./sqlite_calls.ts";

async function withFile(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/calls.sqlite`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("calls outlive the process", async () => {
  await withFile(async (path) => {
    const call = aCall("call-0001");
    {
      await using calls = sqliteCalls(path);
      await calls.create(call);
    }
    await using again = sqliteCalls(path);
    assert.deepEqual(await again.live(), [call]);
  });
});

Deno.test("of two processes on one file exactly one swaps", async () => {
  await withFile(async (path) => {
    await using one = sqliteCalls(path);
    await using other = sqliteCalls(path);
    const call = aCall("call-0001");
    await one.create(call);
    const after = { ...call, state: { name: "ringing" as const }, version: 1 };
    assert.deepEqual([await other.swap(call, after), await one.swap(call, after)], [true, false]);
    assert.deepEqual(await one.create(aCall("call-0001")), { outcome: "duplicate" });
  });
});

Deno.test("a file that is no database is refused in words", async () => {
  await withFile(async (path) => {
    await Deno.writeTextFile(path, "this is not a database, however long one looks at it");
    assert.throws(() => sqliteCalls(path), { message: /^Cannot open database .*: file is not a database$/ });
  });
});

Deno.test("what another process has done to a call is seen after the next sweep, and at once by who moves it", async () => {
  await withFile(async (path) => {
    await using one = sqliteCalls(path);
    await using other = sqliteCalls(path);
    const call = aCall("call-0001");
    await one.create(call);
    assert.equal((await other.read(call.id))?.version, 0);
    const ringing = { ...call, state: { name: "ringing" as const }, version: 1 };
    assert.ok(await one.swap(call, ringing));
    assert.ok(!await other.swap(call, ringing), "it is not moved by who knows less");
    assert.equal((await other.read(call.id))?.version, 1, "who has lost reads it anew");
    assert.ok(await one.swap(ringing, { ...ringing, version: 2 }));
    await other.forget(0);
    assert.equal((await other.read(call.id))?.version, 2);
  });
});
