/**
 * Exactly once, over sockets that die: both ends count what they send and what arrives, from the first `registered` on.
 * Nothing of this travels with the messages, for a socket neither loses nor reorders; only who comes back says how much
 * had arrived, and the other end says the rest again.
 *
 * @module
 */

/** Messages that are not counted: those that make the line, and those that a snapshot makes void. */
const UNCOUNTED = new Set([
  "register",
  "unregister",
  "ping",
  "registered",
  "denied",
  "presence",
  "sessions",
  "probe",
  "pong",
  "restart",
  "ice",
]);

/** Whether messages of this type are counted. */
export const isCounted = (type: string): boolean => !UNCOUNTED.has(type);

/** Whether this message, as JSON, is a description: an old one would undo what was negotiated since. */
export const isDescription = (text: string): boolean => /^{"type":"(offer|answer)"/.test(text);

/** Tells what is said again, after a restart of the PBX, from what is new. */
export class Newest {
  readonly #newest = new Map<string, number>();

  /** Whether `n`, which grows with each message of that call, is greater than all before; with no `n` it always is. */
  isNews({ call, n = Infinity }: { readonly call: string; readonly n?: number | undefined }): boolean {
    const isNews = n > (this.#newest.get(call) ?? -1);
    if (isNews && n < Infinity) this.#newest.set(call, n);
    return isNews;
  }
}

/** One end's account of one line. */
export class Delivery {
  /** How many were sent and are known to have arrived. */
  #settled = 0;
  #waiting: string[] = [];
  #received = 0;

  /** How many messages of the other end have arrived. */
  get received(): number {
    return this.#received;
  }

  /** How many messages are not known to have arrived. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Remembers a message until it is known to have arrived. */
  sent(text: string): void {
    this.#waiting.push(text);
  }

  /** A message of the other end has arrived. */
  arrived(): void {
    this.#received++;
  }

  /** The other end says that `count` messages have arrived there in all: they need not be remembered any more. */
  settle(count: number): void {
    const news = Math.min(Math.max(count - this.#settled, 0), this.#waiting.length);
    this.#waiting.splice(0, news);
    this.#settled += news;
  }

  /** What has to be said again, oldest first. */
  rest(): readonly string[] {
    return this.#waiting;
  }

  /** The other end knows nothing of this line any more: it counts from nothing, and gets what waits and still `counts`. */
  restart(counts: (text: string) => boolean = () => true): void {
    this.#settled = 0;
    this.#received = 0;
    this.#waiting = this.#waiting.filter(counts);
  }
}
