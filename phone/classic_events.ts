/**
 * Events in the classic manner: a method takes a handler. No handler is ever called from inside something that the
 * page called, and what happens before the first handler is there waits for it.
 *
 * @module
 */

/** Tells the web developer what went wrong: what was tried, and why not. */
export type Report = (what: string, why: unknown) => void;

/** How an event differs from the plain one. */
export interface EventOptions<T> {
  /** Called with a value just before its handlers, or when it comes and nobody listens. */
  readonly before?: (value: T) => void;
  /** Whether a value that had to wait is still worth telling. */
  readonly isNews?: (value: T) => boolean;
}

/** How many values wait for the first handler; of more than that the oldest are forgotten. */
const MOST_KEPT = 100;

/** One kind of event of one object, and who listens (rows 8, 18 and 42). */
export class PageEvent<T> {
  readonly #name: string;
  readonly #report: Report;
  readonly #options: EventOptions<T>;
  #handlers: readonly ((value: T) => void)[] = [];
  #kept: T[] = [];

  /** `name` is the method by which pages register. */
  constructor(name: string, report: Report, options: EventOptions<T> = {}) {
    this.#name = name;
    this.#report = report;
    this.#options = options;
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#handlers.length > 0;
  }

  /** Adds a handler and returns how to take it away again. Throws a `TypeError` for what is no function. */
  on(handler: (value: T) => void): () => void {
    if (typeof handler !== "function") {
      throw new TypeError(`Cannot register with ${this.#name}: the handler is no function`);
    }
    // A handler that is registered twice is two registrations, and each ends for itself.
    const own = (value: T) => handler(value);
    this.#handlers = [...this.#handlers, own];
    queueMicrotask(() => this.#deliver());
    return () => {
      this.#handlers = this.#handlers.filter((other) => other !== own);
    };
  }

  /** Tells all handlers, in order, once the page's own code has returned. */
  emit(value: T): void {
    queueMicrotask(() => {
      if (this.#kept.push(value) > MOST_KEPT) this.#kept.shift();
      if (this.isHeard) this.#deliver();
      else this.#options.before?.(value);
    });
  }

  #deliver(): void {
    const { before, isNews } = this.#options;
    while (this.isHeard && this.#kept.length > 0) {
      const [value] = this.#kept.splice(0, 1) as [T];
      if (isNews && !isNews(value)) continue;
      before?.(value);
      for (const handler of this.#handlers) this.#tell(handler, value);
    }
  }

  #tell(handler: (value: T) => void, value: T): void {
    try {
      handler(value);
    } catch (error) {
      this.#report(`A handler of ${this.#name} has failed:`, error);
    }
  }
}
