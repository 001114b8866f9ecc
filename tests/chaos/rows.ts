/**
 * The table of the chaos suite: what is done to a call, and what is promised of it (`docs/reliability.md`).
 *
 * @module
 */
import { ENDINGS } from "./endings.ts";
import type { Outcome } from "./measure.ts";
import { OUTAGES, RELAYS } from "./outages.ts";
import type { Scene } from "./scene.ts";
import { TRANSFERS } from "./transfers.ts";
import { WAKINGS } from "./wakings.ts";

/** One row of the table. */
export interface Row {
  readonly name: string;
  readonly fault: string;
  /** Whether it belongs to the short form. */
  readonly short?: boolean;
  /** The setting `TURN` of the server; none unless told. */
  readonly turn?: string;
  /** Injects the fault for the n-th time. Where it hits one side, the sides take turns. */
  run(scene: Scene, time: number): Promise<Outcome>;
}

/** All rows, in the order of the table; those with a relay come last, as they need a server of their own. */
export const ROWS: readonly Row[] = [...OUTAGES, ...WAKINGS, ...ENDINGS, ...TRANSFERS, ...RELAYS];
