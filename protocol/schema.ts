/**
 * The pieces that messages are made of, and the one door for texts from outside. The kinds of pieces are few on
 * purpose: every page that telephones carries them.
 *
 * @module
 */
import * as v from "valibot";
import { MessageError } from "./message_error.ts";

/** The most a message may weigh, in UTF-8 bytes; more closes the socket with 1009. */
export const MAX_MESSAGE_BYTES = 65_536;

/** The most characters of a number that programs may dial. */
export const MAX_DIALLED = 128;

/** The most characters of one `message`: escaped as JSON they all still fit into {@linkcode MAX_MESSAGE_BYTES}. */
export const MAX_WRITTEN = 10_000;

const like = <T extends string | number | boolean>(sample: T) =>
  v.custom<T>((value) => typeof value === typeof sample, `expected a ${typeof sample}`);

/** Any text. */
export const string = like<string>("");
/** Any number. */
export const amount = like<number>(0);
/** Yes or no. */
export const flag = like<boolean>(false);

/** One of these words. */
export const oneOf = <const T extends string>(words: readonly T[]) =>
  v.custom<T>((value) => words.includes(value as T), `expected ${words.join(", ")}`);

/** Anything that has names and values. */
export const entries = <T extends object = Record<string, unknown>>() =>
  v.custom<T>((value) => Object(value) === value, "expected an object");

/** A candidate as browsers give it (W3C `RTCIceCandidateInit`). */
export type Candidate = RTCIceCandidateInit & { candidate: string };

/** How strictly the messages of a call are read. */
interface PassedOnKinds {
  readonly id: typeof string;
  readonly sdp: typeof string;
  readonly written: typeof string;
  readonly key: typeof string;
  readonly candidate: ReturnType<typeof entries<Candidate>>;
  readonly count: typeof amount;
}

/** Messages that both sides send alike: the PBX passes them on from one party of the call to the other. */
export const passedOn = ({ id, sdp, written, key, candidate, count }: PassedOnKinds) =>
  [
    v.object({ type: v.literal("ringing"), call: id, answer: v.optional(sdp) }),
    v.object({ type: v.literal("accept"), call: id, answer: v.optional(sdp) }),
    /** A `fresh` one begins anew, over a new peer connection: what was negotiated before is void. */
    v.object({ type: v.literal("offer"), call: id, sdp, fresh: v.optional(flag) }),
    /** `of` tells which offer it answers, by its first 80 characters: pages come and go. */
    v.object({ type: v.literal("answer"), call: id, sdp, of: v.optional(written) }),
    v.object({ type: v.literal("candidate"), call: id, candidates: v.array(candidate) }),
    /** `n` grows with all that this side says of itself, also in `hold` and `unhold`: what is not newer was said again. */
    v.object({
      type: v.literal("media"),
      call: id,
      microphone: flag,
      camera: flag,
      n: v.optional(count),
    }),
    /** These two are told apart by `id`, for after a restart of the PBX they may come twice. */
    v.object({ type: v.literal("message"), call: id, id, text: written }),
    v.object({ type: v.literal("dtmf"), call: id, key, id: v.optional(id) }),
  ] as const;

type Schema = v.GenericSchema<unknown, { type: string }> & {
  readonly entries: { readonly type: { readonly literal: string } };
};

/** Makes the door for the messages of one direction: it reads a text, or throws {@linkcode MessageError}. */
export function door<const S extends readonly Schema[]>(
  schemas: S,
): (text: string) => v.InferOutput<S[number]> {
  const byType = new Map<unknown, Schema>(schemas.map((schema) => [schema.entries.type.literal, schema]));
  return (text) => {
    const value = parseJson(text);
    const { type }: { type?: unknown } = Object(value);
    const schema = byType.get(type);
    if (!schema) throw new MessageError(`unknown type ${JSON.stringify(type)?.slice(0, 40)}`, "type");
    const result = v.safeParse(schema, value, { abortEarly: true });
    if (result.success) return result.output as v.InferOutput<S[number]>;
    const [issue] = result.issues;
    throw new MessageError(issue.message, issue.path?.map(({ key }) => key).join(".") ?? "");
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MessageError("it is not JSON");
  }
}
