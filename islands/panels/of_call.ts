/**
 * What the screen remembers of each call for as long as there is one.
 *
 * @module
 */
import type { Call } from "../../phone/call.ts";

/** Makes a function that answers the same thing for the same call, made at the first asking. */
export function ofCall<T>(make: () => T): (call: Call) => T {
  const things = new WeakMap<Call, T>();
  return (call) => {
    const thing = things.get(call) ?? make();
    things.set(call, thing);
    return thing;
  };
}
