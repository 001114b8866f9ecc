/**
 * What is said to phones that were in a call when this node started, until they are back: whoever comes back first
 * would else speak to nobody.
 *
 * @module
 */
import type { Bus, Calls, Log, Party } from "./ports.ts";
import { GRACE_TIME } from "./sweeper.ts";
import { deviceTopic } from "./topics.ts";

/** One phone's place. */
interface Place {
  readonly texts: string[];
  readonly stop: () => void;
}

/** The places of all phones that were in a call. */
export class Parked {
  readonly #bus: Bus;
  readonly #places = new Map<string, Place>();
  /** Resolves once every place is there. */
  readonly ready: Promise<void>;
  readonly #cancel: () => void;

  /** Listens for the grace time; after that their calls are over. */
  constructor(
    bus: Bus,
    calls: Calls,
    after: (milliseconds: number, task: () => void) => () => void,
    log: Log,
  ) {
    this.#bus = bus;
    this.ready = this.#open(calls).catch((error) => log("warn", "parked", { error: String(error) }));
    this.#cancel = after(GRACE_TIME, () => this.close());
  }

  /** Whether something may wait for this phone. */
  has(party: Party): boolean {
    return this.#places.has(deviceTopic(party));
  }

  /** What has waited for a phone, oldest first. From now on it listens for itself. */
  take(party: Party): readonly string[] {
    const place = this.#places.get(deviceTopic(party));
    this.#places.delete(deviceTopic(party));
    place?.stop();
    return place?.texts ?? [];
  }

  /** Waits for nobody any more. */
  close(): void {
    this.#cancel();
    for (const { stop } of this.#places.values()) stop();
    this.#places.clear();
  }

  async #open(calls: Calls): Promise<void> {
    for (const { caller, callee: { number, device } } of await calls.live()) {
      await this.#listen(caller);
      if (device !== undefined) await this.#listen({ number, device });
    }
  }

  async #listen(party: Party): Promise<void> {
    const topic = deviceTopic(party);
    if (this.#places.has(topic)) return;
    const texts: string[] = [];
    this.#places.set(topic, {
      texts,
      stop: await this.#bus.subscribe(topic, (text) => void texts.push(text)),
    });
  }
}
