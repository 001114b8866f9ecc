/**
 * Live calls in SQLite: they outlive a restart of the process, so that phones which come back find their calls.
 *
 * @module
 */
import type { CallRecord, Calls, Created, Words } from "../pbx/ports.ts";
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
  CREATE TABLE IF NOT EXISTS words (
    number TEXT NOT NULL,
    device TEXT NOT NULL,
    texts TEXT NOT NULL
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
  leave: "INSERT INTO words (number, device, texts) VALUES (?, ?, ?)",
  take: "DELETE FROM words RETURNING number, device, texts",
} as const;

/**
 * Each message of a call asks for its record, and a read of SQLite (locks, a row, JSON) takes longer than all else that
 * is done with a message. So what was read or written is kept for a moment; who moves a call asks the file all the same.
 */
class SqliteCalls implements Calls {
  readonly #run: Record<keyof typeof SQL, Statement>;
  readonly #known = new Map<string, CallRecord>();
  readonly #knownOfNumber = new Map<string, readonly CallRecord[]>();

  constructor(readonly database: Database) {
    database.exec(SCHEMA);
    const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#run = Object.fromEntries(prepared) as Record<keyof typeof SQL, Statement>;
  }

  create(call: CallRecord): Promise<Created> {
    return this.#settled(() => atomically(this.database, () => this.#create(call)));
  }

  read(id: string): Promise<CallRecord | undefined> {
    return this.#settled(() => this.#known.get(id) ?? this.#read(id));
  }

  swap(before: CallRecord, after: CallRecord): Promise<boolean> {
    return this.#settled(() => this.#swap(before, after));
  }

  live(): Promise<readonly CallRecord[]> {
    return this.#settled(() => records(this.#run.live.all()));
  }

  ofNumber(number: string): Promise<readonly CallRecord[]> {
    return this.#settled(() => this.#knownOfNumber.get(number) ?? this.#readOfNumber(number));
  }

  due(now: number): Promise<readonly CallRecord[]> {
    return this.#settled(() => records(this.#run.due.all(now)));
  }

  forget(now: number): Promise<void> {
    // The sweeper comes by every second: what another process has changed in the file is seen by then.
    this.#known.clear();
    this.#knownOfNumber.clear();
    return this.#settled(() => void this.#run.forget.run(now));
  }

  leaveWords(words: readonly Words[]): Promise<void> {
    return this.#settled(() =>
      atomically(this.database, () => {
        for (const { number, device, texts } of words) {
          this.#run.leave.run(number, device, JSON.stringify(texts));
        }
      })
    );
  }

  takeWords(): Promise<readonly Words[]> {
    return this.#settled(() => {
      const rows = this.#run.take.all() as { number: string; device: string; texts: string }[];
      return rows.map(({ number, device, texts }) => ({ number, device, texts: JSON.parse(texts) }));
    });
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
    const columns = moving(call);
    this.#run.insert.run(...columns, caller, callee, call.createdAt, call.id);
    this.#know(columns);
    return { outcome: "created" };
  }

  #swap(before: CallRecord, after: CallRecord): boolean {
    const columns = moving(after);
    // Until it is written, the file alone is right.
    this.#known.delete(before.id);
    const isFirst = this.#run.swap.run(...columns, before.id, before.version).changes === 1;
    if (isFirst) this.#know(columns);
    return isFirst;
  }

  #read(id: string): CallRecord | undefined {
    const [call] = records(this.#run.read.all(id));
    if (call) this.#known.set(id, call);
    return call;
  }

  #readOfNumber(number: string): readonly CallRecord[] {
    const calls = this.#ofNumber(number);
    this.#knownOfNumber.set(number, calls);
    return calls;
  }

  /** Just what would be read from the file. */
  #know([, , , record]: Columns): void {
    const call: CallRecord = JSON.parse(record);
    this.#known.set(call.id, call);
    this.#knownOfNumber.delete(call.caller.number);
    this.#knownOfNumber.delete(call.callee.number);
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
type Columns = readonly [version: number, state: string, expiresAt: number | null, record: string];

function moving(call: CallRecord): Columns {
  return [call.version, call.state.name, call.expiresAt ?? null, JSON.stringify(call)];
}

const records = (rows: readonly unknown[]): readonly CallRecord[] =>
  (rows as { record: string }[]).map(({ record }) => JSON.parse(record));
