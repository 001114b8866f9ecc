/**
 * Where and as whom an agent's page registers: said by its early line, and by its phone in the very same words.
 *
 * @module
 */
import { newId } from "../phone/new_id.ts";

/** What an agent's page registers with. */
export interface OwnRegistration {
  readonly url: string;
  readonly number: string;
  readonly device: string;
  readonly takesUp: true;
}

declare global {
  /** The device of a page that nothing may be kept for. */
  var passingDevice: string | undefined;
}

/** The registration of the page of agent `number`. */
export const registrationOf = (number: string): OwnRegistration => ({
  url: `${location.origin.replace("http", "ws")}/socket`,
  number,
  device: lastingDevice(number),
  takesUp: true,
});

/**
 * The same word each time this browser opens this agent's page, where the browser lets us keep one; else the same for as
 * long as the page is open.
 */
function lastingDevice(number: string): string {
  try {
    return localStorage[`device-${number}`] ??= newId();
  } catch {
    return globalThis.passingDevice ??= newId();
  }
}

/** The key in the page's fragment; `null` when there is none. */
export const keyInFragment = (): string | null => new URLSearchParams(location.hash.slice(1)).get("key");

interface Prerendered {
  readonly prerendering?: boolean;
}

/** Does something once the page is one that somebody sees: browsers run some beforehand that nobody may ever open. */
export function onceShown(task: () => void): void {
  const { prerendering } = document as Prerendered;
  if (prerendering) document.addEventListener("prerenderingchange", task, { once: true });
  else task();
}
