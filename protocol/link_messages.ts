/**
 * What is said of links: connections between two agents that stand before any call (docs/protocol.md, "Links"). None of
 * it belongs to a call, and none of it is counted. The code that reads these is fetched apart from the page.
 *
 * @module
 */
import * as v from "valibot";
import { type Candidate, door, entries, flag, string } from "./schema.ts";

/** How many contacts a phone may want to stay connected with. */
export const MOST_LINKS = 5;

/** How strictly the parts of a negotiation are read. */
interface LinkingKinds {
  readonly link: typeof string;
  readonly sdp: typeof string;
  readonly candidate: ReturnType<typeof entries<Candidate>>;
}

/** A step of making the connection of a link: the PBX passes it on from one end to the other. */
export const linking = ({ link, sdp, candidate }: LinkingKinds) =>
  v.object({
    type: v.literal("linking"),
    link,
    offer: v.optional(sdp),
    answer: v.optional(sdp),
    candidates: v.optional(v.array(candidate)),
  });

/** The schemas of what the PBX says of links, one a message. */
export const LINK_MESSAGES = [
  /** This phone and the one with that number want a link with each other; `offers` tells which end begins. */
  v.object({ type: v.literal("linked"), number: string, link: string, offers: flag }),
  /** The other end has left, or does not want the link any more. */
  v.object({ type: v.literal("unlinked"), link: string }),
  linking({ link: string, sdp: string, candidate: entries<Candidate>() }),
] as const;

/** What the PBX says of links. */
export type LinkMessage = v.InferOutput<typeof LINK_MESSAGES[number]>;

/** Whether this text, as JSON, is one of {@linkcode LINK_MESSAGES}. */
export const isOfLinks = (text: string): boolean => /^{"type":"(un)?link/.test(text);

/** Reads what the PBX said of links. Throws `MessageError`. */
export const parseLinkMessage: (text: string) => LinkMessage = door(LINK_MESSAGES);

/** What stands for a session description where the connection of a link is meant. */
export const linkDescription = (link: string): string => `link:${link}`;

/** The link that a description stands for; `undefined` when it is a session description. */
export const linkOf = (description: string | undefined): string | undefined =>
  description?.startsWith("link:") ? description.slice(5) : undefined;
