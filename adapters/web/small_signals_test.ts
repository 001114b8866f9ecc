/** What `/WebphoneAPI` has in place of `@preact/signals-core`: random programs come to the same with both. */
import assert from "node:assert/strict";
import * as real from "@preact/signals-core";
import fc from "fast-check";
import * as small from "./small_signals.ts";

/** What a program can do; numbers are places in the lists of what there is so far, round and round. */
interface Step {
  readonly do:
    | "read"
    | "peek"
    | "write"
    | "bump"
    | "stop"
    | "subscribe"
    | "throw"
    | "batch"
    | "untracked"
    | "if"
    | "effect"
    | "tidied"
    | "compute";
  readonly at?: number;
  readonly value?: number;
  readonly steps?: readonly Step[];
}

interface Readable {
  readonly value: unknown;
  peek(): unknown;
  subscribe(tell: (value: unknown) => void): () => void;
}

interface Writable extends Readable {
  value: unknown;
}

/** What programs are run with. */
interface Kit {
  signal(value: number): Writable;
  computed(task: () => unknown): Readable;
  effect(task: () => unknown): () => void;
  batch(task: () => void): void;
  untracked(task: () => void): void;
}

const REAL: Kit = { ...real, effect: (task) => real.effect(() => task() as void) };
const SMALL: Kit = { ...small, computed: (task) => small.computed(task) };

const SIGNALS = 4;
/** What is computed changes nothing else, as everywhere in `phone/`. */
const pure = (steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => ["read", "peek", "if", "untracked", "throw"].includes(step.do))
    .map((step) => ({ ...step, steps: pure(step.steps ?? []) }));

/** Effects may make effects, and circles go round a hundred times. */
const MOST = { made: 12, log: 4000 };

/** All that a program read, wrote, began and ended, in order. */
class Run {
  readonly log: string[] = [];
  readonly #kit: Kit;
  readonly #signals: readonly Writable[];
  readonly #readables: Readable[];
  readonly #stops: (() => void)[] = [];
  #made = 0;

  constructor(kit: Kit) {
    this.#kit = kit;
    this.#signals = Array.from({ length: SIGNALS }, (_, at) => kit.signal(at));
    this.#readables = [...this.#signals];
  }

  do(steps: readonly Step[]): void {
    for (const step of steps) if (this.log.length < MOST.log) this.#step(step);
  }

  /** What it all comes to, errors included. */
  all(steps: readonly Step[]): readonly string[] {
    for (const step of steps) this.#try(() => this.#step(step));
    for (const readable of this.#readables) this.#try(() => this.#say(`at last ${readable.value}`));
    return this.log;
  }

  #try(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#say(`threw ${(error as Error).message}`);
    }
  }

  #say(what: string): void {
    this.log.push(what);
  }

  #step({ do: name, at = 0, value = 0, steps = [] }: Step): void {
    const readable = this.#readables[at % this.#readables.length];
    const doings: Record<Step["do"], () => unknown> = {
      read: () => this.#say(`read ${readable?.value}`),
      peek: () => this.#say(`peek ${readable?.peek()}`),
      write: () => this.#write(at, value),
      bump: () => this.#write(at, (Number(this.#signals[at % SIGNALS]?.peek()) + 1) % 4),
      stop: () => this.#stops[at % Math.max(1, this.#stops.length)]?.(),
      batch: () => this.#kit.batch(() => this.do(steps)),
      untracked: () => this.#kit.untracked(() => this.do(steps)),
      if: () => Number(readable?.value) % 2 && this.do(steps),
      throw: () => this.#fail(),
      subscribe: () => this.#make((name) => readable && this.#subscribe(readable, name)),
      compute: () => this.#make((name) => this.#compute(pure(steps), name)),
      effect: () => this.#make((name) => this.#effect(steps, [], name)),
      tidied: () => this.#make((name) => this.#effect(steps, steps.slice(0, 2), name)),
    };
    doings[name]();
  }

  #fail(): never {
    throw new Error("on purpose");
  }

  #write(at: number, value: number): void {
    const signal = this.#signals[at % SIGNALS];
    this.#say(`write ${at % SIGNALS} ${value}`);
    if (signal) signal.value = value;
  }

  #make(make: (name: number) => void): void {
    if (this.#made < MOST.made) make(this.#made++);
  }

  #subscribe(readable: Readable, name: number): void {
    this.#stops.push(readable.subscribe((value) => this.#say(`${name} hears ${value}`)));
  }

  #effect(steps: readonly Step[], tidying: readonly Step[], name: number): void {
    const stop = this.#kit.effect(() => {
      this.#say(`${name} begins`);
      this.do(steps);
      this.#say(`${name} ends`);
      return tidying.length > 0 ? () => this.do(tidying) : undefined;
    });
    this.#stops.push(stop);
  }

  #compute(steps: readonly Step[], name: number): void {
    const task = () => {
      const first = this.log.length;
      this.do(steps);
      this.#say(`${name} computed`);
      return this.log.slice(first).join().length % 3;
    };
    this.#readables.push(this.#kit.computed(task));
  }
}

const at = fc.nat(11);
const { steps: PROGRAM } = fc.letrec<{ step: Step; steps: Step[] }>((tie) => ({
  steps: fc.array(tie("step"), { minLength: 1, maxLength: 6, depthIdentifier: "program" }),
  step: fc.oneof(
    { depthIdentifier: "program", maxDepth: 4 },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constantFrom("read", "read", "read", "peek", "bump", "stop", "subscribe"),
        at,
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("write"), at, value: fc.nat(3) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constantFrom(
          "batch",
          "batch",
          "untracked",
          "effect",
          "effect",
          "tidied",
          "compute",
          "compute",
        ),
        steps: tie("steps"),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("if"), at, steps: tie("steps") }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("throw") }) },
  ) as fc.Arbitrary<Step>,
}));

Deno.test("programs with the small signals come to the same, step by step, as with the real ones", () => {
  const seen = { effects: 0, circles: 0 };
  fc.assert(
    fc.property(fc.array(PROGRAM, { minLength: 2, maxLength: 8 }), (parts) => {
      const steps = parts.flat();
      const log = new Run(REAL).all(steps);
      assert.deepEqual(new Run(SMALL).all(steps), log);
      if (log.some((line) => line.endsWith("begins"))) seen.effects++;
      if (log.some((line) => line.includes("Cycle"))) seen.circles++;
    }),
    { numRuns: Number(Deno.env.get("RUNS") ?? 5000) },
  );
  assert.ok(seen.effects > 100 && seen.circles > 0, "the programs do what they are to show");
});
