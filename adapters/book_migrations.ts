/**
 * How the book's tables came to be what they are. A migration that was released is never edited: the next one follows.
 *
 * @module
 */
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";

/** Brings the tables of `db` to what today's code expects. Throws "Cannot prepare the book: …". */
export async function migrate<Tables>(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw new Error(`Cannot prepare the book: ${error instanceof Error ? error.message : error}`);
}

/** In the order of their names, which begin with the date. */
const MIGRATIONS: Record<string, Migration> = {
  "2026-11-22 agents, lines, sessions, history": {
    async up(db: Kysely<unknown>): Promise<void> {
      await createAgents(db);
      await createHistory(db);
    },
  },
  "2026-11-23 tokens, who ended a call": {
    async up(db: Kysely<unknown>): Promise<void> {
      await createTokens(db);
      await db.schema.alterTable("history").addColumn("ended_by", "text").execute();
    },
  },
  "2026-11-23 with which key a session began": {
    async up(db: Kysely<unknown>): Promise<void> {
      const none = sql.lit("");
      await db.schema.alterTable("sessions")
        .addColumn("key_hash", "text", (column) => column.notNull().defaultTo(none)).execute();
      // Whoever is signed in stays so: until now, a new key ended the sessions of the old one.
      await sql`UPDATE sessions SET key_hash = agents.key_hash FROM agents WHERE agents.number = sessions.number`
        .execute(db);
    },
  },
  "2026-11-24 address and mobile number of agents": {
    async up(db: Kysely<unknown>): Promise<void> {
      // SQLite adds one column at a time.
      await db.schema.alterTable("agents").addColumn("email", "text").execute();
      await db.schema.alterTable("agents").addColumn("mobile", "text").execute();
    },
  },
};

/** SQLite keeps to the declared types only when asked. */
const strict = sql`STRICT`;

async function createAgents(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable("lines").addColumn("name", "text", (column) => column.primaryKey().notNull())
    .modifyEnd(strict).execute();
  await db.schema.createTable("agents")
    .addColumn("number", "text", (column) => column.primaryKey().notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("line", "text", (column) => column.notNull())
    .addColumn("elect", "integer", (column) => column.notNull())
    .addColumn("supervisor", "integer", (column) => column.notNull())
    .addColumn("key_hash", "text", (column) => column.notNull())
    .modifyEnd(strict).execute();
  await db.schema.createTable("sessions")
    .addColumn("hash", "text", (column) => column.primaryKey().notNull())
    .addColumn("number", "text", (column) => column.notNull())
    .addColumn("expires_at", "integer", (column) => column.notNull())
    .modifyEnd(strict).execute();
  await db.schema.createIndex("sessions_by_number").on("sessions").column("number").execute();
}

async function createHistory(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable("history")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("caller", "text", (column) => column.notNull())
    .addColumn("callee", "text", (column) => column.notNull())
    .addColumn("created_at", "integer", (column) => column.notNull())
    .addColumn("accepted_at", "integer")
    .addColumn("ended_at", "integer", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .modifyEnd(strict).execute();
  await db.schema.createIndex("history_by_age").on("history").column("created_at").execute();
}

async function createTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable("tokens")
    .addColumn("hash", "text", (column) => column.primaryKey().notNull())
    .addColumn("line", "text", (column) => column.notNull())
    .addColumn("rights", "text", (column) => column.notNull())
    .addColumn("expires_at", "integer", (column) => column.notNull())
    .addColumn("origins", "text", (column) => column.notNull())
    .modifyEnd(strict).execute();
}
