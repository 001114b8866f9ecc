/**
 * What the PBX may say to a phone.
 *
 * @module
 */
import * as v from "valibot";
import { END_REASONS } from "./call_state.ts";
import { amount, type Candidate, door, entries, flag, oneOf, passedOn, string } from "./schema.ts";

const heldBy = v.optional(v.array(oneOf(["caller", "callee", "pbx"])));

const presence = v.object({
  number: string,
  /** Only people with a number of their own (agents) have a name; they stay in the directory when offline. */
  name: v.optional(string),
  status: oneOf(["online", "busy", "offline"]),
  /** When this status began, in milliseconds since the epoch by the server's clock. */
  since: amount,
  /** Whether this phone takes part in the election of who calls whom. */
  elect: flag,
  properties: v.optional(entries()),
});

const iceServer = v.object({
  urls: v.array(string),
  username: v.optional(string),
  credential: v.optional(string),
});

/** A live call of this phone, as it is found after a lost line. */
const liveCall = v.object({
  call: string,
  state: v.object({
    name: oneOf(["inviting", "ringing", "established"]),
    heldBy,
  }),
  /** The other side's number. */
  number: string,
  /** What this phone is in it; absent where the call rings at other devices of its number. */
  role: v.optional(oneOf(["caller", "callee"])),
  acceptedAt: v.optional(amount),
});

/** Somebody with a number of their own. Address and mobile number are for those who may see all calls. */
const person = v.object({
  number: string,
  name: string,
  line: string,
  email: v.optional(string),
  mobile: v.optional(string),
});

const party = v.object({ number: string, name: v.optional(string) });

/** A call as somebody sees it who is no party to it. Times are in milliseconds since the epoch, by the server's clock. */
const session = v.object({
  call: string,
  caller: party,
  callee: party,
  state: v.object({
    name: oneOf(["inviting", "ringing", "established", "ended"]),
    heldBy,
    reason: v.optional(oneOf(END_REASONS)),
  }),
  createdAt: amount,
  acceptedAt: v.optional(amount),
  /** When it came to this state. */
  changedAt: amount,
  /** Grows with every change of the call: what is not newer than what is known has been overtaken. */
  version: amount,
});

/** The schemas, one a message. */
export const PBX_MESSAGES = [
  v.object({
    type: v.literal("registered"),
    number: string,
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
    /** What this phone may do: words of `protocol/rights.ts`. */
    rights: v.array(string),
    /** The server's clock. */
    now: amount,
    /** For those who `watch`: all agents that they may know of, all lines, and all live calls with the right to it. */
    people: v.optional(v.array(person)),
    lines: v.optional(v.array(string)),
    sessions: v.optional(v.array(session)),
  }),
  v.object({
    type: v.literal("denied"),
    code: oneOf(["unknown-agent", "wrong-key", "unknown-token", "replaced"]),
    message: string,
  }),
  v.object({ type: v.literal("presence"), changes: v.array(presence) }),
  v.object({ type: v.literal("sessions"), changes: v.array(session) }),
  v.object({
    type: v.literal("invite"),
    call: string,
    from: string,
    name: v.optional(string),
    offer: v.optional(string),
    /** Whether the callee may negotiate while it rings: the caller is trusted with its address. */
    early: flag,
    elected: flag,
    /** The call of this phone that the new one takes the place of, with no ringing (attended transfer). */
    replaces: v.optional(string),
  }),
  /** This phone is to call another number in the place of the call: at once while it rings, else once that accepts. */
  v.object({ type: v.literal("refer"), call: string, to: string }),
  /** The other side holds, or with `by` the PBX does. */
  v.object({ type: v.literal("hold"), call: string, by: v.optional(oneOf(["pbx"])), n: v.optional(amount) }),
  v.object({
    type: v.literal("unhold"),
    call: string,
    by: v.optional(oneOf(["pbx"])),
    n: v.optional(amount),
  }),
  v.object({ type: v.literal("hangup"), call: string, reason: oneOf(END_REASONS) }),
  /** The number that the PBX chose for a call that was dialled with none. */
  v.object({ type: v.literal("calling"), call: string, number: string }),
  /** The call crossed another one between the same two (glare), and goes on as that one. */
  v.object({ type: v.literal("joined"), call: string, into: string }),
  v.object({
    type: v.literal("error"),
    code: string,
    message: string,
    field: v.optional(string),
    call: v.optional(string),
    /** The question that this answers. */
    ask: v.optional(string),
  }),
  /** One page of the history: the rows are those of `GetCallHistory` (docs/http_api.md). */
  v.object({ type: v.literal("history"), ask: string, total: amount, calls: v.array(entries()) }),
  /** Asks whether the phone still lives; a `ping` is the sign of it. */
  v.object({ type: v.literal("probe") }),
  /** The server is about to stop: the phone is to come back, but not before so many milliseconds. */
  v.object({ type: v.literal("restart"), after: amount }),
  /** From now on these servers, as the time of earlier credentials ends. */
  v.object({ type: v.literal("ice"), iceServers: v.array(iceServer) }),
  v.object({ type: v.literal("pong"), received: v.optional(amount) }),
  ...passedOn({
    id: string,
    sdp: string,
    written: string,
    key: string,
    candidate: entries<Candidate>(),
    count: amount,
  }),
] as const;

/** What the PBX may say. */
export type PbxMessage = v.InferOutput<typeof PBX_MESSAGES[number]>;

/** Somebody with a number of their own. */
export type Person = v.InferOutput<typeof person>;

/** A call as somebody sees it who is no party to it. */
export type Session = v.InferOutput<typeof session>;

/** A STUN or TURN server as the PBX hands it out (the shape of W3C `RTCIceServer`). */
export type IceServer = v.InferOutput<typeof iceServer>;

/** Reads what the PBX sent. Throws `MessageError`. */
export const parsePbxMessage: (text: string) => PbxMessage = door(PBX_MESSAGES);
