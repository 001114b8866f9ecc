/**
 * How a call hangs together with the phone that it belongs to.
 *
 * @module
 */
import type { IceServer, PbxMessage, PhoneMessage } from "../protocol/messages.ts";
import type { Browser } from "./browser.ts";
import type { Camera, Wants } from "./camera.ts";
import { Negotiation } from "./negotiation.ts";

/** What a call needs of the phone that it belongs to. */
export interface CallHost {
  readonly browser: Browser;
  readonly camera: Camera;
  readonly send: (message: PhoneMessage) => void;
  readonly iceServers: () => readonly IceServer[];
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
}

/** What a party does to its own call, and says in the same words. */
export type OwnStep =
  | { readonly type: "hangup" | "hold" | "unhold" }
  | { readonly type: "reject"; readonly reason: "rejected" | "busy" };

/** The messages of a call that the PBX passes on or sends. */
export type CallMessage = Exclude<Extract<PbxMessage, { call: string }>, { type: "invite" | "joined" }>;

/** A peer connection for `call`, whose candidates and offers go to the other side. The caller is impolite. */
export function negotiate(
  { browser, send, iceServers }: CallHost,
  call: string,
  isCaller: boolean,
): Negotiation {
  return new Negotiation(browser, iceServers(), isCaller, {
    candidates: (candidates) => send({ type: "candidate", call, candidates }),
    offer: (sdp) => send({ type: "offer", call, sdp }),
  });
}
