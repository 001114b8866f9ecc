/**
 * What is the same all over the classic API: what it refuses, and how it spells.
 *
 * @module
 */

/** Throws a `TypeError` that names the method and its argument. */
export function refuse(method: string, argument: string, kind: string): never {
  throw new TypeError(`Cannot act by ${method}: ${argument} is no ${kind}`);
}

/** Fits what is not empty. */
export const SOME = /\S/;

/** An argument that is to be a text or a number, as a text. Throws a `TypeError` where it is neither, or does not fit. */
export function textOf(value: unknown, method: string, argument: string, kind = "text", fit = /^/): string {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && fit.test(text) ? text : refuse(method, argument, kind);
}

/** Throws a `TypeError` for an argument that is to be an object, or nothing, and is neither. */
export function needObject(value: unknown, method: string, argument: string): void {
  if (typeof (value ?? {}) !== "object") refuse(method, argument, "object");
}

/** Gives `target` what `fields` has, getters included, in both cases of the first letter (row 85). */
export function spell<T extends object>(target: T, fields: object): T {
  for (const [name, field] of Object.entries(Object.getOwnPropertyDescriptors(fields))) {
    const [first, rest] = [name.charAt(0), name.slice(1)];
    Object.defineProperty(target, first.toLowerCase() + rest, field);
    Object.defineProperty(target, first.toUpperCase() + rest, field);
  }
  return target;
}

/** A promise that a page may leave alone: what it is rejected with is told in another way, too. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
