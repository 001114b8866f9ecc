/**
 * Cables between phones and the PBX that carry what is said in an order of their own.
 *
 * @module
 */

/** All that is on its way, one queue for each direction of each cable: within one the order is kept. */
export class Cables {
  readonly #queues: (() => void)[][] = [];

  /** A new direction. */
  lay(): (deliver: () => void) => void {
    const queue: (() => void)[] = [];
    this.#queues.push(queue);
    return (deliver) => void queue.push(deliver);
  }

  /** Lets the first thing of some queue arrive; `false` when nothing is on its way. */
  arrive(choice: number): boolean {
    const full = this.#queues.filter((queue) => queue.length > 0);
    full[choice % (full.length || 1)]?.shift()?.();
    return full.length > 0;
  }
}
