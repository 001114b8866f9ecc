/**
 * Every message between a phone and the PBX, written once: the schemas validate at both ends, the types are
 * inferred from them. `docs/protocol.md` shows an example of each.
 *
 * @module
 */
import * as v from "valibot";
import { END_REASONS } from "./call_state.ts";

/** The most a message may weigh, in UTF-8 bytes; more closes the socket with 1009. */
export const MAX_MESSAGE_BYTES = 65_536;

/** The most characters that can be dialled. */
export const MAX_DIALLED = 128;

const text = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most));
const number = v.pipe(v.string(), v.regex(/^[\w+*#.:@-]{1,64}$/, "expected a number of 1 to 64 characters"));
const id = v.pipe(v.string(), v.regex(/^[\w-]{8,64}$/, "expected 8 to 64 letters, digits, - or _"));
const sdp = text(60_000);
const milliseconds = v.pipe(v.number(), v.minValue(0));

/** Free attributes of a web client, delivered with its presence; they cannot grow beyond 8 KiB as JSON. */
const properties = v.pipe(
  v.record(v.string(), v.unknown()),
  v.check((value) => JSON.stringify(value).length <= 8192, "expected at most 8 KiB of properties"),
);

const candidate = v.object({
  candidate: v.pipe(v.string(), v.maxLength(1024)),
  sdpMid: v.nullish(v.string()),
  sdpMLineIndex: v.nullish(v.number()),
  usernameFragment: v.nullish(v.string()),
});

const presence = v.object({
  number,
  /** Only people with a number of their own (agents) have a name; they stay in the directory when offline. */
  name: v.optional(v.string()),
  status: v.picklist(["online", "busy", "offline"]),
  /** When this status began, in milliseconds since the epoch by the server's clock. */
  since: milliseconds,
  /** Whether this phone takes part in the election of who calls whom. */
  elect: v.boolean(),
  properties: v.optional(properties),
});

const callState = v.variant("name", [
  v.object({ name: v.literal("inviting") }),
  v.object({ name: v.literal("ringing") }),
  v.object({ name: v.literal("established"), heldBy: v.array(v.picklist(["caller", "callee"])) }),
  v.object({ name: v.literal("ended"), reason: v.picklist(END_REASONS) }),
]);

const iceServer = v.object({
  urls: v.union([v.string(), v.array(v.string())]),
  username: v.optional(v.string()),
  credential: v.optional(v.string()),
});

const simple = <const T extends string>(type: T) => v.object({ type: v.literal(type) });
const ofCall = <const T extends string>(type: T) => v.object({ type: v.literal(type), call: id });

/** Messages that both sides send alike: the PBX passes them on from one party of the call to the other. */
const passedOn = [
  v.object({ type: v.literal("ringing"), call: id, answer: v.optional(sdp) }),
  v.object({ type: v.literal("accept"), call: id, answer: v.optional(sdp) }),
  ofCall("hold"),
  ofCall("unhold"),
  v.object({ type: v.literal("offer"), call: id, sdp }),
  v.object({ type: v.literal("answer"), call: id, sdp }),
  v.object({
    type: v.literal("candidate"),
    call: id,
    candidates: v.pipe(v.array(candidate), v.minLength(1), v.maxLength(64)),
  }),
  v.object({ type: v.literal("media"), call: id, microphone: v.boolean(), camera: v.boolean() }),
] as const;

const fromPhone = v.variant("type", [
  v.object({
    type: v.literal("register"),
    device: id,
    number: v.optional(number),
    token: v.optional(text(512)),
    resume: v.optional(text(128)),
    properties: v.optional(properties),
    ready: v.optional(v.boolean()),
  }),
  simple("unregister"),
  v.object({ type: v.literal("ready"), ready: v.boolean() }),
  v.object({
    type: v.literal("invite"),
    call: id,
    /** What was dialled, as it was dialled: the dial plan decides whether that is a number. */
    to: v.optional(text(MAX_DIALLED)),
    offer: v.optional(sdp),
    elected: v.optional(v.boolean()),
  }),
  v.object({ type: v.literal("reject"), call: id, reason: v.optional(v.picklist(["rejected", "busy"])) }),
  ofCall("hangup"),
  simple("ping"),
  ...passedOn,
]);

const fromPbx = v.variant("type", [
  v.object({
    type: v.literal("registered"),
    number,
    line: text(64),
    name: v.optional(v.string()),
    elect: v.boolean(),
    ready: v.boolean(),
    resume: text(128),
    iceServers: v.array(iceServer),
    presence: v.array(presence),
    calls: v.array(v.object({ call: id, state: callState })),
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
  simple("pong"),
  ...passedOn,
]);

/** What a phone may say. */
export type PhoneMessage = v.InferOutput<typeof fromPhone>;
/** What the PBX may say. */
export type PbxMessage = v.InferOutput<typeof fromPbx>;
/** Any message. */
export type Message = PhoneMessage | PbxMessage;
/** The message of type `T` among `M`. */
export type Of<M extends Message, T extends M["type"]> = Extract<M, { type: T }>;
/** A STUN or TURN server as the PBX hands it out (the shape of W3C `RTCIceServer`). */
export type IceServer = v.InferOutput<typeof iceServer>;

/** One handler for each message type; the compiler lists those that are missing. */
export type Handlers<M extends { type: string }, R = void> = {
  [T in M["type"]]: (message: Extract<M, { type: T }>) => R;
};

/** Hands `message` to its handler in the table. */
export function dispatch<M extends { type: string }, R>(handlers: Handlers<M, R>, message: M): R {
  const handle = handlers[message.type as M["type"]] as (message: M) => R;
  return handle.call(handlers, message);
}

/** A text from outside that is no message; `field` is the dotted path of what is wrong, empty for the whole. */
export class MessageError extends Error {
  override name = "MessageError";
  constructor(reason: string, readonly field = "") {
    super(`Cannot read message: ${reason}`);
  }
}

/** Reads what a phone sent. Throws {@linkcode MessageError}. */
export const parsePhoneMessage = (text: string): PhoneMessage => parse(fromPhone, text);

/** Reads what the PBX sent. Throws {@linkcode MessageError}. */
export const parsePbxMessage = (text: string): PbxMessage => parse(fromPbx, text);

function parse<T>(schema: v.GenericSchema<unknown, T>, text: string): T {
  const result = v.safeParse(schema, parseJson(text), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? "";
  throw new MessageError(field ? `${field}: ${issue.message}` : issue.message, field);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MessageError("it is not JSON");
  }
}

/** The types of messages in each direction, for the documentation and its test. */
export const MESSAGE_TYPES = {
  phone: fromPhone.options.map((option) => option.entries.type.literal),
  pbx: fromPbx.options.map((option) => option.entries.type.literal),
} as const;
