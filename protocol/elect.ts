/**
 * Who calls whom when everybody on a line sees everybody. Pure, and ordered by the server's `since`: whoever has
 * waited longest is called, the next one calls. No dice, so no two phones dial each other.
 *
 * @module
 */
import type { Presence } from "./presence.ts";

/** Whether this entry may be elected: on line, in no call, and ready for calls on an *elect* line. */
export const isWaiting = (entry: Presence): boolean => entry.status === "online" && entry.elect;

/** Longest waiting first; equal times are told apart by number, so that everyone sorts alike. */
export function byWaiting(a: Presence, b: Presence): number {
  return a.since - b.since || (a.number < b.number ? -1 : 1);
}

/**
 * The number that `self` is to call, or `undefined` when it is to wait. Of any two waiting phones exactly one is told
 * to call; of N, pairs form until at most one is left.
 */
export function elect(present: readonly Presence[], self: string): string | undefined {
  const waiting = present.filter(isWaiting).sort(byWaiting);
  const rank = waiting.findIndex((entry) => entry.number === self);
  return rank % 2 === 1 ? waiting[rank - 1]?.number : undefined;
}
