/**
 * How people are shown: their initials in their own colour, and the words for their presence.
 *
 * @module
 */
import type { Presence } from "../protocol/presence.ts";

/** The words for a presence. */
export const PRESENCE: Record<Presence["status"], string> = {
  online: "Online",
  busy: "Busy",
  offline: "Offline",
};

/**
 * Whoever is there before whoever is not, by name; but those who are `held` stand in that order, before all others. A list
 * that moves under the hand has people call somebody else, or nobody.
 */
export function inOrder(people: readonly Presence[], held: readonly string[] = []): Presence[] {
  const place = ({ number, status }: Presence) =>
    held.indexOf(number) + 1 || held.length + (status === "offline" ? 2 : 1);
  const nameIn = ({ name, number }: Presence) => name ?? number;
  return [...people].sort((a, b) => place(a) - place(b) || nameIn(a).localeCompare(nameIn(b)));
}

/** Two letters that stand for a name; where it ends in a number, the last two digits. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const [first = "", last = ""] = [words[0], words.length > 1 ? words.at(-1) : ""];
  if (/^\+?\d+$/.test(last || first)) return (last || first).slice(-2);
  return ([...first][0] ?? "").toUpperCase() + ([...last][0] ?? "").toUpperCase();
}

/** One of eight hues, always the same for the same number. */
export function hueOf(number: string): number {
  let sum = 0;
  for (const letter of number) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return sum % 8;
}
