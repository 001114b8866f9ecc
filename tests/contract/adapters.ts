/**
 * Every adapter of every port, opened afresh for each test and closed after it.
 *
 * @module
 */
import { memoryBook, memoryBus, memoryCalls, memoryRegistrar } from "../../adapters/memory.ts";
import { sqliteCalls } from "../../adapters/sqlite_calls.ts";
import { sqliteBook } from "../../adapters/book.ts";
import type { Book, Bus, CallRecord, Calls, Now, Registrar, Registration } from "../../pbx/ports.ts";

/** Adapters of one port by name; `folder` is empty and theirs. */
export type Adapters<P, Options = void> = Record<
  string,
  (folder: string, options: Options) => P | Promise<P>
>;

/** All adapters of `Bus`; they report what listeners throw. */
export const BUSES: Adapters<Bus, (error: unknown) => void> = {
  memory: (_folder, onError) => memoryBus(onError),
};

/** All adapters of `Registrar`. */
export const REGISTRARS: Adapters<Registrar, Now> = {
  memory: (_folder, now) => memoryRegistrar(now),
};

/** All adapters of `Calls`. */
export const CALLS: Adapters<Calls> = {
  memory: () => memoryCalls(),
  sqlite: (folder) => sqliteCalls(`${folder}/calls.sqlite`),
};

/** All adapters of `Book`. */
export const BOOKS: Adapters<Book> = {
  memory: () => memoryBook(),
  sqlite: (folder) => sqliteBook(`${folder}/book.sqlite`),
};

/** Makes one test of each promise and adapter, with leak sanitizers on. */
export function holdTo<P extends AsyncDisposable, Options>(
  port: string,
  adapters: Adapters<P, Options>,
  promise: string,
  options: Options,
  test: (port: P) => Promise<void>,
): void {
  for (const [name, open] of Object.entries(adapters)) {
    Deno.test({
      name: `${port} (${name}): ${promise}`,
      sanitizeOps: true,
      sanitizeResources: true,
      fn: async () => {
        const folder = await Deno.makeTempDir();
        try {
          await using opened = await open(folder, options);
          await test(opened);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      },
    });
  }
}

/** A call that 1001 dials to 1002 at the time 1000, with what the test changes. */
export function aCall(id: string, change: Partial<CallRecord> = {}): CallRecord {
  return {
    id,
    caller: { number: "1001", device: "device-a" },
    callee: { number: "1002" },
    rung: ["device-b"],
    line: "webphone",
    state: { name: "inviting" },
    early: true,
    elected: false,
    createdAt: 1000,
    expiresAt: 61_000,
    version: 0,
    ...change,
  };
}

/** A registration of 1001 that lasts until the time 1000, with what the test changes. */
export function aRegistration(change: Partial<Registration> = {}): Registration {
  return {
    number: "1001",
    device: "device-a",
    line: "Webphone1",
    rights: ["calls"],
    ready: true,
    since: 10,
    resume: "resume-a",
    epoch: "epoch-1",
    expires: 1000,
    ...change,
  };
}
