/**
 * The steps of one call run one after the other: a candidate must not overtake its offer.
 *
 * @module
 */

/** A queue of steps. */
export class Steps {
  readonly #isOver: () => boolean;
  /** Takes note of what could not be done. */
  readonly fail: (error: unknown) => void;
  #queue: Promise<void> = Promise.resolve();

  /** Once it `isOver`, no further step is done; `fail` is told what a step has thrown. */
  constructor(isOver: () => boolean, fail: (error: unknown) => void) {
    this.#isOver = isOver;
    this.fail = fail;
  }

  /** Does `step` when its turn has come, or `otherwise` when all is over by then. */
  do(step: () => Promise<void> | void, otherwise?: () => void): void {
    this.#queue = this.#queue.then(() => this.#isOver() ? otherwise?.() : step()).catch(this.fail);
  }
}
