/**
 * How every store of ours opens SQLite: a write-ahead log, so that reading never waits for writing, and patience with
 * another process (the `agent` command) that writes to the same file.
 *
 * @module
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

export type { DatabaseSync as Database, StatementSync as Statement };

const BUSY_MILLISECONDS = 5000;
/** History can be asked for in more ways than are worth keeping. */
const MOST_PREPARED = 100;

/** Opens or creates the database at `path`. Throws "Cannot open …" in words. */
export function openDatabase(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA busy_timeout = ${BUSY_MILLISECONDS}`);
    database.exec("PRAGMA journal_mode = WAL");
    // A crash of the machine may lose the last moments, never the file; a crash of the process loses nothing.
    database.exec("PRAGMA synchronous = NORMAL");
    return database;
  } catch (error) {
    throw new Error(`Cannot open database ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Runs `work` in one IMMEDIATE transaction: what it reads cannot change before it writes. */
export function atomically<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/** A statement in the shape that Kysely's dialect for SQLite was made for. */
interface KyselyStatement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
}

/** Opens the database at `path` in the shape that Kysely's dialect for SQLite was made for. Throws in words. */
export function kyselyDatabase(path: string): { close(): void; prepare(sql: string): KyselyStatement } {
  const database = openDatabase(path);
  // The queries are few and asked again and again, and preparing one takes longer than its answer.
  const prepared = new Map<string, KyselyStatement>();
  const prepare = (sql: string): KyselyStatement => {
    const statement = prepared.get(sql) ?? kyselyStatement(database.prepare(sql));
    if (prepared.size < MOST_PREPARED) prepared.set(sql, statement);
    return statement;
  };
  return { close: () => database.close(), prepare };
}

function kyselyStatement(statement: StatementSync): KyselyStatement {
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}
