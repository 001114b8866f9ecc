/**
 * How a call comes back when its media stops: one machine, and nobody else restarts anything.
 *
 * ```txt
 *   well ──silence, lost──► doubting ──up──► restarting ──applied──► proving
 *    ▲ ▲                     │    ▲ └──applied────────────────────────▲ │ │
 *    │ └───────flow──────────┘    └───────────────late, lost────────────┘ │
 *    └────────────────────────────────flow────────────────────────────────┘
 * ```
 *
 * A new path (ICE restart, RFC 8445) needs the line, so first the line is asked whether it lives; whoever owns it makes
 * it anew if not. A restart counts as done only when its answer is applied and packets flow. An offer that is under way
 * arrives for certain, however long that takes, so it is waited for.
 *
 * @module
 */
import { effect, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Browser } from "./browser.ts";
import type { Arrived, Negotiation } from "./negotiation.ts";

/** Where a call's media stands. */
export type Recovering = "well" | "doubting" | "restarting" | "proving";

/**
 * What happens to it: media arrives, or none does though some should; the line is lost, or has answered; offer and answer
 * have met; it takes too long, or could not be done.
 */
export type Sign = "flow" | "silence" | "lost" | "up" | "applied" | "late";

const TABLE: Readonly<Record<Recovering, Readonly<Partial<Record<Sign, Recovering>>>>> = {
  well: { silence: "doubting", lost: "doubting" },
  doubting: { flow: "well", up: "restarting", applied: "proving" },
  restarting: { applied: "proving", late: "doubting" },
  proving: { flow: "well", late: "doubting", lost: "doubting" },
};

/** Where a sign leads to from there; `undefined` when it says nothing new. */
export const recover = (from: Recovering, sign: Sign): Recovering | undefined => TABLE[from][sign];

/** How often one looks whether media arrives, in milliseconds. */
export const LOOK = 200;

/** How long nothing may arrive where sound or picture is due, and where only the path is tested now and then, in milliseconds. */
const SILENCE = { media: 500, checks: 6000 } as const;

/** How long media may take to flow over a new path, in milliseconds; twice as long each time, up to 8 s. */
const PATIENCE = 2000;

const NOTHING: Arrived = { media: 0, checks: 0 };

/** What recovering needs of the call. */
export interface RecoveryParts {
  readonly browser: Browser;
  readonly negotiation: ReadonlySignal<Negotiation | undefined>;
  /** Whether the other side is to be heard or seen at this moment. */
  isExpecting(): boolean;
  /** Asks the line whether it lives; the answer comes as the sign `up`. */
  probe(): void;
  /** Offers a new path, or says the offer again that waits for its answer. Rejects when the browser cannot. */
  restart(): Promise<void>;
}

/** The one owner of a call's recovery. */
export class Recovery {
  readonly #parts: RecoveryParts;
  readonly #state = signal<Recovering>("well");
  #tries = 0;
  #of: Negotiation | undefined;
  #arrived = NOTHING;
  #wasExpecting = false;
  #heardAt = 0;
  #stopLooking: (() => void) | undefined;
  #stopWaiting: () => void = () => {};
  #stopWatching: () => void = () => {};
  /** Where it stands. */
  readonly state: ReadonlySignal<Recovering> = this.#state;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** Begins to look, if it does not yet. */
  start(): void {
    if (this.#stopLooking) return;
    let known: number | undefined;
    this.#stopWatching = effect(() => {
      const applied = this.#parts.negotiation.value?.applied.value;
      if (known !== undefined && applied) this.note("applied");
      known = applied;
    });
    this.#plan();
  }

  /** Ends it, with the call. Whoever looks at this moment looks no further. */
  stop(): void {
    this.#stopLooking = void this.#stopLooking?.();
    this.#stopWaiting();
    this.#stopWatching();
  }

  /** Takes a sign. */
  note(sign: Sign): void {
    const state = this.#state.peek();
    const isLineAlone = state === "doubting" && sign === "up" && this.#silentFor() < this.#patience();
    const to = this.#stopLooking && recover(state, isLineAlone ? "flow" : sign);
    if (to) this.#enter(to);
  }

  /** A negotiation has begun anew, and its first offer is out. */
  begun(): void {
    this.#enter("restarting", false);
  }

  #enter(state: Recovering, acts = true): void {
    this.#stopWaiting();
    this.#state.value = state;
    if (state === "well") this.#tries = 0;
    if (state === "proving") this.#wait(PATIENCE * 2 ** this.#tries++);
    if (acts && state === "doubting") this.#parts.probe();
    if (acts && state === "restarting") void this.#restart();
  }

  #wait(patience: number): void {
    this.#stopWaiting();
    const { browser } = this.#parts;
    this.#stopWaiting = browser.after(Math.min(patience, 4 * PATIENCE), () => this.note("late"));
  }

  /** What a browser cannot do now is tried again, and no reason to end the call. */
  async #restart(): Promise<void> {
    try {
      await this.#parts.restart();
    } catch (error) {
      this.#parts.browser.report(error);
      if (this.#state.peek() === "restarting") this.#wait(PATIENCE);
    }
  }

  #plan(): void {
    this.#stopLooking = this.#parts.browser.after(LOOK, () => void this.#look());
  }

  async #look(): Promise<void> {
    const stop = this.#stopLooking;
    const negotiation = this.#parts.negotiation.peek();
    // What was closed meanwhile tells nothing any more.
    const arrived = await negotiation?.arrived().catch(() => undefined) ?? NOTHING;
    if (stop !== this.#stopLooking) return;
    this.#plan();
    this.#judge(negotiation, arrived);
  }

  #judge(negotiation: Negotiation | undefined, arrived: Arrived): void {
    const isExpecting = this.#parts.isExpecting();
    const before = negotiation === this.#of ? this.#arrived : NOTHING;
    const isNews = arrived.media > before.media || (!isExpecting && arrived.checks > before.checks);
    if (negotiation !== this.#of || (isExpecting && !this.#wasExpecting) || isNews) {
      this.#heardAt = this.#parts.browser.now();
    }
    this.#of = negotiation;
    this.#arrived = arrived;
    this.#wasExpecting = isExpecting;
    // At first somebody may still be asked for the camera, which takes as long as it takes.
    const hasFlowed = arrived.media > 0 || (!isExpecting && arrived.checks > 0);
    const isDue = hasFlowed || negotiation?.connection.peek() === "failed";
    if (isNews) this.note("flow");
    else if (isDue && this.#silentFor() >= this.#patience()) this.note("silence");
  }

  #silentFor(): number {
    return this.#parts.browser.now() - this.#heardAt;
  }

  #patience(): number {
    return this.#parts.isExpecting() ? SILENCE.media : SILENCE.checks;
  }
}
