/**
 * What a text of a phone was about, also where it could not be read or done.
 *
 * @module
 */

/** Longer words are no ids, and need not be said back. */
const LONGEST = 128;

/** The call and the question that something was about. */
export interface About {
  readonly call?: string;
  readonly ask?: string;
}

/** The call and the question that a message names, whatever else is wrong with it. */
export function aboutOf(message: unknown): About {
  const { call, ask } = Object(message);
  return { ...(isWord(call) && { call }), ...(isWord(ask) && { ask }) };
}

/** As {@linkcode aboutOf}, of a text that may be anything. */
export function aboutOfText(text: string): About {
  try {
    return aboutOf(JSON.parse(text));
  } catch {
    // Whoever reads the text itself says that it is no JSON.
    return {};
  }
}

const isWord = (value: unknown): value is string => typeof value === "string" && value.length <= LONGEST;
