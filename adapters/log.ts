/**
 * The log: JSON, one line an event, for machines and for people with `jq`.
 *
 * @module
 */
import type { Log, Now } from "../pbx/ports.ts";

/** The levels of {@linkcode Log}, from the chattiest to the gravest. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** A {@linkcode Log} that hands every event from `least` upwards to `write`, as one line of JSON without its end. */
export function openLog(least: LogLevel, now: Now, write: (line: string) => void): Log {
  return (level, event, fields = {}) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
    write(JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields }, plain));
  };
}

/** An error has no enumerable fields, so JSON would make `{}` of it; the stack is left out, it may quote a message. */
const plain = (_key: string, value: unknown): unknown =>
  value instanceof Error ? `${value.name}: ${value.message}` : value;
