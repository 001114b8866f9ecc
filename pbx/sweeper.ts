/**
 * Timers are data: what is due stands in the stores, and every node looks for it. A node that dies takes no timer with
 * it, and what two nodes find due is ended by exactly one of them.
 *
 * @module
 */
import { roleOf } from "./advance.ts";
import type { Directory } from "./directory.ts";
import type { CallRecord, Calls, Log, Now, Party, Registrar } from "./ports.ts";
import type { Switchboard } from "./switchboard.ts";

/** How long a phone whose socket was lost stays registered, in milliseconds: within it, it is the same device. */
export const GRACE_TIME = 30_000;

/** How long a call that is over is remembered, in milliseconds, so that late messages find it. */
const MEMORY = 60_000;

/** What the sweeper looks at. */
export interface SweeperParts {
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
  readonly #since: number;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
    this.#since = parts.now();
  }

  /** Looks once. What fails is logged and found again the next time. */
  async sweep(): Promise<void> {
    try {
      await this.#unanswered();
      await this.#vanished();
      await this.#orphans();
      await this.#parts.calls.forget(this.#parts.now() - MEMORY);
    } catch (error) {
      this.#parts.log("warn", "sweep", { error: String(error) });
    }
  }

  async #unanswered(): Promise<void> {
    const { calls, switchboard, now } = this.#parts;
    for (const call of await calls.due(now())) await switchboard.hangUp(call, "no-answer");
  }

  async #vanished(): Promise<void> {
    const { registrar, switchboard, directory, now } = this.#parts;
    for (const registration of await registrar.due(now())) {
      if (!(await registrar.remove(registration, registration.epoch))) continue;
      await switchboard.gone(registration, false);
      await directory.changed(registration.line, registration.number);
    }
  }

  /** Calls that lived through a restart, but whose phones did not come back. */
  async #orphans(): Promise<void> {
    const { calls, switchboard, now } = this.#parts;
    if (now() - this.#since < GRACE_TIME) return;
    for (const call of await calls.live()) {
      if (now() - call.createdAt > GRACE_TIME && await this.#isOrphan(call)) {
        await switchboard.hangUp(call, "failed");
      }
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
