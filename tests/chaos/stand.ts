/**
 * Where rows are run: one network, one browser a client, and a house that is used again as long as it is in order.
 *
 * @module
 */
import { BROWSERS, findProgram, SERVERS } from "../support/programs.ts";
import { Browsers } from "./driver.ts";
import type { House } from "./house.ts";
import { Lab, lacksForLab } from "./lab.ts";
import type { Outcome } from "./measure.ts";
import type { Row } from "./rows.ts";
import { CLIENTS, openHouse, Scene } from "./scene.ts";

/** How often a row is run while it is only late, and the machine too busy to tell why. */
const TRIES = 3;

/** Why the suite cannot run on this machine, or `undefined` when it can. */
export async function lacks(): Promise<string | undefined> {
  const missing = findProgram(BROWSERS.chromium) ? undefined : "no chromium on this machine";
  return missing ?? await lacksForLab();
}

/** Why this row cannot, where the others can. */
export const lacksFor = ({ turn }: Row): string | undefined =>
  turn && !findProgram(SERVERS.turnserver) ? "no turnserver on this machine" : undefined;

/** What happened in one row, and its story where that is wanted. */
export interface Report extends Outcome {
  readonly story: string;
}

/** The network, the browsers and the house. */
export class Stand implements AsyncDisposable {
  readonly #lab: Lab;
  readonly #browsers: Browsers;
  #house: { readonly house: House; readonly turn: string | undefined } | undefined;

  private constructor(lab: Lab) {
    this.#lab = lab;
    this.#browsers = new Browsers(lab);
  }

  /** Lays the network; everything else comes when it is needed. */
  static async open(): Promise<Stand> {
    return new Stand(await Lab.up(CLIENTS));
  }

  /** Injects a row's fault for the n-th time. What goes wrong around it is a miss too. */
  async run(row: Row, time: number): Promise<Report> {
    for (let left = TRIES - 1;; left--) {
      const { isCalm, ...report } = await this.#runOnce(row, time)
        .catch((error) => ({ ...failed(error), isCalm: true, story: "" }));
      const isOnlyLate = report.misses.length === 0 && (report.late ?? []).length > 0;
      if (!isOnlyLate || isCalm || left === 0) return report;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browsers[Symbol.asyncDispose]().catch(complain);
    await this.#closeHouse().catch(complain);
    await this.#lab[Symbol.asyncDispose]();
  }

  async #runOnce(row: Row, time: number): Promise<Report & { isCalm: boolean }> {
    const scene = new Scene(this.#lab, this.#browsers, await this.#houseFor(row));
    try {
      const outcome = await row.run(scene, time).catch(failed);
      const isCalm = await scene.longestStall(outcome.wholeAt) === 0;
      return { ...outcome, isCalm, story: await scene.story() };
    } finally {
      await scene[Symbol.asyncDispose]();
      if (!scene.isTidy) await this.#closeHouse();
    }
  }

  async #houseFor({ turn }: Row): Promise<House> {
    if (this.#house && this.#house.turn !== turn) await this.#closeHouse();
    this.#house ??= { house: await openHouse(this.#lab, turn), turn };
    return this.#house.house;
  }

  async #closeHouse(): Promise<void> {
    const open = this.#house;
    this.#house = undefined;
    await open?.house[Symbol.asyncDispose]();
  }
}

const failed = (error: unknown): Outcome => ({ survived: false, misses: [String(error)] });

const complain = (error: unknown): void => console.error(String(error));

/** All that was not kept, in words. */
export const missesOf = ({ misses, late = [] }: Outcome): readonly string[] => [...misses, ...late];
