/**
 * Live calls in SQLite: they outlive a restart of the process, so that phones which come back find their calls.
 *
 * @module
 */
import type { CallRecord, Calls, Created } from "../pbx/ports.ts";
import { atomically, type Database, openDatabase, type Statement } from "./sqlite.ts";

/** {@linkcode Calls} in the SQLite file at `path`. Throws when it cannot be opened. */
export function sqliteCalls(path: string): Calls {
  return new SqliteCalls(openDatabase(path));
}

/** What is asked for stands in columns; the record itself is JSON, as only its version is ever compared. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    caller TEXT NOT NULL,
    callee TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS live_by_caller ON calls (caller) WHERE state <> 'ended';
  CREATE INDEX IF NOT EXISTS live_by_callee ON calls (callee) WHERE state <> 'ended';
  CREATE INDEX IF NOT EXISTS live_by_expiry ON calls (expires_at) WHERE state <> 'ended';
  CREATE INDEX IF NOT EXISTS over_by_expiry ON calls (expires_at) WHERE state = 'ended';
`;

const SQL = {
  read: "SELECT record FROM calls WHERE id = ?",
  live: "SELECT record FROM calls WHERE state <> 'ended' ORDER BY created_at",
  // Two halves, for an OR over two columns uses neither of the two partial indexes.
  ofNumber: `SELECT record FROM calls WHERE caller = ? AND state <> 'ended'
    UNION SELECT record FROM calls WHERE callee = ? AND state <> 'ended'`,
  reverse:
    "SELECT record FROM calls WHERE caller = ? AND callee = ? AND state IN ('inviting', 'ringing') AND state <> 'ended'",
  due: "SELECT record FROM calls WHERE expires_at <= ? AND state <> 'ended'",
  insert: `INSERT INTO calls (version, state, expires_at, record, caller, callee, created_at, id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  swap: "UPDATE calls SET version = ?, state = ?, expires_at = ?, record = ? WHERE id = ? AND version = ?",
  forget: "DELETE FROM calls WHERE expires_at <= ? AND state = 'ended'",
} as const;

class SqliteCalls implements Calls {
  readonly #run: Record<keyof typeof SQL, Statement>;

  constructor(readonly database: Database) {
    database.exec(SCHEMA);
    const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#run = Object.fromEntries(prepared) as Record<keyof typeof SQL, Statement>;
  }

  create(call: CallRecord): Promise<Created> {
    return this.#settled(() => atomically(this.database, () => this.#create(call)));
  }

  read(id: string): Promise<CallRecord | undefined> {
    return this.#settled(() => records(this.#run.read.all(id))[0]);
  }

  swap(before: CallRecord, after: CallRecord): Promise<boolean> {
    return this.#settled(() => this.#run.swap.run(...moving(after), before.id, before.version).changes === 1);
  }

  live(): Promise<readonly CallRecord[]> {
    return this.#settled(() => records(this.#run.live.all()));
  }

  ofNumber(number: string): Promise<readonly CallRecord[]> {
    return this.#settled(() => this.#ofNumber(number));
  }

  due(now: number): Promise<readonly CallRecord[]> {
    return this.#settled(() => records(this.#run.due.all(now)));
  }

  forget(now: number): Promise<void> {
    return this.#settled(() => void this.#run.forget.run(now));
  }

  check(): Promise<void> {
    return this.#settled(() => void this.#run.read.all(""));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#settled(() => this.database.close());
  }

  #create(call: CallRecord): Created {
    const [caller, callee] = [call.caller.number, call.callee.number];
    if (this.#run.read.all(call.id).length > 0) return { outcome: "duplicate" };
    const crossing = records(this.#run.reverse.all(callee, caller));
    const reverse = crossing.find(({ rung }) => rung.includes(call.caller.device));
    if (reverse) return { outcome: "glare", reverse };
    const isBusy = () => this.#ofNumber(caller).length > 0 || this.#ofNumber(callee).length > 0;
    if (call.elected && isBusy()) return { outcome: "busy" };
    this.#run.insert.run(...moving(call), caller, callee, call.createdAt, call.id);
    return { outcome: "created" };
  }

  #ofNumber(number: string): readonly CallRecord[] {
    return records(this.#run.ofNumber.all(number, number));
  }

  /** `node:sqlite` answers at once, or throws at once: the port promises a promise in both cases. */
  #settled<T>(ask: () => T): Promise<T> {
    return new Promise((resolve) => resolve(ask()));
  }
}

/** The columns that every change of a call writes, in the order of the statements. */
function moving(call: CallRecord): [number, string, number | null, string] {
  return [call.version, call.state.name, call.expiresAt ?? null, JSON.stringify(call)];
}

const records = (rows: readonly unknown[]): readonly CallRecord[] =>
  (rows as { record: string }[]).map(({ record }) => JSON.parse(record));
