/**
 * What two people have to say to each other while things break: each switches the camera off and on, again and again.
 *
 * @module
 */
import { pause } from "./faults.ts";
import type { Phone } from "./scene.ts";

/** Between two words, and how long they go on after everything is whole again, in milliseconds. */
const BREATH = 500;
const AFTERWARDS = 1000;

/** People who talk until they are told to end, and rest when they are told to. */
export class Chatter {
  readonly #phones: readonly Phone[];
  #isOver = false;
  #talking: Promise<void>;

  /** They begin at once. */
  constructor(phones: readonly Phone[]) {
    this.#phones = phones;
    this.#talking = this.#talk();
  }

  /** Resolves when nobody is in the middle of a word; then they are silent. */
  async rest(): Promise<void> {
    this.#isOver = true;
    await this.#talking;
  }

  /** They talk again. */
  resume(): void {
    this.#isOver = false;
    this.#talking = this.#talk();
  }

  /** Lets them go on for a second, and then be silent. */
  async end(): Promise<void> {
    await pause(AFTERWARDS);
    await this.rest();
  }

  async #talk(): Promise<void> {
    await Promise.all(this.#phones.map(async (phone) => {
      do {
        // Where there is no call any more there is no button, and nothing to say.
        await phone.blink(1).catch(() => {});
        await pause(BREATH);
      } while (!this.#isOver);
    }));
  }
}
