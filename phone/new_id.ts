/**
 * Words that nobody else has.
 *
 * @module
 */

/** A random word of 128 bits: four numbers with dashes between them. */
export function newId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
