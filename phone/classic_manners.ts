/**
 * What is the same all over the classic API: what it refuses, and how it spells.
 *
 * @module
 */

/** The sentence for what a method cannot do. */
export const cannot = (method: string, why: string): string => `Cannot act by ${method}: ${why}`;

/** Throws a `TypeError` that names the method and its argument. */
export function refuse(method: string, argument: string, kind: string): never {
  throw new TypeError(cannot(method, `${argument} is no ${kind}`));
}

/** Fits what is not empty, and no longer than any number. */
export const SOME = /^\s*\S[^]{0,200}$/;

/** An argument that is to be a text or a number, as a text. Throws a `TypeError` where it is neither, or does not fit. */
export function textOf(value: unknown, method: string, argument: string, kind = "text", fit = /^/): string {
  const text = Number.isFinite(value) ? String(value) : value;
  return typeof text === "string" && fit.test(text) ? text : refuse(method, argument, kind);
}

/** An argument that is to be a number from `least` to `most`, or its digits. Throws a `TypeError` for all else. */
export function numberOf(value: unknown, method: string, argument: string, least = 0, most = 1e9): number {
  const number = Number(textOf(value, method, argument, "number", SOME));
  return number >= least && number <= most ? number : refuse(method, argument, "number");
}

/** The most that an object may weigh that a page gives, as JSON text in characters. */
const MOST_DATA = 8192;

/** A copy of an argument that is to be an object of data, or nothing. Throws a `TypeError` for all else (row 26). */
export function dataOf(value: unknown, method: string, argument: string): Record<string, unknown> {
  const text = JSON.stringify(value ?? {});
  if (typeof (value ?? {}) !== "object" || text.length > MOST_DATA) {
    refuse(method, argument, "object of at most 8 KiB");
  }
  return { ...JSON.parse(text) };
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
