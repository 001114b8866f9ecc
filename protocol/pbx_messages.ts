/**
 * What the PBX may say to a phone.
 *
 * @module
 */
import * as v from "valibot";
import { END_REASONS } from "./call_state.ts";
import { door, id, number, PASSED_ON, properties, sdp } from "./schema.ts";

const presence = v.object({
  number,
  /** Only people with a number of their own (agents) have a name; they stay in the directory when offline. */
  name: v.optional(v.string()),
  status: v.picklist(["online", "busy", "offline"]),
  /** When this status began, in milliseconds since the epoch by the server's clock. */
  since: v.number(),
  /** Whether this phone takes part in the election of who calls whom. */
  elect: v.boolean(),
  properties: v.optional(properties),
});

const iceServer = v.object({
  urls: v.array(v.string()),
  username: v.optional(v.string()),
  credential: v.optional(v.string()),
});

/** A live call of this phone, as it is found after a lost line. */
const liveCall = v.object({
  call: id,
  state: v.object({
    name: v.picklist(["inviting", "ringing", "established"]),
    heldBy: v.optional(v.array(v.picklist(["caller", "callee"]))),
  }),
});

/** The schemas, one a message. */
export const PBX_MESSAGES = [
  v.object({
    type: v.literal("registered"),
    number,
    line: v.string(),
    name: v.optional(v.string()),
    elect: v.boolean(),
    ready: v.boolean(),
    resume: v.string(),
    iceServers: v.array(iceServer),
    presence: v.array(presence),
    calls: v.array(liveCall),
  }),
  v.object({
    type: v.literal("denied"),
    code: v.picklist(["unknown-agent", "wrong-key", "unknown-token", "replaced"]),
    message: v.string(),
  }),
  v.object({ type: v.literal("presence"), changes: v.array(presence) }),
  v.object({
    type: v.literal("invite"),
    call: id,
    from: number,
    name: v.optional(v.string()),
    offer: v.optional(sdp),
    /** Whether the callee may negotiate while it rings: the caller is trusted with its address. */
    early: v.boolean(),
    elected: v.boolean(),
  }),
  v.object({ type: v.literal("hangup"), call: id, reason: v.picklist(END_REASONS) }),
  /** The number that the PBX chose for a call that was dialled with none. */
  v.object({ type: v.literal("calling"), call: id, number }),
  /** The call crossed another one between the same two (glare), and goes on as that one. */
  v.object({ type: v.literal("joined"), call: id, into: id }),
  v.object({
    type: v.literal("error"),
    code: v.string(),
    message: v.string(),
    field: v.optional(v.string()),
    call: v.optional(v.string()),
  }),
  v.object({ type: v.literal("pong") }),
  ...PASSED_ON,
] as const;

/** What the PBX may say. */
export type PbxMessage = v.InferOutput<typeof PBX_MESSAGES[number]>;

/** A STUN or TURN server as the PBX hands it out (the shape of W3C `RTCIceServer`). */
export type IceServer = v.InferOutput<typeof iceServer>;

/** Reads what the PBX sent. Throws `MessageError`. */
export const parsePbxMessage: (text: string) => PbxMessage = door(PBX_MESSAGES);
