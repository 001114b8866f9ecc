/**
 * Calls over links. The invite goes to the PBX as always, with the name of the link in the place of an offer; and at the
 * same moment to the other page itself, over the link. A phone that would accept at once anyway does so upon that, and
 * its accept comes back in the same way.
 *
 * The PBX stays the one who decides. What a phone has to say of a call that the PBX has not confirmed yet is held back
 * until it has: for the callee that is the invite, for the caller the accept. So the PBX hears everything in its order,
 * as if nobody had been ahead of it. A call that it does not confirm is over.
 *
 * @module
 */
import { effect } from "@preact/signals-core";
import { isCounted } from "../protocol/delivery.ts";
import { isOfLinks, linkDescription, linkOf, parseLinkMessage } from "../protocol/link_messages.ts";
import { isOver } from "../protocol/call_state.ts";
import type { Of, PbxMessage, PhoneMessage } from "../protocol/messages.ts";
import type { Browser, PeerConnection, Socket } from "./browser.ts";
import type { Call } from "./call.ts";
import type { LiveCall } from "./call_host.ts";
import type { Link } from "./link.ts";
import { LinkedConnection } from "./linked_connection.ts";
import type { Links } from "./links.ts";
import type { Phone } from "./phone.ts";

/** What calls over links need. */
export interface LinkCallsParts {
  readonly phone: Phone;
  readonly browser: Browser;
  readonly links: Links;
  /** Whether a call would be accepted at this moment with nobody being asked. */
  readonly wouldAccept: () => boolean;
}

/** How long the other page may take to say that it has heard of a call, in milliseconds. */
const ACKNOWLEDGED = 1000;

/** How long the PBX may take to tell of a call that a phone has taken ahead of it, in milliseconds. */
const CONFIRMED = 5000;

/** What pages say to one another over a link. */
type Said =
  | { readonly type: "invite"; readonly call: string; readonly elected?: boolean }
  | { readonly type: "accept"; readonly call: string }
  | { readonly type: "noted" };

/** A text for the phone, and what to do once it has taken that. */
interface Passed {
  readonly text: string;
  readonly after?: () => void;
}

/** A call that goes over a link. */
interface Linked {
  readonly link: Link;
  readonly isCaller: boolean;
  connection?: LinkedConnection;
  /** Whether this phone is ahead of the PBX, which has not confirmed it yet. */
  isAhead: boolean;
  /** Whether the PBX has confirmed it. */
  isConfirmed: boolean;
  /** The phone's call, once it has one. */
  call: Call | undefined;
  cancelTimer: () => void;
}

/** How long links wait for a call to take them up while there is none, in milliseconds. */
const EXPECTED = 1000;

/** How many calls of either kind are remembered after they are over. */
const MOST_REMEMBERED = 16;

/** Ids of calls, as the PBX would let them pass. */
const ID = /^[\w-]{8,64}$/;

/** The calls of a phone that go over links. */
export class LinkCalls {
  readonly #parts: LinkCallsParts;
  /** By id. */
  readonly #linked = new Map<string, Linked>();
  /** Calls that have had their chance of a link. */
  readonly #dialled = new WeakSet<Call>();
  /** Links that a call is about to be answered over, by name. */
  readonly #expected = new Map<string, Link>();
  /** Calls that were given up before the PBX had confirmed them, and those over links that this page does not know. */
  readonly #disowned = new Set<string>();
  readonly #unknown = new Set<string>();
  readonly #known = new WeakSet<Socket>();
  /** Sends what is held back, if nothing hinders it any more. */
  #flush: () => void = () => {};
  #socket: Socket | undefined;
  #cancelCleaning: () => void = () => {};

  constructor(parts: LinkCallsParts) {
    this.#parts = parts;
    parts.links.made = (link) => link.heard = (text) => this.#hearPage(link, text);
    effect(() => this.#look(parts.phone.calls.value));
  }

  /** Says something over the line that is not counted, if there is a line. */
  readonly say = (message: PhoneMessage): void => this.#socket?.send(JSON.stringify(message));

  /** Shares a socket with the phone, whose handlers it has. */
  share(socket: Socket): void {
    if (this.#known.has(socket)) return;
    this.#known.add(socket);
    this.#socket = socket;
    const [send, hear] = [socket.send.bind(socket), socket.onmessage];
    const held: string[] = [];
    const flush = () => {
      const isFree = (text: string) => !this.#isHeld(text);
      while (held[0] !== undefined && isFree(held[0])) send(held.shift() ?? "");
    };
    this.#flush = flush;
    socket.send = (text) => {
      this.#said(text);
      // What is counted must not overtake what is held.
      if (held.length > 0 && isCounted(typeOf(text)) || this.#isHeld(text)) held.push(text);
      else send(text);
      flush();
    };
    socket.onmessage = ({ data }) => {
      if (isOfLinks(data)) return this.#hearOfLinks(data);
      const { text, after } = this.#heard(data);
      hear?.({ data: text });
      after?.();
      flush();
    };
  }

  /** A connection for the call that is being made; one of the usual kind where there is no link for it. */
  createPeerConnection(offers: boolean, ordinary: () => PeerConnection): PeerConnection {
    if (offers) return this.#toCall() ?? ordinary();
    if (this.#expected.size === 0) return ordinary();
    return LinkedConnection.answering({ link: (id) => this.#takeExpected(id), ordinary }).asPeerConnection;
  }

  /** The call that was dialled last is the one that a connection is made for, unless it has had one. */
  #toCall(): PeerConnection | undefined {
    const call = this.#parts.phone.calls.peek().at(-1);
    const number = call?.number.peek();
    if (!call?.outgoing || call.state.peek().name !== "inviting" || this.#dialled.has(call)) return undefined;
    this.#dialled.add(call);
    const link = number === undefined ? undefined : this.#parts.links.take(number);
    if (!link) return undefined;
    const connection = LinkedConnection.over(link, (unused) => this.#expected.has(unused.id) || unused.end());
    this.#track(call.id, { link, isCaller: true, connection });
    return connection.asPeerConnection;
  }

  #takeExpected(id: string): Link | undefined {
    const link = this.#expected.get(id);
    this.#expected.delete(id);
    return link;
  }

  #track(id: string, { link, ...more }: Pick<Linked, "link" | "isCaller" | "connection">): Linked {
    const linked: Linked = {
      link,
      ...more,
      isAhead: false,
      isConfirmed: false,
      call: undefined,
      cancelTimer: () => {},
    };
    this.#linked.set(id, linked);
    this.#look(this.#parts.phone.calls.peek());
    // The other page has ended a call that the PBX does not know of yet.
    link.closed = () => {
      if (!linked.isAhead) return;
      if (linked.isCaller) linked.call?.hangUp();
      else this.#disown(id);
    };
    return linked;
  }

  /** Something of this phone goes to the PBX; what the other page may know of it goes there at the same time. */
  #said(text: string): void {
    if (this.#linked.size === 0) return;
    const message: PhoneMessage = JSON.parse(text);
    const linked = "call" in message ? this.#linked.get(message.call) : undefined;
    if (!linked) return;
    if (message.type === "invite" && linked.isCaller) this.#announce(message, linked);
    // The caller may end it in any state, and nothing else counts then.
    if (message.type === "hangup" && linked.isCaller) this.#confirm(linked);
    if (message.type === "accept" && !linked.isCaller) {
      linked.link.say(JSON.stringify({ type: "accept", call: message.call } satisfies Said));
    }
  }

  #announce({ call, elected = false }: Of<PhoneMessage, "invite">, linked: Linked): void {
    linked.link.say(JSON.stringify({ type: "invite", call, elected } satisfies Said));
    // After a lost line it is said again.
    if (linked.isAhead || linked.isConfirmed) return;
    linked.cancelTimer();
    linked.cancelTimer = this.#parts.browser.after(ACKNOWLEDGED, () => linked.connection?.hears(false));
  }

  #isHeld(text: string): boolean {
    if (![...this.#linked.values()].some(({ isAhead }) => isAhead)) return false;
    const { type, call = "" }: { type: string; call?: string } = JSON.parse(text);
    return type !== "invite" && this.#linked.get(call)?.isAhead === true;
  }

  #hearOfLinks(text: string): void {
    try {
      this.#parts.links.hear(parseLinkMessage(text));
    } catch (error) {
      this.#parts.browser.report(error);
    }
  }

  /** What the PBX says, where it is about calls over links. */
  #heard(text: string): Passed {
    const hasSome = this.#linked.size + this.#disowned.size + this.#unknown.size > 0;
    if (!hasSome && !/^{"type":"invite".*"offer":"link:/.test(text)) return { text };
    const message: PbxMessage = JSON.parse(text);
    if (message.type === "invite") return this.#invited(text, message);
    if (message.type === "registered") this.#compare(message.calls);
    if (message.type === "joined") return this.#joined(text, message);
    const linked = this.#linked.get("call" in message ? message.call ?? "" : "");
    if (linked?.isCaller && (message.type === "accept" || message.type === "hangup")) this.#confirm(linked);
    return { text };
  }

  #invited(text: string, message: Of<PbxMessage, "invite">): Passed {
    const { offer, ...rest } = message;
    const { call, from } = message;
    const linked = this.#linked.get(call);
    if (linked) this.#confirm(linked);
    if (linked?.call && isOver(linked.call.state.peek())) remember(this.#disowned, call);
    // As if it had been joined to a call that is over: the phone hangs up, and nothing rings.
    if (this.#disowned.has(call)) return { text: JSON.stringify({ type: "joined", call, into: call }) };
    if (linked) return { text };
    const name = linkOf(offer);
    if (name === undefined) return { text };
    const crossing = [...this.#linked.values()].find(({ link }) => link.id === name)?.link;
    const link = crossing ?? this.#parts.links.takeNamed(name);
    // A link that this page does not know any more: without an offer it makes one itself once it has accepted.
    if (link?.number !== from) {
      remember(this.#unknown, call);
      return { text: JSON.stringify(rest), after: () => this.#beginJoined(call) };
    }
    this.#expected.set(name, link);
    if (!crossing) this.#track(call, { link, isCaller: false });
    return { text };
  }

  /** A call that has become one which was given up here is over as well. */
  #joined(text: string, { call, into }: Of<PbxMessage, "joined">): Passed {
    if (!this.#disowned.has(into)) return { text, after: () => this.#beginJoined(into) };
    return { text: JSON.stringify({ type: "hangup", call, reason: "failed" } satisfies PbxMessage) };
  }

  /** This page has dialled a call that has become one over a link that it does not know: it begins anew. */
  #beginJoined(id: string): void {
    const call = this.#findCall(id);
    if (!call?.outgoing || !this.#unknown.delete(id)) return;
    call.resume({ call: id, number: call.number.peek() ?? "", state: { name: "established" } });
  }

  #findCall(id: string): Call | undefined {
    return this.#parts.phone.calls.peek().find((call) => call.is(id));
  }

  /** What the PBX knows of a call it need not confirm any more. */
  #compare(live: readonly LiveCall[]): void {
    for (const { call, state } of live) {
      const linked = this.#linked.get(call);
      if (linked && (!linked.isCaller || state.name === "established")) this.#confirm(linked);
    }
  }

  #confirm(linked: Linked): void {
    linked.isConfirmed = true;
    linked.isAhead = false;
    linked.cancelTimer();
  }

  /** Something that the other page says over a link. It is somebody else's browser: it may say anything. */
  #hearPage(link: Link, text: string): void {
    const said = read(text);
    if (said?.type === "invite") this.#hearInvite(link, said.call, said.elected === true);
    else if (said?.type === "accept") this.#hearAccept(link, said.call);
    else if (said?.type === "noted") {
      const linked = [...this.#linked.values()].find((each) => each.link === link && each.isCaller);
      if (!linked?.isAhead) linked?.cancelTimer();
      linked?.connection?.hears(true);
    }
  }

  /** Whoever would accept at once anyway need not wait for the PBX; all others hear of it from there. */
  #hearInvite(link: Link, call: string, elected: boolean): void {
    const { phone, links, browser, wouldAccept } = this.#parts;
    link.say(JSON.stringify({ type: "noted" } satisfies Said));
    const isNews = !this.#linked.has(call) && !phone.calls.peek().some((other) => other.is(call));
    if (!ID.test(call) || !isNews || !wouldAccept() || !links.takeNamed(link.id)) return;
    this.#expected.set(link.id, link);
    const linked = this.#track(call, { link, isCaller: false });
    linked.isAhead = true;
    linked.cancelTimer = browser.after(CONFIRMED, () => this.#disown(call));
    const offer = linkDescription(link.id);
    phone.hear({ type: "invite", call, from: link.number, offer, early: true, elected });
  }

  #hearAccept(link: Link, call: string): void {
    const linked = this.#linked.get(call);
    if (linked?.link !== link || !linked.isCaller || linked.isConfirmed || linked.isAhead) return;
    linked.cancelTimer();
    linked.isAhead = true;
    this.#parts.phone.hear({ type: "accept", call, answer: linkDescription(link.id) });
  }

  /** Nobody has confirmed a call that this phone has taken: it is over here, and was never one for the PBX. */
  #disown(id: string): void {
    this.#drop(id);
    remember(this.#disowned, id);
    this.#parts.phone.hear({ type: "hangup", call: id, reason: "failed" });
    this.#flush();
  }

  #drop(id: string): void {
    const linked = this.#linked.get(id);
    this.#linked.delete(id);
    linked?.cancelTimer();
  }

  /** What is over on both sides needs no more care. */
  #look(calls: readonly Call[]): void {
    for (const [id, linked] of this.#linked) {
      linked.call ??= calls.find((call) => call.is(id));
      const isGone = linked.call && !calls.includes(linked.call);
      if (isGone && (linked.isCaller || !linked.isAhead)) this.#drop(id);
    }
    this.#cancelCleaning();
    if (calls.length > 0 || this.#expected.size === 0) return;
    // A call that waited for another one to end begins just now.
    this.#cancelCleaning = this.#parts.browser.after(EXPECTED, () => {
      for (const link of this.#expected.values()) link.end();
      this.#expected.clear();
    });
  }
}

/** Keeps the newest ones. */
function remember(ids: Set<string>, id: string): void {
  const [oldest] = ids.add(id);
  if (ids.size > MOST_REMEMBERED && oldest !== undefined) ids.delete(oldest);
}

const typeOf = (text: string): string => /^{"type":"(\w+)"/.exec(text)?.[1] ?? "";

/** What another page said; `undefined` where that is nothing we know. */
function read(text: string): Said | undefined {
  try {
    const { type, call, elected }: Record<string, unknown> = Object(JSON.parse(text));
    if (type === "noted") return { type };
    if (typeof call !== "string" || (type !== "invite" && type !== "accept")) return undefined;
    return type === "invite" ? { type, call, elected: elected === true } : { type, call };
  } catch {
    // Another version of this page may say what this one does not know.
    return undefined;
  }
}
