/**
 * Random sequences of faults, drawn from a seed: the same seed is the same sequence. What must be true afterwards is
 * true of every call, whatever was done to it.
 *
 * @module
 */
import { until } from "../support/until.ts";
import { Chatter } from "./chatter.ts";
import {
  blackHole,
  cut,
  forget,
  freeze,
  type Inject,
  move,
  pause,
  proxyRestart,
  restart,
  unplug,
} from "./faults.ts";
import {
  allIsSaid,
  type Errors,
  figures,
  inWords,
  isInCall,
  lessReplaced,
  type Outcome,
  watched,
} from "./measure.ts";
import type { Row } from "./rows.ts";
import { forgetAll, type Pair, type Phone, type Scene } from "./scene.ts";

/** A fault of a sequence. */
interface Step {
  readonly words: string;
  /** Whether it hits the caller or the callee. */
  readonly victim: 0 | 1;
  readonly fault: Inject | "reload" | "hold";
  /** Whether it stops the server. */
  readonly restarts?: boolean;
  /** How long until the next one, in milliseconds: often before all is well again. */
  readonly then: number;
}

/** What is done to one call. */
export interface Sequence {
  readonly seed: number;
  readonly steps: readonly Step[];
}

/** How long people talk before anything breaks, in milliseconds. */
const BEFORE = 2500;

/** How long until everything has come back or is over, in milliseconds; a call waits 40 s for a phone. */
const SETTLES = 60_000;

/** How long to wait for words that are still on their way, and for a page that was loaded again, in milliseconds. */
const PATIENCE = 25_000;

/** A generator of numbers from 0 up to 1 (mulberry32): small, and the same on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A fault that was drawn. */
type Drawn = Pick<Step, "words" | "fault" | "restarts">;

/** Draws a time between two bounds, in milliseconds. */
type From = (least: number, most: number) => number;

/** All faults of sequences. */
const FAULTS: readonly ((from: From) => Drawn)[] = [
  () => ({ words: "socket cut", fault: cut }),
  () => ({ words: "socket forgotten", fault: forget }),
  () => ({ words: "proxy restart", fault: proxyRestart }),
  (from) => timed("black hole", from(1000, 9000), blackHole),
  (from) => timed("link down", from(1000, 9000), unplug),
  () => ({ words: "another address", fault: move }),
  () => ({ words: "kill -9 of the server", fault: restart("SIGKILL"), restarts: true }),
  () => ({ words: "SIGTERM to the server", fault: restart("SIGTERM"), restarts: true }),
  () => ({ words: "reload", fault: "reload" }),
  () => ({ words: "both hold at once, and lift it", fault: "hold" }),
  (from) => timed("frozen", from(1000, 4000), freeze),
];

const timed = (words: string, milliseconds: number, fault: (milliseconds: number) => Inject) => ({
  words: `${words} ${milliseconds} ms`,
  fault: fault(milliseconds),
});

/** The sequence of this seed: two to five faults. */
export function drawn(seed: number): Sequence {
  const random = randomFrom(seed);
  const from = (least: number, most: number) => Math.round(least + random() * (most - least));
  const steps = Array.from({ length: from(2, 5) }, (): Step => {
    const [draw] = FAULTS.slice(from(0, FAULTS.length - 1));
    const { words, ...fault } = draw?.(from) ?? { words: "nothing", fault: cut };
    const victim = random() < 0.5 ? 0 : 1;
    const then = from(0, 3000);
    return { words: `${words} (${victim === 0 ? "caller" : "callee"}), ${then} ms`, victim, then, ...fault };
  });
  return { seed, steps };
}

/** A sequence as a row of its own. */
export function rowOf(sequence: Sequence): Row {
  const fault = sequence.steps.map(({ words }) => words).join("; ");
  return { name: `seed ${sequence.seed}`, fault, short: true, run: (scene) => play(scene, sequence) };
}

async function play(scene: Scene, { steps }: Sequence): Promise<Outcome> {
  const both = await scene.call();
  const id = scene.theCall()?.id ?? "";
  const player = new Player(scene, both, id, steps.some(({ restarts }) => restarts));
  await pause(BEFORE);
  for (const step of steps) await player.take(step);
  await player.settle();
  const note = steps.map(({ words }) => words).join("; ");
  return { ...await player.judge(), note };
}

/** One call, and what is done to it. */
class Player {
  readonly #scene: Scene;
  readonly #both: Pair;
  readonly #id: string;
  readonly #chatter: Chatter;
  /** Whether the server is stopped or killed meanwhile. */
  readonly #restarts: boolean;
  #doubled = 0;
  #gap = 0;

  constructor(scene: Scene, both: Pair, id: string, restarts: boolean) {
    this.#scene = scene;
    this.#both = both;
    this.#id = id;
    this.#chatter = new Chatter(both);
    this.#restarts = restarts;
  }

  async take({ fault, victim, then }: Step): Promise<void> {
    const phone = this.#both[victim];
    if (fault === "reload") await this.#reload(phone);
    else if (fault === "hold") await this.#hold();
    else await fault(this.#scene, phone);
    await pause(then);
  }

  /** Waits until the call is there again, whole, or is over for everybody. */
  async settle(): Promise<void> {
    await this.#scene.lab.restore();
    await this.#chatter.end();
    await until(() => this.#isSettled(), Boolean, SETTLES).catch(() => {});
    await allIsSaid(() => this.#seen(), PATIENCE);
  }

  /** What must be true now of any call. */
  async judge(): Promise<Outcome> {
    const survived = await isInCall(this.#scene, this.#id, this.#both);
    const misses = [
      ...await this.#wrongPhones(),
      ...survived ? await this.#wrongCall() : await this.#wrongEnd(),
    ];
    const found = await this.#count();
    // What is said to a call that is over need not arrive.
    const { lost, doubled }: Errors = { lost: survived ? found.lost : 0, doubled: this.#doubled };
    misses.push(...inWords({ lost, doubled }, await this.#seen()));
    if (survived) misses.push(...await this.#wrongRecord());
    return { survived, gap: this.#gap, lost, doubled, misses };
  }

  /** What the old page has said and heard counts, what was on its way to it when it went does not. */
  async #reload({ page }: Phone): Promise<void> {
    await this.#chatter.rest();
    await this.#count();
    await page.reload();
    await until(() => this.#isSettled(), Boolean, PATIENCE).catch(() => {});
    await pause(1000);
    await forgetAll(this.#both);
    this.#chatter.resume();
  }

  /** Where the call is over, or a page is not there, there is nothing to press. */
  async #hold(): Promise<void> {
    await this.#chatter.rest();
    const press = () => Promise.all(this.#both.map((phone) => phone.tap("Hold")));
    const held = await press();
    await pause(700);
    await Promise.all(this.#both.filter((_, index) => held[index]).map((phone) => phone.tap("Hold")));
    this.#chatter.resume();
  }

  async #seen(): ReturnType<typeof watched> {
    const seen = await watched(this.#both);
    return this.#restarts ? lessReplaced(seen) : seen;
  }

  async #count(): Promise<Errors> {
    const found = figures({ seen: await this.#seen(), healedAt: Date.now() });
    this.#doubled += found.doubled;
    this.#gap = Math.max(this.#gap, found.gap);
    return found;
  }

  async #isSettled(): Promise<boolean> {
    for (const phone of this.#both) if ((await phone.faces()).phone !== "registered") return false;
    if (!await isInCall(this.#scene, this.#id, this.#both)) return (await this.#wrongEnd()).length === 0;
    return await Promise.all(this.#both.map((phone) => phone.flows(3000))).then(() => true, () => false);
  }

  async #wrongPhones(): Promise<string[]> {
    const misses: string[] = [];
    for (const phone of this.#both) {
      const { phone: state } = await phone.faces();
      if (state !== "registered") misses.push(`${phone.number} is ${state}`);
      const { heard } = await phone.watched();
      const others = heard.flatMap(({ number }) =>
        number === undefined || number === phone.number ? [] : number
      );
      if (others.length > 0) misses.push(`${phone.number} was given the number ${others.join()}`);
      if (/in use/i.test(await phone.words())) misses.push(`${phone.number} says "in use"`);
    }
    return misses;
  }

  async #wrongCall(): Promise<string[]> {
    const misses: string[] = [];
    const heldBy = this.#scene.theCall()?.state.heldBy ?? [];
    if (heldBy.length > 0) misses.push(`held by ${heldBy.join()}, though all was lifted`);
    for (const phone of this.#both) {
      if (await phone.isPressed("Hold")) misses.push(`${phone.number} shows that it holds the call`);
      await phone.flows(5000).catch((error) => misses.push(error.message));
    }
    return misses;
  }

  async #wrongEnd(): Promise<string[]> {
    const faces = await Promise.all(this.#both.map(async (phone) => (await phone.faces()).call ?? "none"));
    const live = this.#scene.house.liveCalls().length;
    const isOver = live === 0 && faces.every((face) => face === "ended" || face === "none");
    return isOver ? [] : [`the pages show ${faces.join(" and ")}, and ${live} calls are live for the server`];
  }

  async #wrongRecord(): Promise<string[]> {
    await this.#both[0].press("Hang up");
    const { house } = this.#scene;
    const entries = await until(() => house.recordOf(this.#id), ({ length }) => length > 0, 5000).catch(
      () => [],
    );
    const [entry] = entries;
    const isWhole = entries.length === 1 && entry?.reason === "hangup" && entry.accepted_at !== null;
    return isWhole ? [] : [`the record of the call is ${JSON.stringify(entries)}`];
  }
}
