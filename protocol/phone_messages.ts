/**
 * What a phone may say to the PBX.
 *
 * @module
 */
import * as v from "valibot";
import { door, flag, id, MAX_DIALLED, number, oneOf, PASSED_ON, properties, sdp, text } from "./schema.ts";

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
  }),
  v.object({ type: v.literal("unregister") }),
  v.object({ type: v.literal("ready"), ready: flag }),
  v.object({
    type: v.literal("invite"),
    call: id,
    /** What was dialled, as it was dialled: the dial plan decides whether that is a number. */
    to: v.optional(text(MAX_DIALLED)),
    offer: v.optional(sdp),
    elected: v.optional(flag),
  }),
  v.object({ type: v.literal("reject"), call: id, reason: v.optional(oneOf(["rejected", "busy"])) }),
  v.object({ type: v.literal("hangup"), call: id }),
  v.object({ type: v.literal("ping"), received: v.optional(count) }),
  ...PASSED_ON,
] as const;

/** What a phone may say. */
export type PhoneMessage = v.InferOutput<typeof PHONE_MESSAGES[number]>;

/** Reads what a phone sent. Throws `MessageError`. */
export const parsePhoneMessage: (text: string) => PhoneMessage = door(PHONE_MESSAGES);
