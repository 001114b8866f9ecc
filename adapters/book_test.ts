import assert from "node:assert/strict";
import { sqliteBook } from "./book.ts";
import { openDatabase } from "./sqlite.ts";

const AGENT = { number: "1001", name: "Ada", line: "Webphone1", elect: true, supervisor: false };

Deno.test("a browser that was signed in before sessions knew their key stays signed in, until the next link", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/book.sqlite`;
  try {
    {
      await using book = await sqliteBook(path);
      await book.putAgent({ ...AGENT, keyHash: "key" });
    }
    const database = openDatabase(path);
    database.exec("ALTER TABLE sessions DROP COLUMN key_hash");
    for (const column of ["email", "mobile"]) database.exec(`ALTER TABLE agents DROP COLUMN ${column}`);
    database.exec("DELETE FROM kysely_migration WHERE name >= '2026-11-23 with which key a session began'");
    database.exec("INSERT INTO sessions VALUES ('hash-1', '1001', 100), ('hash-2', '1009', 100)");
    database.close();

    await using book = await sqliteBook(path);
    assert.equal(await book.sessionNumber("hash-1", 0), "1001");
    assert.equal(await book.sessionNumber("hash-2", 0), undefined);
    await book.putAgent({ ...AGENT, keyHash: "other" });
    assert.equal(await book.sessionNumber("hash-1", 0), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
