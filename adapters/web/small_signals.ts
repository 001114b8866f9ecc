/**
 * Stands in for `@preact/signals-core` in `/WebphoneAPI`: what `phone/` uses of it, to the same effects in the same
 * order (a test holds the two together), in half of the bytes. Islands share the real one with Preact.
 *
 * Left out are names, `watched`, models, and what signals are as texts. Members have names that no browser knows, so
 * that they are shortened.
 *
 * @module
 */

/** What reads signals, and is told when they change. */
abstract class Reader {
  /** What was read, in order, and the edition that was seen of each. */
  wasRead = new Map<Cell, number>();
  /** Those of its own readers that are told, the newest first. Without any it is not told itself. */
  told: readonly Reader[] = [];
  protected isRunning = false;
  protected wasTold = false;

  protected abstract passOn(): void;

  /** Something that was read may be another. */
  isNews(): void {
    if (!this.wasTold) {
      this.wasTold = true;
      this.passOn();
    }
  }

  /** Whether something is not what was seen of it. */
  protected isStale(): boolean {
    for (const [cell, seen] of this.wasRead) {
      if (cell.edition !== seen || !cell.renewed() || cell.edition !== seen) return true;
    }
    return false;
  }

  /** Runs `task` as this reader, and lets go of what it does not read any more. */
  protected reading(task: () => unknown): unknown {
    const [outer, before] = [active, this.wasRead];
    this.wasRead = new Map();
    active = this;
    try {
      return task();
    } finally {
      active = outer;
      for (const cell of before.keys()) if (!this.wasRead.has(cell)) cell.leave(this);
    }
  }
}

/** The reader that runs at this moment. */
let active: Reader | undefined;
/** How many batches we are in; each write and each run of an effect is one. */
let depth = 0;
/** How often effects have led to effects. */
let rounds = 0;
/** The effects to run at the end of the batch. */
const queue: Effect[] = [];
let batches = 0;
/** What signals were before the batch: one that is that again has not changed. */
const earlier: (readonly [cell: Cell, kept: unknown, edition: number])[] = [];

const circle = () => new Error("Cycle detected");

/** Does `task` and then, unless that is part of something bigger, what follows from it. */
function within<T>(task: () => T): T {
  depth++;
  try {
    return task();
  } finally {
    if (depth > 1) depth--;
    else settle();
  }
}

function settle(): void {
  const errors: unknown[] = [];
  for (const [cell, kept, edition] of earlier.splice(0)) {
    // Editions only grow: whoever saw the one before the batch is told that it is still that of now.
    for (const { wasRead } of cell.kept === kept ? cell.told : []) {
      if (wasRead.get(cell) === edition) wasRead.set(cell, cell.edition);
    }
  }
  while (queue[0]) {
    rounds++;
    for (const effect of queue.splice(0)) {
      try {
        effect.update();
      } catch (error) {
        errors.push(error);
      }
    }
  }
  depth = rounds = 0;
  if (errors.length > 0) throw errors[0];
}

/** A signal, or with a `task` one that is computed. */
class Cell extends Reader {
  kept: unknown;
  /** Grows with every change. */
  edition = 0;
  readonly #task: (() => unknown) | undefined;
  #batch = 0;
  #hasFailed = false;

  constructor(kept: unknown, task?: () => unknown) {
    super();
    this.kept = kept;
    this.#task = task;
  }

  get value(): unknown {
    if (this.isRunning) throw circle();
    const reader = active?.wasRead.has(this) ? undefined : active;
    if (reader?.told[0]) this.join(reader);
    this.renewed();
    reader?.wasRead.set(this, this.edition);
    if (this.#hasFailed) throw this.kept;
    return this.kept;
  }

  set value(value: unknown) {
    if (value === this.kept) return;
    if (rounds > 100) throw circle();
    if (depth && !rounds && this.#batch !== batches) {
      this.#batch = batches;
      earlier.push([this, this.kept, this.edition]);
    }
    this.kept = value;
    this.edition++;
    within(() => this.passOn());
  }

  /** What it is, for nobody who wants to hear of changes. */
  peek(): unknown {
    return untracked(() => this.value);
  }

  /** Tells what it is, now and after each change, until the returned function is called. */
  subscribe(tell: (value: unknown) => void): () => void {
    return effect(() => {
      const { value } = this;
      untracked(() => tell(value));
    });
  }

  passOn(): void {
    for (const reader of this.told) reader.isNews();
  }

  join(reader: Reader): void {
    if (this.told.includes(reader)) return;
    if (!this.told[0]) { for (const cell of this.wasRead.keys()) cell.join(this); }
    this.told = [reader, ...this.told];
  }

  leave(reader: Reader): void {
    this.told = this.told.filter((other) => other !== reader);
    if (!this.told[0]) { for (const cell of this.wasRead.keys()) cell.leave(this); }
  }

  /** Computes it if it is stale; whether that could be done. */
  renewed(): boolean {
    this.wasTold = false;
    if (this.isRunning) return false;
    this.isRunning = true;
    if (this.#task && (!this.edition || this.isStale())) this.#compute(this.#task);
    this.isRunning = false;
    return true;
  }

  #compute(task: () => unknown): void {
    const { kept } = this;
    this.#hasFailed = false;
    try {
      this.kept = this.reading(task);
    } catch (error) {
      this.kept = error;
      this.#hasFailed = true;
    }
    if (this.#hasFailed || !this.edition || this.kept !== kept) this.edition++;
  }
}

class Effect extends Reader {
  readonly #task: () => unknown;
  #cleanup: unknown;
  #isOver = false;
  /** Effects are always told. */
  override readonly told = [this];

  constructor(task: () => unknown) {
    super();
    this.#task = task;
  }

  passOn(): void {
    // Readers are told the newest first, and run the other way round.
    queue.unshift(this);
  }

  update(): void {
    this.wasTold = false;
    if (!this.#isOver && this.isStale()) this.run();
  }

  run(): void {
    this.isRunning = true;
    this.#cleanUp();
    within(() => {
      try {
        if (!this.#isOver) this.#cleanup = this.reading(this.#task);
      } finally {
        this.isRunning = false;
        if (this.#isOver) this.stop();
      }
    });
  }

  stop(): void {
    this.#isOver = true;
    if (this.isRunning) return;
    for (const cell of this.wasRead.keys()) cell.leave(this);
    this.wasRead.clear();
    this.#cleanUp();
  }

  #cleanUp(): void {
    const cleanup = this.#cleanup;
    this.#cleanup = undefined;
    if (typeof cleanup !== "function") return;
    within(() => {
      try {
        untracked(() => cleanup());
      } catch (error) {
        this.isRunning = false;
        this.stop();
        throw error;
      }
    });
  }
}

/** A value to read and to write. */
export const signal = (value?: unknown): Cell => new Cell(value);

/** A value that follows from others. */
export const computed = (task: () => unknown): Cell => new Cell(undefined, task);

/** Does `task` now and whenever what it has read is another; what it returns is done before the next time. */
export function effect(task: () => unknown): () => void {
  const made = new Effect(task);
  try {
    made.run();
  } catch (error) {
    made.stop();
    throw error;
  }
  return () => made.stop();
}

/** Effects of what is written in `task` wait until it is done. */
export function batch<T>(task: () => T): T {
  if (depth === 0) batches++;
  return within(task);
}

/** What is read in `task` is nobody's reading. */
export function untracked<T>(task: () => T): T {
  const outer = active;
  active = undefined;
  try {
    return task();
  } finally {
    active = outer;
  }
}
