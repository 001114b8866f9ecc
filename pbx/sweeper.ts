/**
 * Timers are data: what is due stands in the stores, and every node looks for it. A node that dies takes no timer with
 * it, and what two nodes find due is ended by exactly one of them.
 *
 * @module
 */
import { roleOf } from "./advance.ts";
import type { Directory } from "./directory.ts";
import type { Book, CallRecord, Calls, Log, Now, Party, Registrar, Registration } from "./ports.ts";
import type { Switchboard } from "./switchboard.ts";
import { GRACE_TIME } from "./times.ts";

/** How often the book is rid of what was kept for a time only, in milliseconds. */
export const FORGETTING = 3_600_000;

/** What the sweeper looks at. */
export interface SweeperParts {
  readonly book: Book;
  readonly calls: Calls;
  readonly registrar: Registrar;
  readonly switchboard: Switchboard;
  readonly directory: Directory;
  readonly now: Now;
  readonly log: Log;
}

/** Ends what is due. */
export class Sweeper {
  readonly #parts: SweeperParts;
  /** When all calls were last looked at; at first when we began, for phones need time to come back. */
  #lookedAt: number;
  /** When the book last forgot; at first never, for a server may be started every day. */
  #forgotAt = -Infinity;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
    this.#lookedAt = parts.now();
  }

  /** Looks once. What fails is logged, stops nothing else, and is found again the next time. */
  async sweep(): Promise<void> {
    const { calls, now } = this.#parts;
    await this.#try(() => this.#tooLate());
    await this.#try(() => this.#vanished());
    await this.#try(() => this.#orphans());
    await this.#try(() => calls.forget(now()));
    await this.#try(() => this.#expired());
  }

  async #try(task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#parts.log("warn", "sweep", { error: String(error) });
    }
  }

  async #expired(): Promise<void> {
    const { book, now } = this.#parts;
    if (now() - this.#forgotAt < FORGETTING) return;
    // Before it is done: what fails waits for the next time, for nothing depends on it.
    this.#forgotAt = now();
    await book.forgetExpired(now());
  }

  async #tooLate(): Promise<void> {
    const { calls, switchboard, now } = this.#parts;
    for (const call of await calls.due(now())) await this.#try(() => switchboard.tooLate(call));
  }

  async #vanished(): Promise<void> {
    const { registrar, now } = this.#parts;
    for (const registration of await registrar.due(now())) await this.#try(() => this.#takeOff(registration));
  }

  async #takeOff(registration: Registration): Promise<void> {
    const { registrar, switchboard, directory } = this.#parts;
    if (!(await registrar.remove(registration, registration.epoch))) return;
    await switchboard.gone(registration, false);
    await directory.changed(registration.line, registration.number);
  }

  /** Calls that lived through a restart, but whose phones did not come back. A look at all calls, so not a frequent one. */
  async #orphans(): Promise<void> {
    const { calls, switchboard, now } = this.#parts;
    if (now() - this.#lookedAt < GRACE_TIME) return;
    this.#lookedAt = now();
    for (const call of await calls.live()) {
      const isOld = now() - call.createdAt > GRACE_TIME;
      if (isOld && await this.#isOrphan(call)) await this.#try(() => switchboard.hangUp(call, "failed"));
    }
  }

  async #isOrphan(call: CallRecord): Promise<boolean> {
    const parties: Party[] = [call.caller];
    const { number, device } = call.callee;
    if (device !== undefined) parties.push({ number, device });
    for (const party of parties) {
      const devices = await this.#parts.registrar.ofNumber(party.number);
      if (!devices.some((device) => roleOf(call, device))) return true;
    }
    return false;
  }
}
