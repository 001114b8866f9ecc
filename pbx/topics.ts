/**
 * The names under which nodes find one another's phones on the bus. A device's topic holds its number, so that nobody
 * can listen on a device of another number by claiming its id.
 *
 * @module
 */
import type { Party } from "./ports.ts";

/** All devices of a number. */
export const numberTopic = (number: string): string => `number:${number}`;

/** One device of a number. */
export const deviceTopic = ({ number, device }: Party): string => `device:${number}/${device}`;

/** Changes of who is present on a line. */
export const presenceTopic = (line: string): string => `presence:${line}`;

/** Tells older registrations of a device that a newer one (the text is its epoch) has taken its place. */
export const evictTopic = ({ number, device }: Party): string => `evict:${number}/${device}`;

/** What is said of the links of a number. */
export const linksTopic = (number: string): string => `links:${number}`;

/** Numbers whose pages were asked for (`+`) or are there (`-`). */
export const OPENING_TOPIC = "opening";

/** Changes of all calls, for those who may see them. */
export const SESSIONS_TOPIC = "sessions";
