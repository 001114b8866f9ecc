/**
 * What a phone may say to the PBX.
 *
 * @module
 */
import * as v from "valibot";
import { linking } from "./link_messages.ts";
import { door, flag, oneOf, passedOn } from "./schema.ts";
import { candidate, id, key, link, number, properties, sdp, text, written } from "./strict.ts";

/** What may be done to a call by somebody who is no party to it. */
export const ORDERS = [
  "hold",
  "unhold",
  "hangup",
  "transfer",
  "forward",
  "dtmf",
  "listen",
  "unlisten",
] as const;

/** What was dialled, of any length: the dial plan decides whether that is a number. */
const dialled = text(60_000);

/** How many there are of something. */
const count = v.custom<number>(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  "expected a count",
);

/** The schemas, one a message. */
export const PHONE_MESSAGES = [
  v.object({
    type: v.literal("register"),
    device: id,
    number: v.optional(number),
    /** Of any length: one that nobody has is denied, not refused as a mistake. */
    token: v.optional(text(60_000)),
    resume: v.optional(text(128)),
    /** How many counted messages have arrived over the line that is resumed. */
    received: v.optional(count),
    properties: v.optional(properties),
    ready: v.optional(flag),
    /** Whether it wants to know of people, lines and, with the right to it, of all calls. */
    watch: v.optional(flag),
    /** Whether it goes on with the calls of an earlier page of this device, which else end. */
    takesUp: v.optional(flag),
  }),
  v.object({ type: v.literal("unregister") }),
  v.object({ type: v.literal("ready"), ready: flag }),
  v.object({
    type: v.literal("invite"),
    call: id,
    to: v.optional(dialled),
    offer: v.optional(sdp),
    elected: v.optional(flag),
    /** The call of this phone that the new one follows, as a `refer` has asked. */
    replaces: v.optional(id),
  }),
  v.object({
    type: v.literal("reject"),
    call: id,
    reason: v.optional(oneOf(["rejected", "busy"])),
    n: v.optional(count),
  }),
  v.object({ type: v.literal("hangup"), call: id, n: v.optional(count) }),
  v.object({ type: v.literal("hold"), call: id, n: v.optional(count) }),
  v.object({ type: v.literal("unhold"), call: id, n: v.optional(count) }),
  /** Sends the other party to a number, or to the other party of the call `with`, which this phone is in as well. */
  v.object({ type: v.literal("transfer"), call: id, to: v.optional(dialled), with: v.optional(id) }),
  /** Sends the caller of a call that rings here to another number. */
  v.object({ type: v.literal("forward"), call: id, to: dialled }),
  /** Acts on a call of others; `party` is the one who is sent `to` a number, or hears the `key`. */
  v.object({
    type: v.literal("order"),
    call: id,
    order: oneOf(ORDERS),
    party: v.optional(number),
    to: v.optional(dialled),
    key: v.optional(key),
  }),
  /** Asks for calls of the history; `filter` is that of `GetCallHistory` (docs/http_api.md). */
  v.object({ type: v.literal("history"), ask: id, filter: v.optional(properties) }),
  v.object({ type: v.literal("ping"), received: v.optional(count) }),
  /** Whom this phone wants a link with from now on (5 at most); a new word asks for a new connection. */
  v.object({ type: v.literal("links"), with: v.array(v.object({ number, word: id })) }),
  linking({ link, sdp, candidate }),
  ...passedOn({ id, sdp, written, key, candidate, count }),
] as const;

/** One of {@linkcode ORDERS}. */
export type Order = typeof ORDERS[number];

/** What a phone may say. */
export type PhoneMessage = v.InferOutput<typeof PHONE_MESSAGES[number]>;

/** Reads what a phone sent. Throws `MessageError`. */
export const parsePhoneMessage: (text: string) => PhoneMessage = door(PHONE_MESSAGES);
