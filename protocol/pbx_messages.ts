/**
 * What the PBX may say to a phone.
 *
 * @module
 */
import * as v from "valibot";
import { END_REASONS } from "./call_state.ts";
import { amount, door, flag, id, number, oneOf, PASSED_ON, properties, sdp, string } from "./schema.ts";

const presence = v.object({
  number,
  /** Only people with a number of their own (agents) have a name; they stay in the directory when offline. */
  name: v.optional(string),
  status: oneOf(["online", "busy", "offline"]),
  /** When this status began, in milliseconds since the epoch by the server's clock. */
  since: amount,
  /** Whether this phone takes part in the election of who calls whom. */
  elect: flag,
  properties: v.optional(properties),
});

const iceServer = v.object({
  urls: v.array(string),
  username: v.optional(string),
  credential: v.optional(string),
});

/** A live call of this phone, as it is found after a lost line. */
const liveCall = v.object({
  call: id,
  state: v.object({
    name: oneOf(["inviting", "ringing", "established"]),
    heldBy: v.optional(v.array(oneOf(["caller", "callee"]))),
  }),
});

/** The schemas, one a message. */
export const PBX_MESSAGES = [
  v.object({
    type: v.literal("registered"),
    number,
    line: string,
    name: v.optional(string),
    elect: flag,
    ready: flag,
    resume: string,
    /** How many counted messages have arrived over the line that is resumed; absent when it is a new one. */
    received: v.optional(amount),
    iceServers: v.array(iceServer),
    presence: v.array(presence),
    calls: v.array(liveCall),
  }),
  v.object({
    type: v.literal("denied"),
    code: oneOf(["unknown-agent", "wrong-key", "unknown-token", "replaced"]),
    message: string,
  }),
  v.object({ type: v.literal("presence"), changes: v.array(presence) }),
  v.object({
    type: v.literal("invite"),
    call: id,
    from: number,
    name: v.optional(string),
    offer: v.optional(sdp),
    /** Whether the callee may negotiate while it rings: the caller is trusted with its address. */
    early: flag,
    elected: flag,
  }),
  v.object({ type: v.literal("hangup"), call: id, reason: oneOf(END_REASONS) }),
  /** The number that the PBX chose for a call that was dialled with none. */
  v.object({ type: v.literal("calling"), call: id, number }),
  /** The call crossed another one between the same two (glare), and goes on as that one. */
  v.object({ type: v.literal("joined"), call: id, into: id }),
  v.object({
    type: v.literal("error"),
    code: string,
    message: string,
    field: v.optional(string),
    call: v.optional(string),
  }),
  v.object({ type: v.literal("pong"), received: v.optional(amount) }),
  ...PASSED_ON,
] as const;

/** What the PBX may say. */
export type PbxMessage = v.InferOutput<typeof PBX_MESSAGES[number]>;

/** A STUN or TURN server as the PBX hands it out (the shape of W3C `RTCIceServer`). */
export type IceServer = v.InferOutput<typeof iceServer>;

/** Reads what the PBX sent. Throws `MessageError`. */
export const parsePbxMessage: (text: string) => PbxMessage = door(PBX_MESSAGES);
