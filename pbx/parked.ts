/**
 * What is said to phones that were in a call when this node started, until they are back: whoever comes back first
 * would else speak to nobody.
 *
 * @module
 */
import type { Bus, Calls, Log, Party, Registrar, Words } from "./ports.ts";
import { GRACE_TIME } from "./times.ts";
import { deviceTopic, evictTopic } from "./topics.ts";

/** More than this does not wait for one phone: within the grace time only a flood is more. */
export const MOST_PARKED = 1000;

/** What parking needs. */
export interface ParkedParts {
  readonly bus: Bus;
  readonly calls: Calls;
  readonly registrar: Registrar;
  readonly after: (milliseconds: number, task: () => void) => () => void;
  readonly log: Log;
}

/** One phone's place. */
interface Place extends Party {
  readonly texts: string[];
  readonly stop: () => void;
}

/** The places of all phones that were in a call and are nowhere. */
export class Parked {
  readonly #parts: ParkedParts;
  readonly #places = new Map<string, Place>();
  /** The topics of places where not all could wait. */
  readonly #full = new Set<string>();
  /** Resolves once every place is there. */
  readonly ready: Promise<void>;
  readonly #cancel: () => void;

  /** Listens for the grace time; after that their calls are over. */
  constructor(parts: ParkedParts) {
    this.#parts = parts;
    this.ready = this.#open().catch((error) => parts.log("warn", "parked", { error: String(error) }));
    this.#cancel = parts.after(GRACE_TIME, () => void this.close());
  }

  /** The number that a device of a live call had before this node started: a web client keeps it. */
  numberOf(device: string): string | undefined {
    return [...this.#places.values()].find((place) => place.device === device)?.number;
  }

  /** Whether something may wait for this phone. */
  has(party: Party): boolean {
    // Asked for every message of a call, and mostly nobody is waited for.
    return this.#places.size > 0 && this.#places.has(deviceTopic(party));
  }

  /** What has waited for a phone, oldest first. From now on it listens for itself. */
  take(party: Party): readonly string[] {
    const place = this.#places.get(deviceTopic(party));
    this.#places.delete(deviceTopic(party));
    place?.stop();
    return place?.texts ?? [];
  }

  /** Waits for nobody any more, and gives what has waited. */
  close(): readonly Words[] {
    this.#cancel();
    const places = [...this.#places.values()];
    for (const { stop } of places) stop();
    this.#places.clear();
    return places.map(({ number, device, texts }) => ({ number, device, texts }));
  }

  async #open(): Promise<void> {
    for (const { caller, callee: { number, device } } of await this.#parts.calls.live()) {
      await this.#listen(caller);
      if (device !== undefined) await this.#listen({ number, device });
    }
    for (const { texts, ...party } of await this.#parts.calls.takeWords()) {
      await this.#listen(party);
      this.#places.get(deviceTopic(party))?.texts.unshift(...texts);
    }
  }

  async #listen(party: Party): Promise<void> {
    const topic = deviceTopic(party);
    if (this.#places.has(topic)) return;
    const { bus, registrar } = this.#parts;
    const texts: string[] = [];
    const stops = await Promise.all([
      bus.subscribe(topic, (text) => this.#park(texts, text, party)),
      // It has come back to another node.
      bus.subscribe(evictTopic(party), () => void this.take(party)),
    ]);
    this.#places.set(topic, { ...party, texts, stop: () => stops.forEach((stop) => stop()) });
    // A phone that another node holds hears all by itself, and must not hear it again when it comes here.
    const devices = await registrar.ofNumber(party.number);
    if (devices.some(({ device }) => device === party.device)) this.take(party);
  }

  #park(texts: string[], text: string, party: Party): void {
    texts.push(text);
    if (texts.length <= MOST_PARKED) return;
    texts.shift();
    const topic = deviceTopic(party);
    if (!this.#full.has(topic)) this.#parts.log("warn", "parked-too-much", { number: party.number });
    this.#full.add(topic);
  }
}
