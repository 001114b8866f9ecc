/**
 * What the phone says of calls, in words: one sentence for each state.
 *
 * @module
 */
import type { CallState, EndReason, Holder, Role } from "../protocol/call_state.ts";
import type { Recovering } from "../phone/recovery.ts";

/** What there is to know of a call to put it into words. */
export interface CallFacts {
  readonly state: CallState;
  readonly name: string;
  readonly role: Role;
  readonly outgoing: boolean;
  /** Whether this page ended it. */
  readonly endedHere: boolean;
  readonly connection: RTCPeerConnectionState;
  readonly recovering: Recovering;
  readonly registered: boolean;
  /** Whether the other side has been out of reach for a while although our own line is up. */
  readonly isAway: boolean;
  /** Whether it was ever established. */
  readonly hasTalked: boolean;
  readonly receiving: { readonly microphone: boolean; readonly camera: boolean };
  /** The name of whoever is to take the call over, while it is or was transferred from here. */
  readonly transferringTo: string | undefined;
}

/** The call's state as a sentence; empty when all is as it should be and the clock may be shown instead. */
export function stateWords(facts: CallFacts): string {
  const { state, name, outgoing } = facts;
  switch (state.name) {
    case "inviting":
      return `Calling ${name}…`;
    case "ringing":
      return outgoing ? "Ringing…" : `${name} is calling`;
    case "ended":
      return endWords(facts, state.reason);
    case "established":
      return passingWords(facts) || quietWords(facts);
  }
}

/** What keeps an established call from being one for the moment, and must be seen as long as it does; empty when nothing. */
export const passingWords = (facts: CallFacts): string =>
  facts.state.name === "established"
    ? mediaWords(facts) || transferWords(facts) || heldWords(facts, facts.state.heldBy)
    : "";

function mediaWords({ name, connection, recovering, registered, isAway }: CallFacts): string {
  if (registered && isAway) return `${name} cannot be reached at the moment – trying again…`;
  const isMending = recovering === "restarting" || recovering === "proving";
  if (connection === "connected") return isMending || !registered ? "Reconnecting…" : "";
  return !isMending && (connection === "new" || connection === "connecting")
    ? "Connecting…"
    : "Reconnecting…";
}

const transferWords = ({ transferringTo }: CallFacts): string =>
  transferringTo ? `Transferring to ${transferringTo}…` : "";

function heldWords({ name, role }: CallFacts, heldBy: readonly Holder[]): string {
  if (heldBy.includes(role) || heldBy.includes("pbx")) return "On hold";
  return heldBy.length > 0 ? `${name} put you on hold` : "";
}

/** Whether it was turned off, refused or is not there, this side does not know. */
function quietWords({ name, receiving }: CallFacts): string {
  if (!receiving.camera && !receiving.microphone) return `${name}’s camera and microphone are off`;
  if (!receiving.camera) return `${name}’s camera is off`;
  return receiving.microphone ? "" : `${name}’s microphone is off`;
}

/** Why the call ended. */
export function endWords(
  { name, outgoing, endedHere, transferringTo, hasTalked }: CallFacts,
  reason: EndReason,
): string {
  if (endedHere) return outgoing || reason === "hangup" ? "You hung up" : "You declined";
  const words: Record<EndReason, string> = {
    hangup: `${name} hung up`,
    canceled: `Missed call from ${name}`,
    rejected: outgoing ? `${name} declined` : "Declined on another device",
    busy: `${name} is busy`,
    "not-found": `${name} cannot be reached`,
    "no-answer": outgoing ? `${name} does not answer` : `Missed call from ${name}`,
    elsewhere: "Answered on another device",
    transferred: transferringTo ? `Transferred to ${transferringTo}` : "The call was transferred",
    failed: hasTalked ? `The connection to ${name} was lost` : "The connection failed",
  };
  return words[reason];
}

/** A length of time in milliseconds as minutes and seconds, with hours when there are any. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
