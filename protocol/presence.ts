/**
 * Who is on the line: a snapshot, then changes. Both are lists of the same entries, so that a change replaces
 * what was known of its number.
 *
 * @module
 */
import type { Message } from "./messages.ts";

/** What everybody on a line may know of a number. */
export type Presence = Extract<Message, { type: "presence" }>["changes"][number];

/** Whether nobody needs to know of this number any more. */
export const isGone = ({ status, name }: Presence): boolean => status === "offline" && !name;

/** The people after `changes`: an entry replaces the one of the same number; who left and has no name is forgotten. */
export function applyPresence(known: readonly Presence[], changes: readonly Presence[]): readonly Presence[] {
  const byNumber = new Map(known.map((entry) => [entry.number, entry]));
  for (const change of changes) {
    if (isGone(change)) byNumber.delete(change.number);
    else byNumber.set(change.number, change);
  }
  return [...byNumber.values()];
}
