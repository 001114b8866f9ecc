/**
 * How a call hangs together with the phone that it belongs to.
 *
 * @module
 */
import type { IceServer, Of, PbxMessage, PhoneMessage } from "../protocol/messages.ts";
import type { Browser } from "./browser.ts";
import type { Camera, Wants } from "./camera.ts";
import { type Manner, Negotiation } from "./negotiation.ts";

/** What a call needs of the phone that it belongs to. */
export interface CallHost {
  readonly browser: Browser;
  readonly camera: Camera;
  readonly send: (message: PhoneMessage) => void;
  readonly iceServers: () => readonly IceServer[];
  /** A number that is greater than all that were given out before, also by earlier pages. */
  readonly count: () => number;
  /** Asks the line whether it lives; when it has answered, every call hears `up`. */
  readonly probe: () => void;
}

/** How a call begins. */
export interface CallStart {
  readonly id: string;
  /** The other side; unknown at first when the PBX chooses it (a call with no number). */
  readonly number: string | undefined;
  readonly outgoing: boolean;
  readonly elected: boolean;
  /** What to send of one's own once the call is established. */
  readonly wants: Wants;
  /** When it was accepted on an earlier page of this device, in milliseconds since the epoch; `undefined` for a new call. */
  readonly acceptedAt?: number | undefined;
}

/** A call of this phone that the PBX knows of. */
export type LiveCall = Of<PbxMessage, "registered">["calls"][number];

/** What a party does to its own call, and says in the same words. */
export type OwnStep =
  | { readonly type: "hangup" | "hold" | "unhold" }
  | { readonly type: "reject"; readonly reason: "rejected" | "busy" };

/** The messages of a call that the PBX passes on or sends. */
export type CallMessage = Exclude<Extract<PbxMessage, { call: string }>, { type: "invite" | "joined" }>;

/** A peer connection for `call`, whose candidates and offers go to the other side. */
export function negotiate(
  { browser, send, iceServers }: CallHost,
  call: string,
  manner: Manner,
): Negotiation {
  return new Negotiation(browser, iceServers(), manner, {
    candidates: (candidates) => send({ type: "candidate", call, candidates }),
    offer: (sdp, fresh) => send({ type: "offer", call, sdp, fresh }),
  });
}
