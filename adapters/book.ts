/**
 * The book in any SQL that Kysely speaks: written once for SQLite and for what may come beside it.
 *
 * @module
 */
import {
  type Dialect,
  type Expression,
  type ExpressionBuilder,
  type Insertable,
  Kysely,
  type Selectable,
  sql,
  type SqlBool,
  SqliteDialect,
} from "kysely";
import type { Agent, Book, CallHistoryEntry, HistoryFilter, Session, Token } from "../pbx/ports.ts";
import { migrate } from "./book_migrations.ts";
import { kyselyDatabase } from "./sqlite.ts";

/** The tables as they are now; flags are 0 or 1, times are milliseconds since the epoch. */
export interface BookTables {
  lines: { name: string };
  agents: {
    number: string;
    name: string;
    line: string;
    elect: number;
    supervisor: number;
    email: string | null;
    mobile: string | null;
    key_hash: string;
  };
  sessions: { hash: string; number: string; key_hash: string; expires_at: number };
  history: {
    id: string;
    caller: string;
    callee: string;
    created_at: number;
    accepted_at: number | null;
    ended_at: number;
    reason: string;
    ended_by: "caller" | "callee" | null;
  };
  /** The lists are JSON. */
  tokens: { hash: string; line: string; rights: string; expires_at: number; origins: string };
}

/** A {@linkcode Book} in the SQLite file at `path`, brought to today's tables. Throws when it cannot be opened. */
export function sqliteBook(path: string): Promise<Book> {
  return openBook(new SqliteDialect({ database: kyselyDatabase(path) }));
}

async function openBook(dialect: Dialect): Promise<Book> {
  const db = new Kysely<BookTables>({ dialect });
  await migrate(db);
  return new SqlBook(db);
}

class SqlBook implements Book {
  constructor(readonly db: Kysely<BookTables>) {}

  async putAgent(agent: Agent): Promise<void> {
    const { number, ...rest } = agentRow(agent);
    const put = this.db.insertInto("agents").values({ number, ...rest });
    await put.onConflict((conflict) => conflict.column("number").doUpdateSet(rest)).execute();
  }

  async agent(number: string): Promise<Agent | undefined> {
    const row = await this.db.selectFrom("agents").selectAll().where("number", "=", number)
      .executeTakeFirst();
    return row && agentOf(row);
  }

  async agents(line?: string): Promise<readonly Agent[]> {
    const all = this.db.selectFrom("agents").selectAll().orderBy("number");
    const rows = await (line === undefined ? all : all.where("line", "=", line)).execute();
    return rows.map(agentOf);
  }

  removeAgent(number: string): Promise<boolean> {
    return this.db.transaction().execute(async (db) => {
      await db.deleteFrom("sessions").where("number", "=", number).execute();
      const { numDeletedRows } = await db.deleteFrom("agents").where("number", "=", number)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    });
  }

  async putLine(name: string): Promise<void> {
    await this.db.insertInto("lines").values({ name }).onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async hasLine(name: string): Promise<boolean> {
    const row = await this.db.selectFrom("lines").select("name").where("name", "=", name).executeTakeFirst();
    return row !== undefined;
  }

  async lines(): Promise<readonly string[]> {
    const rows = await this.db.selectFrom("lines").select("name").orderBy("name").execute();
    return rows.map(({ name }) => name);
  }

  async putSession({ hash, number, keyHash, expires }: Session): Promise<void> {
    const rest = { number, key_hash: keyHash, expires_at: expires };
    const put = this.db.insertInto("sessions").values({ hash, ...rest });
    await put.onConflict((conflict) => conflict.column("hash").doUpdateSet(rest)).execute();
  }

  async sessionNumber(hash: string, now: number): Promise<string | undefined> {
    const live = this.db.selectFrom("sessions").where("hash", "=", hash).where("expires_at", ">", now);
    const row = await live.innerJoin(
      "agents",
      (join) =>
        join.onRef("agents.number", "=", "sessions.number").onRef(
          "agents.key_hash",
          "=",
          "sessions.key_hash",
        ),
    )
      .select("sessions.number").executeTakeFirst();
    return row?.number;
  }

  async removeSessions(number: string): Promise<void> {
    await this.db.deleteFrom("sessions").where("number", "=", number).execute();
  }

  async putToken(token: Token): Promise<void> {
    const { hash, ...rest } = tokenRow(token);
    const put = this.db.insertInto("tokens").values({ hash, ...rest });
    await put.onConflict((conflict) => conflict.column("hash").doUpdateSet(rest)).execute();
  }

  async token(hash: string): Promise<Token | undefined> {
    const row = await this.db.selectFrom("tokens").selectAll().where("hash", "=", hash).executeTakeFirst();
    return row && tokenOf(row);
  }

  async tokens(): Promise<readonly Token[]> {
    const rows = await this.db.selectFrom("tokens").selectAll().orderBy("expires_at").orderBy("hash")
      .execute();
    return rows.map(tokenOf);
  }

  async removeToken(hash: string): Promise<boolean> {
    const { numDeletedRows } = await this.db.deleteFrom("tokens").where("hash", "=", hash).executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async forgetExpired(before: number): Promise<void> {
    await this.db.deleteFrom("sessions").where("expires_at", "<=", before).execute();
    await this.db.deleteFrom("tokens").where("expires_at", "<=", before).execute();
  }

  async addHistory(entry: CallHistoryEntry): Promise<void> {
    const { id, ...rest } = historyRow(entry);
    const add = this.db.insertInto("history").values({ id, ...rest });
    await add.onConflict((conflict) => conflict.column("id").doUpdateSet(rest)).execute();
  }

  async history(
    most: number,
    filter: HistoryFilter = {},
    skip = 0,
  ): Promise<readonly CallHistoryEntry[]> {
    const meant = this.db.selectFrom("history").selectAll().where((row) => row.and(conditions(row, filter)));
    // Calls of the same moment need an order of their own, or pages could overlap.
    const newest = meant.orderBy("created_at", "desc").orderBy("id", "desc");
    return (await newest.limit(most).offset(skip).execute()).map(historyEntryOf);
  }

  async historyCount(filter: HistoryFilter): Promise<number> {
    const meant = this.db.selectFrom("history").where((row) => row.and(conditions(row, filter)));
    const { count } = await meant.select((row) => row.fn.countAll<number | string>().as("count"))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async check(): Promise<void> {
    await this.db.selectFrom("lines").select("name").limit(1).execute();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.db.destroy();
  }
}

function agentRow(agent: Agent): Insertable<BookTables["agents"]> {
  const { number, name, line, elect, supervisor, email, mobile, keyHash } = agent;
  return {
    number,
    name,
    line,
    elect: Number(elect),
    supervisor: Number(supervisor),
    email: email ?? null,
    mobile: mobile ?? null,
    key_hash: keyHash,
  };
}

function agentOf(row: Selectable<BookTables["agents"]>): Agent {
  const { number, name, line, elect, supervisor, email, mobile, key_hash: keyHash } = row;
  return {
    number,
    name,
    line,
    elect: elect === 1,
    supervisor: supervisor === 1,
    ...(email !== null && { email }),
    ...(mobile !== null && { mobile }),
    keyHash,
  };
}

function tokenRow({ hash, line, rights, expires, origins }: Token): Insertable<BookTables["tokens"]> {
  return {
    hash,
    line,
    rights: JSON.stringify(rights),
    expires_at: expires,
    origins: JSON.stringify(origins),
  };
}

function tokenOf({ hash, line, rights, expires_at, origins }: Selectable<BookTables["tokens"]>): Token {
  return { hash, line, rights: JSON.parse(rights), expires: expires_at, origins: JSON.parse(origins) };
}

type HistoryRow = ExpressionBuilder<BookTables, "history">;

/** One condition for each thing that the filter tells; none of them means every call. */
function conditions(row: HistoryRow, filter: HistoryFilter): Expression<SqlBool>[] {
  const { id, caller, callee, party, since, ends, text } = filter;
  return [
    id === undefined ? [] : [row("id", "=", id)],
    caller === undefined ? [] : [row("caller", "=", caller)],
    callee === undefined ? [] : [row("callee", "=", callee)],
    party === undefined ? [] : [row.or([row("caller", "=", party), row("callee", "=", party)])],
    since === undefined ? [] : [row("created_at", ">=", since)],
    ends === undefined ? [] : [endedLike(row, ends)],
    text === undefined ? [] : [contains(text)],
  ].flat();
}

const endedLike = (row: HistoryRow, ends: NonNullable<HistoryFilter["ends"]>): Expression<SqlBool> =>
  row.or(ends.map(({ reason, endedBy }) =>
    row.and([
      row("reason", "=", reason),
      endedBy === undefined ? row("ended_by", "is", null) : row("ended_by", "=", endedBy),
    ])
  ));

function contains(text: string): Expression<SqlBool> {
  const pattern = `%${text.toLowerCase().replaceAll(/[\\%_]/g, "\\$&")}%`;
  const likes = ["id", "caller", "callee"].map((name) =>
    sql`lower(${sql.ref(name)}) like ${pattern} escape '\\'`
  );
  return sql<SqlBool>`(${sql.join(likes, sql` or `)})`;
}

function historyRow(entry: CallHistoryEntry): Insertable<BookTables["history"]> {
  const { id, caller, callee, createdAt, acceptedAt, endedAt, reason, endedBy } = entry;
  return {
    id,
    caller,
    callee,
    created_at: createdAt,
    accepted_at: acceptedAt ?? null,
    ended_at: endedAt,
    reason,
    ended_by: endedBy ?? null,
  };
}

function historyEntryOf(row: Selectable<BookTables["history"]>): CallHistoryEntry {
  const { id, caller, callee, created_at: createdAt, accepted_at, ended_at: endedAt, reason } = row;
  const endedBy = row.ended_by ?? undefined;
  return { id, caller, callee, createdAt, acceptedAt: accepted_at ?? undefined, endedAt, reason, endedBy };
}
