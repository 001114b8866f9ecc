/**
 * The pieces of what phones send, who may be anybody: sizes and letters are bounded. No page carries these; a phone
 * trusts its PBX with them.
 *
 * @module
 */
import * as v from "valibot";
import { type Candidate, MAX_WRITTEN } from "./schema.ts";

/** The most that a web client may tell of itself, in characters of JSON. */
const MAX_PROPERTIES = 8192;

const matching = (pattern: RegExp, expected: string) =>
  v.custom<string>((value) => typeof value === "string" && pattern.test(value), `expected ${expected}`);

/** A text of 1 to `most` characters. Long ones are passed on in every call, so they are not looked through. */
export const text = (most: number) =>
  v.custom<string>(
    (value) => typeof value === "string" && value.length >= 1 && value.length <= most,
    `expected 1 to ${most} characters`,
  );

/** What somebody can be reached by. */
export const number = matching(/^[\w+*#.:@-]{1,64}$/, "a number of 1 to 64 characters");

/** The word for a call or a device, made at random by whoever makes the thing. */
export const id = matching(/^[\w-]{8,64}$/, "8 to 64 letters, digits, - or _");

/** The name of a link: the words of both ends. */
export const link = matching(
  /^[\w-]{8,64}\.[\w-]{8,64}$/,
  "two words of 8 to 64 letters with a dot between them",
);

/** A session description (RFC 8866), or what stands for one. */
export const sdp = text(60_000);

/** What is written to the other side of a call: any text of Unicode, of at most 10,000 UTF-16 units. */
export const written = v.custom<string>(
  (value) => typeof value === "string" && value.length <= MAX_WRITTEN,
  `expected at most ${MAX_WRITTEN} characters`,
);

/** A key of a telephone (RFC 4733: events 0 to 11). */
export const key = matching(/^[\d*#]$/, "one of 0 to 9, * and #");

/** Free attributes of a web client, delivered with its presence. */
export const properties = v.custom<Record<string, unknown>>(
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) &&
    JSON.stringify(value).length <= MAX_PROPERTIES,
  "expected an object of at most 8 KiB",
);

/** A candidate as browsers give it (W3C `RTCIceCandidateInit`). */
export const candidate = v.custom<Candidate>(
  (value) => {
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = Object(value);
    return typeof candidate === "string" && candidate.length <= 1024 &&
      [sdpMid, usernameFragment].every((text) => text == null || typeof text === "string") &&
      (sdpMLineIndex == null || typeof sdpMLineIndex === "number");
  },
  "expected a candidate",
);
