/**
 * Every operation of the HTTP API, in one table: what is asked and answered is checked by it, and the OpenAPI document
 * is made of it.
 *
 * @module
 */
import type { Shape } from "../protocol/asked.ts";
import { DIRECTIONS, ENDS, HISTORY_ASKED, USUAL_ROWS } from "../protocol/call_history.ts";
import { END_REASONS } from "../protocol/call_state.ts";
import { MAX_DIALLED } from "../protocol/messages.ts";
import { type Right, RIGHTS } from "../protocol/rights.ts";
import type { Refusal } from "./api_house.ts";

/** A part of what is asked or answered. */
export interface Field extends Shape {
  readonly description: string;
  readonly default?: number | string | readonly string[];
  readonly example?: unknown;
  readonly items?: Omit<Field, "description">;
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
  readonly refusals?: readonly Refusal["refused"][];
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
const DIRECTION = word(DIRECTIONS, "Between phones of this PBX, or over a trunk.");
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
  Reason: word(END_REASONS, "Our own, finer word for how the call ended."),
  ReasonText: text("The same as a sentence for people.", "Somebody hung up"),
  Duration: { type: "integer", description: "From the accept to the end, in seconds; 0 without an accept." },
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

const HISTORY_FILTERS: Record<keyof typeof HISTORY_ASKED, Field> = {
  PageNumber: { ...HISTORY_ASKED.PageNumber, default: 1, description: "From 1 on." },
  RowsPerPage: { ...HISTORY_ASKED.RowsPerPage, default: USUAL_ROWS, description: "Calls in a page." },
  From: text("The earliest start: `YYYY-MM-DD`, with or without ` hh:mm:ss`, UTC.", "2026-11-23"),
  General: text("Part of the id or of a number, in any letter case."),
  Direction: DIRECTION,
  Source: text("The caller's number."),
  Destination: text("The callee's number."),
  State: STATE,
  Dialed: text("The number that was dialled."),
  CallerId: text("The number that the callee was shown."),
  CallId: CALL_ID,
  Extension: text("The number of one of the two."),
};

/** Reads the calls that were. */
export const GET_CALL_HISTORY: Operation = {
  name: "GetCallHistory",
  method: "GET",
  right: "history",
  summary: "The calls that were, newest first",
  asked: { ...HISTORY_FILTERS, Format: FORMAT },
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
  summary: "The agents of all lines, who of them is there, and the lines",
  asked: { Format: FORMAT },
  answered: {
    Extensions: {
      type: "array",
      description: "Agents in the order of their numbers, then lines in that of their names.",
      items: {
        type: "object",
        properties: {
          Id: text("An agent's number, or a line's name.", "1001"),
          Type: word(["Webphone", "WebphoneLine"], "An agent, or a line of web clients."),
          DisplayName: text("The agent's name, or the line's.", "Alice"),
          Status: word(
            ["Online", "Busy", "Offline"],
            "Whether a phone is on line, or in a call; lines are on line.",
          ),
        },
      },
    },
  },
};

/** An operation that acts on a call of others. */
const onCall = (
  operation: Pick<Operation, "name" | "summary" | "description">,
  asked: Fields = {},
  refusals: NonNullable<Operation["refusals"]> = [],
): Operation => ({
  ...operation,
  method: "POST",
  right: "modify",
  asked: { CallId: CALL_ID, ...asked, Format: FORMAT },
  required: ["CallId", ...Object.keys(asked).filter((name) => asked[name]?.default === undefined)],
  answered: { CallId: CALL_ID },
  refusals: ["no-such-call", ...refusals],
});

const PHONE_NUMBER: Field = {
  type: "string",
  maxLength: MAX_DIALLED,
  description: "The number to call instead.",
  example: "1003",
};

/** Ends a call of others. */
export const HANGUP: Operation = onCall({ name: "Hangup", summary: "Ends a call for both its parties" });

/** Holds a call of others. */
export const HOLD: Operation = onCall(
  {
    name: "Hold",
    summary: "Holds both parties of a call",
    description: "A party's own hold is another one. Held again, it stays held.",
  },
  {},
  ["wrong-state"],
);

/** Lifts what `HOLD` has done. */
export const UNHOLD: Operation = onCall(
  {
    name: "Unhold",
    summary: "Ends the hold of a call",
    description: "A party's own hold stays.",
  },
  {},
  ["wrong-state"],
);

/** Sends a caller elsewhere. */
export const FORWARD: Operation = onCall(
  {
    name: "Forward",
    summary: "Sends the caller of a call that is not accepted yet to another number",
  },
  { PhoneNumber: PHONE_NUMBER },
  ["wrong-state", "not-found"],
);

/** Sends a party elsewhere. */
export const BLIND_TRANSFER: Operation = onCall({
  name: "BlindTransfer",
  summary: "Sends one party of an accepted call to another number",
  description: "The call ends when that number accepts; if it does not, the call goes on.",
}, {
  Transferor: text("The party that moves: its number, `Caller` or `Callee`.", "1002"),
  PhoneNumber: PHONE_NUMBER,
}, ["wrong-state", "not-a-party", "not-found"]);

/** Presses keys. */
export const SEND_DTMF: Operation = onCall({
  name: "SendDTMF",
  summary: "Lets the parties of a call hear keys of a telephone",
}, {
  Key: {
    type: "string",
    pattern: "^[0-9*#]{1,32}$",
    description: "One key or several, one after the other.",
    example: "5",
  },
  Receiver: {
    ...text("Who hears them: `All`, `Caller`, `Callee`, or the number of one of them.", "1002"),
    default: "All",
  },
}, ["not-a-party"]);

/** All of them. */
export const OPERATIONS: readonly Operation[] = [
  GENERATE_SECURITY_TOKEN,
  GET_CALL_HISTORY,
  LIST_EXTENSIONS,
  HANGUP,
  HOLD,
  UNHOLD,
  FORWARD,
  BLIND_TRANSFER,
  SEND_DTMF,
];

/** Where an operation is. */
export const pathOf = ({ name }: Operation): string => `/api/${name}`;
