/**
 * How long things may take at the PBX, in milliseconds.
 *
 * @module
 */

/** How long a socket may be open without anybody registering over it. */
export const TIME_TO_REGISTER = 15_000;

/** How long a registration lasts unless it is refreshed. */
export const LEASE = 60_000;

/** How often a phone is asked whether it still lives; see `IDLE_SECONDS` in `adapters/web/socket.ts`. */
export const PROBE = 7500;

/** How long a phone whose socket was lost stays registered: within it, it is the same device. */
export const GRACE_TIME = 30_000;

/** How long a phone may say nothing over a socket that seems to live: as long as a lost socket takes to be noticed and given up. */
export const SILENCE = 40_000;

/** How long a page that is loaded again may take to come back to its calls. */
export const RELOAD_TIME = 10_000;

/** How often a phone is given new credentials for relays: long before the old ones end. */
export const NEW_CREDENTIALS = 3_600_000;

/** How long what was said before a stop may take to be done. */
export const LAST_STEPS = 2000;

/** Within which time phones are to come back after a restart: so long for each, within bounds; classic pages wait for 10 s. */
export const SPREAD = { each: 2, least: 2000, most: 6000 } as const;
