/**
 * Every operation of the HTTP API, in one table: what is asked and answered is checked by it, and the OpenAPI document
 * is made of it.
 *
 * @module
 */
import { type Right, RIGHTS } from "../protocol/rights.ts";
import { ENDS } from "./api_words.ts";

/** A part of what is asked or answered: JSON Schema 2020-12, as much of it as the API needs. */
export interface Field {
  readonly description: string;
  readonly type: "string" | "integer" | "array" | "object";
  /** The words that a text may be; in any letter case when it is asked. */
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: number | string | readonly string[];
  readonly example?: unknown;
  readonly items?: Omit<Field, "description">;
  readonly maxItems?: number;
  readonly properties?: Fields;
}

/** Fields by name. */
export type Fields = Readonly<Record<string, Field>>;

/** One operation. */
export interface Operation {
  /** Also the last part of its path. */
  readonly name: string;
  readonly method: "GET" | "POST";
  /** What the token must have a right to; any token will do where there is none. */
  readonly right?: Right;
  readonly summary: string;
  readonly description?: string;
  readonly asked: Fields;
  /** The names of `asked` that must be there. */
  readonly required?: readonly string[];
  readonly answered: Fields;
  /** What the answer is in XML, where the classic names differ. */
  readonly answeredInXml?: Fields;
  /** Refusals of its own, beside those that every operation has. */
  readonly refusals?: readonly ("no-such-call")[];
}

/** The longest text that is asked for, in characters; only a document of XML may be longer. */
const MOST = 200;

const text = (description: string, example?: string): Field => ({
  type: "string",
  maxLength: MOST,
  description,
  ...(example !== undefined && { example }),
});
const word = (words: readonly string[], description: string): Field => ({
  type: "string",
  enum: words,
  description,
});

const FORMAT = word(["json", "xml"], "The form of the answer; without it, what `Accept` says.");
const DIRECTION = word(
  ["Internal", "External", "Inbound", "Outbound"],
  "Between phones of this PBX, or over a trunk.",
);
const STATE = word(Object.keys(ENDS), "How the call ended.");
const CALL_ID = text("The call's id.", "4f1d8c7a2b90");

const HISTORY_ROW: Fields = {
  StartTime: text("`YYYY-MM-DD hh:mm:ss`, UTC.", "2026-11-23 09:30:00"),
  Direction: DIRECTION,
  Source: text("The caller's number.", "1001"),
  Destination: text("The callee's number.", "1002"),
  State: STATE,
  Dialed: text("The number that was dialled, or chosen by the default rule.", "1002"),
  CallerId: text("The number that the callee was shown.", "1001"),
  Type: word(["Audio"], "Always Audio: whether a camera was on is not kept."),
  CallId: CALL_ID,
};

/** Makes tokens of a token. */
export const GENERATE_SECURITY_TOKEN: Operation = {
  name: "GenerateSecurityToken",
  method: "POST",
  summary: "Makes a token",
  description: "Any token may make others, which have no more rights than itself, are of the same line, " +
    "count on no other pages, and end no later. In place of `rights`, a classic `<SecurityToken>` document may stand " +
    "in `AuthXml`, or be the whole body.",
  asked: {
    line: text("The line; that of the token that makes it.", "Webphone1"),
    rights: {
      type: "array",
      items: { type: "string", enum: RIGHTS },
      maxItems: RIGHTS.length,
      description: "What it may be used for; without it calls and messages, as far as its maker may.",
    },
    seconds: {
      type: "integer",
      minimum: 1,
      maximum: 315_360_000,
      description: "How long it is good; without it a day, or as long as its maker.",
    },
    origins: {
      type: "array",
      items: { type: "string", maxLength: MOST },
      maxItems: 20,
      description: "The origins of the pages that it counts on; without it those of its maker.",
    },
    AuthXml: {
      type: "string",
      maxLength: 4096,
      description: "A classic `<SecurityToken>` document, with `Allow…` elements that are True or False.",
    },
    Format: FORMAT,
  },
  answered: {
    token: text("The token. It is shown only now."),
    expires: { type: "integer", description: "Its end, in milliseconds since the epoch." },
  },
  answeredInXml: {
    SecurityToken: text("The token. It is shown only now."),
    Expires: { type: "integer", description: "Its end, in milliseconds since the epoch." },
  },
};

/** Reads the calls that were. */
export const GET_CALL_HISTORY: Operation = {
  name: "GetCallHistory",
  method: "GET",
  right: "history",
  summary: "The calls that were, newest first",
  asked: {
    PageNumber: {
      type: "integer",
      minimum: 1,
      maximum: 1_000_000,
      default: 1,
      description: "From 1 on.",
    },
    RowsPerPage: { type: "integer", minimum: 1, maximum: 500, default: 50, description: "Calls in a page." },
    From: text("The earliest start: `YYYY-MM-DD`, with or without ` hh:mm:ss`, UTC.", "2026-11-23"),
    General: text("Part of the id or of a number, in any letter case."),
    Direction: DIRECTION,
    Source: text("The caller's number."),
    Destination: text("The callee's number."),
    State: STATE,
    Dialed: text("The number that was dialled."),
    CallerId: text("The number that the callee was shown."),
    CallId: CALL_ID,
    Format: FORMAT,
  },
  answered: {
    NumberOfCalls: { type: "integer", description: "How many calls the filters fit, on all pages." },
    Calls: {
      type: "array",
      description: "The calls of this page.",
      items: { type: "object", properties: HISTORY_ROW },
    },
  },
};

/** Reads who has a number. */
export const LIST_EXTENSIONS: Operation = {
  name: "ListExtensions",
  method: "GET",
  right: "sessions",
  summary: "The agents of all lines, and who of them is there",
  asked: { Format: FORMAT },
  answered: {
    Extensions: {
      type: "array",
      description: "In the order of their numbers.",
      items: {
        type: "object",
        properties: {
          Id: text("The number.", "1001"),
          Type: word(["Webphone"], "Agents have a webphone."),
          DisplayName: text("The agent's name.", "Alice"),
          Status: word(["Online", "Busy", "Offline"], "Whether a phone of theirs is on line, or in a call."),
        },
      },
    },
  },
};

/** Ends a call of others. */
export const HANGUP: Operation = {
  name: "Hangup",
  method: "POST",
  right: "modify",
  summary: "Ends a call for both its parties",
  asked: { CallId: CALL_ID, Format: FORMAT },
  required: ["CallId"],
  answered: { CallId: CALL_ID },
  refusals: ["no-such-call"],
};

/** All of them. */
export const OPERATIONS: readonly Operation[] = [
  GENERATE_SECURITY_TOKEN,
  GET_CALL_HISTORY,
  LIST_EXTENSIONS,
  HANGUP,
];

/** Where an operation is. */
export const pathOf = ({ name }: Operation): string => `/api/${name}`;
