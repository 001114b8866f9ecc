/**
 * A picture or a sound in somebody else's page: the element is there while there is something to play.
 *
 * @module
 */
import type { Surroundings } from "./classic_camera.ts";
import type { Placed } from "./classic_page.ts";

/** How long after an element was not found it is looked for again, in milliseconds. */
const RETRY = 500;

/** Plays one stream in one place. */
export class Player {
  readonly #around: Surroundings;
  readonly #place: () => Placed | undefined;
  #placed: Placed | undefined;
  #stopWaiting: () => void = () => {};

  /** `place` makes the element; while it cannot, it is tried again. */
  constructor(around: Surroundings, place: () => Placed | undefined) {
    this.#around = around;
    this.#place = place;
  }

  /** Plays `stream`, or with none takes the element out of the page. Called again it tries again what was refused. */
  play(stream: MediaStream | undefined): void {
    if (!stream) return this.#clear();
    this.#placed ??= this.#place();
    const element = this.#placed?.element;
    if (!element) {
      this.#stopWaiting();
      return void (this.#stopWaiting = this.#around.browser.after(RETRY, () => this.play(stream)));
    }
    if (element.srcObject !== stream) element.srcObject = stream;
    else if (!element.paused) return;
    this.#start(element);
  }

  #clear(): void {
    this.#stopWaiting();
    if (this.#placed) this.#placed.element.srcObject = null;
    this.#placed?.remove();
    this.#placed = undefined;
  }

  /** Where the browser wants a gesture before sound, the first one will do (row 55). */
  #start(element: HTMLMediaElement): void {
    this.#stopWaiting();
    element.play().catch(({ name }: Error) => {
      const isRefused = name === "NotAllowedError" && element === this.#placed?.element;
      if (isRefused) this.#stopWaiting = this.#around.page.onGesture(() => this.#start(element));
    });
  }
}
