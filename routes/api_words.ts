/**
 * The classic API's words for what is called otherwise here; those of the history are in `protocol/call_history.ts`.
 *
 * @module
 */
import type { Right } from "../protocol/rights.ts";

/** What each `Allow…` element of a classic `<SecurityToken>` document speaks of. */
export const ALLOWANCES: Readonly<Record<string, Right>> = {
  AllowCalls: "calls",
  AllowMessages: "messages",
  AllowSessions: "sessions",
  AllowSessionModification: "modify",
  AllowCallHistory: "history",
  AllowListening: "listen",
};
