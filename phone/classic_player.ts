/**
 * A picture or a sound in somebody else's page: the element is there while there is something to play.
 *
 * @module
 */
import type { Page, Placed } from "./classic_page.ts";

/** Plays one stream in one place. */
export class Player {
  readonly #page: Page;
  readonly #place: () => Placed | undefined;
  #placed: Placed | undefined;
  #stopWaiting: () => void = () => {};

  /** `place` makes the element; when it cannot, nothing is played. */
  constructor(page: Page, place: () => Placed | undefined) {
    this.#page = page;
    this.#place = place;
  }

  /** Plays `stream`, or with none takes the element out of the page. Called again it tries again what was refused. */
  play(stream: MediaStream | undefined): void {
    if (!stream) return this.#clear();
    this.#placed ??= this.#place();
    const element = this.#placed?.element;
    if (!element) return;
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
      if (isRefused) this.#stopWaiting = this.#page.onGesture(() => this.#start(element));
    });
  }
}
