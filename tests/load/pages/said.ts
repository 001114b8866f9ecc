/**
 * What of all that goes over a phone's socket belongs to a call.
 *
 * @module
 */
import type { Wired } from "./clock.ts";

/** What is said whether there is a call or not. */
const OF_THE_LINE: readonly string[] = [
  "(open)",
  "register",
  "registered",
  "unregister",
  "ready",
  "ping",
  "pong",
  "probe",
  "presence",
  "sessions",
  "links",
  "linked",
  "unlinked",
  "linking",
];

/** The messages of one call. */
export interface Said {
  /** The types of what the phones sent, in the order of time. */
  readonly sent: string;
  readonly count: number;
  /** How long all of it was, in UTF-16 units. */
  readonly bytes: number;
  /** How many messages the phones got. */
  readonly received: number;
}

/** What was said in a call, of all that went over the sockets of its phones. */
export function saidIn(wired: readonly Wired[]): Said {
  const said = wired.filter(({ type }) => !OF_THE_LINE.includes(type));
  const sent = said.filter(({ way }) => way === "out").sort((one, other) => one.at - other.at);
  return {
    sent: sent.map(({ type }) => type).join(" "),
    count: sent.length,
    bytes: sent.reduce((sum, { bytes }) => sum + bytes, 0),
    received: said.length - sent.length,
  };
}
