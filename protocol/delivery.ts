/**
 * Exactly once, over sockets that die: both ends count what they send and what arrives, from the first `registered` on.
 * Nothing of this travels with the messages, for a socket neither loses nor reorders; only who comes back says how much
 * had arrived, and the other end says the rest again.
 *
 * @module
 */

/**
 * How the types of messages begin that are not counted: those that make the line, those that a snapshot makes void, and
 * those of links.
 */
const UNCOUNTED = /^((un)?register|denied|presence|sessions|p[io]ng|probe|restart|ice|link)/;

/** Whether messages of this type are counted. */
export const isCounted = (type: string): boolean => !UNCOUNTED.test(type);

/** A description, as JSON: an old one would undo what was negotiated since. */
export const DESCRIPTION = /^{"type":"(offer|answer)"/;

/** Whether this message, as JSON, does no harm when it comes twice: by `n` or `id` it is told from what came before. */
export const mayComeTwice = (text: string): boolean => /"(n|id)"/.test(text);

/** Tells what is said again, after a restart of the PBX, from what is new. */
export class Newest {
  readonly #newest = new Map<string, number>();

  /** Whether `n`, which grows with each message of that call, is greater than all before; with no `n` it always is. */
  isNews({ call, n }: { readonly call: string; readonly n?: number | undefined }): boolean {
    if (n === undefined) return true;
    const isNews = n > (this.#newest.get(call) ?? -1);
    if (isNews) this.#newest.set(call, n);
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
  get outstanding(): number {
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

  /** The other end says that `count` messages have arrived there in all; answers those that need not be remembered now. */
  settle(count: number): readonly string[] {
    const news = this.#waiting.splice(0, count - this.#settled);
    this.#settled += news.length;
    return news;
  }

  /** What has to be said again, oldest first. */
  rest(): readonly string[] {
    return this.#waiting;
  }

  /**
   * The other end knows nothing of this line any more: it counts from nothing, and gets what had arrived there `earlier`
   * and what waits, but no description: whoever waits for an answer offers again.
   */
  restart(earlier: readonly string[] = []): void {
    this.#settled = 0;
    this.#received = 0;
    this.#waiting = [...earlier, ...this.#waiting.filter((text) => !DESCRIPTION.test(text))];
  }
}
