/**
 * The ports of one process that need no disk: what is on line, and what one phone tells another. The `Book` and the
 * `Calls` kept here are for tests, where nothing has to outlive the run.
 *
 * @module
 */
import { isOver } from "../protocol/call_state.ts";
import type {
  Agent,
  Book,
  Bus,
  CallHistoryEntry,
  CallRecord,
  Calls,
  Created,
  HistoryFilter,
  Now,
  Party,
  Registrar,
  Registration,
  Session,
  Token,
  Words,
} from "../pbx/ports.ts";

/** A {@linkcode Bus} in memory; a listener that throws is reported to `onError` and stops nobody else. */
export function memoryBus(onError: (error: unknown) => void): Bus {
  return new MemoryBus(onError);
}

/** A {@linkcode Registrar} in memory; `now` tells which registrations are still alive. */
export function memoryRegistrar(now: Now): Registrar {
  return new MemoryRegistrar(now);
}

/** {@linkcode Calls} in memory. */
export function memoryCalls(): Calls {
  return new MemoryCalls();
}

/** A {@linkcode Book} in memory, which forgets everything when it is closed. */
export function memoryBook(): Book {
  return new MemoryBook();
}

/** What all ports in memory share: they are never ill, and closing them only lets go of what they hold. */
abstract class InMemory {
  check(): Promise<void> {
    return Promise.resolve();
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}

type Listener = (text: string) => void;

/** Its own object for each time somebody listens, so that one function can listen twice and leave once. */
interface Subscription {
  readonly listener: Listener;
}

class MemoryBus extends InMemory implements Bus {
  readonly #subscriptions = new Index<Subscription>();
  readonly #waiting: { topic: string; text: string }[] = [];
  #delivering = false;

  constructor(readonly onError: (error: unknown) => void) {
    super();
  }

  /** Delivers at once, but never inside another delivery: a listener that publishes must not overtake its message. */
  publish(topic: string, text: string): void {
    if (this.#delivering) return void this.#waiting.push({ topic, text });
    this.#delivering = true;
    this.#deliver(topic, text);
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#deliver(next.topic, next.text);
    }
    this.#delivering = false;
  }

  subscribe(topic: string, listener: Listener): Promise<() => void> {
    const subscription = { listener };
    this.#subscriptions.add(topic, subscription);
    return Promise.resolve(() => this.#subscriptions.delete(topic, subscription));
  }

  #deliver(topic: string, text: string): void {
    for (const subscription of this.#subscriptions.of(topic)) {
      if (!this.#subscriptions.has(topic, subscription)) continue;
      try {
        subscription.listener(text);
      } catch (error) {
        this.onError(error);
      }
    }
  }
}

/**
 * An index: many values under one word, none left behind when the last one goes. Most words have one value, and a phone
 * stands under seven words: so one value stands there by itself, without a set around it.
 */
class Index<T extends string | object> {
  readonly #values = new Map<string, T | Set<T>>();

  add(word: string, value: T): void {
    const there = this.#values.get(word);
    if (there instanceof Set) there.add(value);
    else this.#values.set(word, there === undefined || there === value ? value : new Set([there, value]));
  }

  delete(word: string, value: T): void {
    const there = this.#values.get(word);
    const isLast = there instanceof Set ? there.delete(value) && there.size === 0 : there === value;
    if (isLast) this.#values.delete(word);
  }

  has(word: string, value: T): boolean {
    const there = this.#values.get(word);
    return there instanceof Set ? there.has(value) : there === value;
  }

  of(word: string): readonly T[] {
    const there = this.#values.get(word);
    return there instanceof Set ? [...there] : there === undefined ? [] : [there];
  }
}

const keyOf = (party: Party): string => `${party.number}\n${party.device}`;

class MemoryRegistrar extends InMemory implements Registrar {
  readonly #byKey = new Map<string, Registration>();
  readonly #byResume = new Map<string, string>();
  readonly #keysOfNumber = new Index<string>();
  readonly #keysOfLine = new Index<string>();

  constructor(readonly now: Now) {
    super();
  }

  put(registration: Registration): Promise<void> {
    const key = keyOf(registration);
    this.#forget(key);
    this.#byKey.set(key, registration);
    this.#byResume.set(registration.resume, key);
    this.#keysOfNumber.add(registration.number, key);
    this.#keysOfLine.add(registration.line, key);
    return Promise.resolve();
  }

  async update(party: Party, change: Partial<Registration>, epoch?: string): Promise<boolean> {
    const stored = this.#stored(party, epoch);
    if (stored) await this.put({ ...stored, ...change, number: party.number, device: party.device });
    return stored !== undefined;
  }

  remove(party: Party, epoch?: string): Promise<boolean> {
    const stored = this.#stored(party, epoch);
    if (stored) this.#forget(keyOf(party));
    return Promise.resolve(stored !== undefined);
  }

  ofNumber(number: string): Promise<readonly Registration[]> {
    return Promise.resolve(this.#live(this.#keysOfNumber.of(number)).sort((a, b) => a.since - b.since));
  }

  ofLine(line: string): Promise<readonly Registration[]> {
    return Promise.resolve(this.#live(this.#keysOfLine.of(line)));
  }

  byResume(resume: string): Promise<Registration | undefined> {
    const key = this.#byResume.get(resume);
    return Promise.resolve(key === undefined ? undefined : this.#live([key])[0]);
  }

  due(now: number): Promise<readonly Registration[]> {
    return Promise.resolve([...this.#byKey.values()].filter((registration) => registration.expires <= now));
  }

  #stored(party: Party, epoch?: string): Registration | undefined {
    const stored = this.#byKey.get(keyOf(party));
    return epoch === undefined || stored?.epoch === epoch ? stored : undefined;
  }

  #live(keys: readonly string[]): Registration[] {
    const now = this.now();
    return keys.flatMap((key) => this.#byKey.get(key) ?? []).filter(({ expires }) => expires > now);
  }

  #forget(key: string): void {
    const stored = this.#byKey.get(key);
    if (!stored) return;
    this.#byKey.delete(key);
    if (this.#byResume.get(stored.resume) === key) this.#byResume.delete(stored.resume);
    this.#keysOfNumber.delete(stored.number, key);
    this.#keysOfLine.delete(stored.line, key);
  }
}

/** Whether `call` is the other way round of `other`, and nobody has accepted it yet. */
const isReverse = (call: CallRecord, other: CallRecord): boolean =>
  call.caller.number === other.callee.number && call.callee.number === other.caller.number &&
  call.state.name !== "established" && call.rung.includes(other.caller.device);

class MemoryCalls extends InMemory implements Calls {
  #words: readonly Words[] = [];

  readonly #calls = new Map<string, CallRecord>();
  readonly #liveOfNumber = new Index<string>();

  create(call: CallRecord): Promise<Created> {
    return Promise.resolve(this.#create(call));
  }

  read(id: string): Promise<CallRecord | undefined> {
    return Promise.resolve(this.#calls.get(id));
  }

  swap(before: CallRecord, after: CallRecord): Promise<boolean> {
    const isFirst = this.#calls.get(before.id)?.version === before.version;
    if (isFirst) this.#write(after);
    return Promise.resolve(isFirst);
  }

  live(): Promise<readonly CallRecord[]> {
    return Promise.resolve([...this.#calls.values()].filter((call) => !isOver(call.state)));
  }

  ofNumber(number: string): Promise<readonly CallRecord[]> {
    return Promise.resolve(this.#ofNumber(number));
  }

  async due(now: number): Promise<readonly CallRecord[]> {
    return (await this.live()).filter(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now);
  }

  leaveWords(words: readonly Words[]): Promise<void> {
    this.#words = [...this.#words, ...words];
    return Promise.resolve();
  }

  takeWords(): Promise<readonly Words[]> {
    const words = this.#words;
    this.#words = [];
    return Promise.resolve(words);
  }

  forget(now: number): Promise<void> {
    for (const [id, call] of this.#calls) {
      if ((call.expiresAt ?? Infinity) <= now && isOver(call.state)) this.#calls.delete(id);
    }
    return Promise.resolve();
  }

  #create(call: CallRecord): Created {
    if (this.#calls.has(call.id)) return { outcome: "duplicate" };
    const ofCaller = this.#ofNumber(call.caller.number);
    const reverse = ofCaller.find((other) => isReverse(other, call));
    if (reverse) return { outcome: "glare", reverse };
    const isBusy = ofCaller.length > 0 || this.#ofNumber(call.callee.number).length > 0;
    if (call.elected && isBusy) return { outcome: "busy" };
    this.#write(call);
    return { outcome: "created" };
  }

  #ofNumber(number: string): readonly CallRecord[] {
    return this.#liveOfNumber.of(number).flatMap((id) => this.#calls.get(id) ?? []);
  }

  #write(call: CallRecord): void {
    this.#calls.set(call.id, call);
    for (const number of [call.caller.number, call.callee.number]) {
      if (isOver(call.state)) this.#liveOfNumber.delete(number, call.id);
      else this.#liveOfNumber.add(number, call.id);
    }
  }
}

class MemoryBook extends InMemory implements Book {
  readonly #agents = new Map<string, Agent>();
  readonly #lines = new Set<string>();
  readonly #sessions = new Map<string, Session>();
  readonly #tokens = new Map<string, Token>();
  readonly #history = new Map<string, CallHistoryEntry>();

  async putAgent(agent: Agent): Promise<void> {
    await Promise.resolve(this.#agents.set(agent.number, agent));
  }

  agent(number: string): Promise<Agent | undefined> {
    return Promise.resolve(this.#agents.get(number));
  }

  agents(line?: string): Promise<readonly Agent[]> {
    const all = [...this.#agents.values()].filter((agent) => line === undefined || agent.line === line);
    return Promise.resolve(all.sort((a, b) => (a.number < b.number ? -1 : 1)));
  }

  async removeAgent(number: string): Promise<boolean> {
    await this.removeSessions(number);
    return this.#agents.delete(number);
  }

  async putLine(name: string): Promise<void> {
    await Promise.resolve(this.#lines.add(name));
  }

  hasLine(name: string): Promise<boolean> {
    return Promise.resolve(this.#lines.has(name));
  }

  lines(): Promise<readonly string[]> {
    return Promise.resolve([...this.#lines].sort());
  }

  async putSession(session: Session): Promise<void> {
    await Promise.resolve(this.#sessions.set(session.hash, session));
  }

  sessionNumber(hash: string, now: number): Promise<string | undefined> {
    const session = this.#sessions.get(hash);
    if (!session || session.expires <= now) return Promise.resolve(undefined);
    const { number, keyHash } = session;
    return Promise.resolve(this.#agents.get(number)?.keyHash === keyHash ? number : undefined);
  }

  removeSessions(number: string): Promise<void> {
    for (const [hash, session] of this.#sessions) if (session.number === number) this.#sessions.delete(hash);
    return Promise.resolve();
  }

  async putToken(token: Token): Promise<void> {
    await Promise.resolve(this.#tokens.set(token.hash, token));
  }

  token(hash: string): Promise<Token | undefined> {
    return Promise.resolve(this.#tokens.get(hash));
  }

  tokens(): Promise<readonly Token[]> {
    const all = [...this.#tokens.values()];
    return Promise.resolve(all.sort((a, b) => a.expires - b.expires || (a.hash < b.hash ? -1 : 1)));
  }

  removeToken(hash: string): Promise<boolean> {
    return Promise.resolve(this.#tokens.delete(hash));
  }

  forgetExpired(before: number): Promise<void> {
    for (const kept of [this.#sessions, this.#tokens]) {
      for (const [hash, { expires }] of kept) if (expires <= before) kept.delete(hash);
    }
    return Promise.resolve();
  }

  async addHistory(entry: CallHistoryEntry): Promise<void> {
    await Promise.resolve(this.#history.set(entry.id, entry));
  }

  history(
    most: number,
    filter: HistoryFilter = {},
    skip = 0,
  ): Promise<readonly CallHistoryEntry[]> {
    const newest = this.#meant(filter).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    return Promise.resolve(newest.slice(skip, skip + most));
  }

  historyCount(filter: HistoryFilter): Promise<number> {
    return Promise.resolve(this.#meant(filter).length);
  }

  #meant(filter: HistoryFilter): CallHistoryEntry[] {
    return [...this.#history.values()].filter((entry) => isMeant(entry, filter));
  }
}

function isMeant(entry: CallHistoryEntry, { since, ends, text, ...exact }: HistoryFilter): boolean {
  const { id, caller, callee, createdAt, reason, endedBy } = entry;
  const fits = <T>(wanted: T | undefined, is: T) => wanted === undefined || wanted === is;
  return fits(exact.id, id) && fits(exact.caller, caller) && fits(exact.callee, callee) &&
    (exact.party === undefined || [caller, callee].includes(exact.party)) &&
    (since === undefined || createdAt >= since) &&
    (ends === undefined || ends.some((end) => end.reason === reason && end.endedBy === endedBy)) &&
    (text === undefined ||
      [id, caller, callee].some((word) => word.toLowerCase().includes(text.toLowerCase())));
}
