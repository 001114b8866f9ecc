/**
 * Events in the classic manner: a method takes a handler. No handler is ever called from inside something that the
 * page called, and what happens before the first handler is there waits for it.
 *
 * @module
 */

import { refuse } from "./classic_manners.ts";

/** Tells the web developer what went wrong: what was tried, and why not. */
export type Report = (what: string, why: unknown) => void;

/** How an event differs from the plain one. */
export interface EventOptions<T extends readonly unknown[]> {
  /** Called when there is a new handler, once the page's own code has returned. */
  readonly heard?: () => void;
  /** Called with what happens just before the handlers, or when it happens and nobody listens. */
  readonly before?: (...values: T) => void;
  /** Whether what had to wait is still worth telling. */
  readonly isNews?: (...values: T) => boolean;
}

/** How much waits for the first handler; of more than that the oldest is forgotten. */
const MOST_KEPT = 1000;

/** One kind of event of one object, and who listens (rows 8, 18 and 42); `T` is what its handlers are given. */
export class PageEvent<T extends readonly unknown[]> {
  readonly #name: string;
  readonly #report: Report;
  readonly #options: EventOptions<T>;
  #handlers: readonly ((...values: T) => void)[] = [];
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
  on(handler: (...values: T) => void): () => void {
    if (typeof handler !== "function") refuse(this.#name, "handler", "function");
    // A handler that is registered twice is two registrations, and each ends for itself.
    const own = (...values: T) => handler(...values);
    this.#handlers = [...this.#handlers, own];
    queueMicrotask(() => {
      this.#options.heard?.();
      this.#deliver();
    });
    return () => {
      this.#handlers = this.#handlers.filter((other) => other !== own);
    };
  }

  /** Tells all handlers, in order, once the page's own code has returned. */
  emit(...values: T): void {
    queueMicrotask(() => {
      if (this.#kept.push(values) > MOST_KEPT) this.#kept.shift();
      if (this.isHeard) this.#deliver();
      else this.#options.before?.(...values);
    });
  }

  #deliver(): void {
    const { before, isNews } = this.#options;
    while (this.isHeard && this.#kept.length > 0) {
      const [values] = this.#kept.splice(0, 1) as [T];
      if (isNews && !isNews(...values)) continue;
      before?.(...values);
      for (const handler of this.#handlers) {
        try {
          handler(...values);
        } catch (error) {
          this.#report(`A handler of ${this.#name} has failed:`, error);
        }
      }
    }
  }
}

/** What the handlers are given that the method `M` takes. */
type Told<M> = M extends (handler: (...values: infer V) => void) => unknown ? V : never;

/** Events of one object by the names of its methods. */
export type Events<T, Name extends keyof T> = { readonly [N in Name]: PageEvent<Told<T[N]>> };

/** Gives `target` a method to register with for each of the names, and answers with the events. */
export function events<T extends object, Name extends keyof T & string>(
  target: T,
  report: Report,
  options: { readonly [N in Name]: EventOptions<Told<T[N]>> },
): Events<T, Name> {
  const made: Partial<Record<keyof T, unknown>> = {};
  for (const name of Object.keys(options) as Name[]) {
    const event = made[name] = new PageEvent(name, report, options[name]);
    Object.assign(target, { [name]: (handler: (...values: Told<T[Name]>) => void) => event.on(handler) });
  }
  return made as Events<T, Name>;
}
