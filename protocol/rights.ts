/**
 * What a phone, or whoever holds a token, may do. No page that only telephones needs these words.
 *
 * @module
 */

/** Every right, in the order in which lists of them are written. */
export const RIGHTS = ["calls", "messages", "sessions", "modify", "history", "listen"] as const;

/**
 * To start calls; to write messages; to see all calls of the PBX, and who is there; to act on calls of others; to read
 * the history of all calls; to hear calls of others.
 */
export type Right = typeof RIGHTS[number];

/** What agents, the name of a line, and a token that says nothing else give. */
export const USUAL_RIGHTS: readonly Right[] = ["calls", "messages"];

/** Whether `word` names a right. */
export const isRight = (word: unknown): word is Right => RIGHTS.some((right) => right === word);
