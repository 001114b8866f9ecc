/**
 * Links: connections between two agents that stand before any call. Here both are told of each other once both want it,
 * and what they say to make their connection is passed on. Nothing of it is kept: each phone says again what it wants
 * whenever it comes on the line, and nodes tell one another over the bus.
 *
 * A link has the name of the words that its two ends have given it, so that both nodes come to the same name, a new word
 * is a new link, and after a restart the same words are the same link.
 *
 * @module
 */
import { type LinkMessage, MOST_LINKS } from "../protocol/link_messages.ts";
import type { Of, PbxMessage, PhoneMessage } from "../protocol/messages.ts";
import { Bucket } from "./bucket.ts";
import type { Bus, Log, Now, Registrar, Registration } from "./ports.ts";
import { linksTopic } from "./topics.ts";

/** How much a phone may say of links: a connection takes some ten messages, and five may be made at once. */
const RATE = { perSecond: 20, most: 150 } as const;

/** How long a phone whose line has ended may take to come back before its links are over, in milliseconds. */
const LINGER = 2000;

/** So many names of links that are over are remembered, to tell what is late from what is wrong. */
const MOST_PAST = 32;

/** What links need. */
export interface LinksParts {
  readonly bus: Bus;
  readonly registrar: Registrar;
  readonly now: Now;
  readonly log: Log;
  /** Runs a task after so many milliseconds; returns how to take that back. */
  readonly after: (milliseconds: number, task: () => void) => () => void;
}

/** What phones say of links. */
export type SaidOfLinks = Of<PhoneMessage, "links" | "linking">;

/** What nodes tell one another on the topic of a number. */
type Note =
  /** The agent `by` wants a link and has given it this `word`; `asks` whether the number wants one, too. */
  | { readonly by: string; readonly line: string; readonly word: string; readonly asks: boolean }
  /** The link is over. */
  | { readonly by: string; readonly ends: string }
  /** To be passed on, as JSON. */
  | { readonly by: string; readonly link: string; readonly text: string };

/** What leads to a phone: texts that are not counted, and what has to arrive. */
export interface LinksOutbox {
  show(text: string): void;
  say(message: PbxMessage): void;
}

/** The code and the reason of a refusal. */
type Refusal = readonly [code: string, why: string];

/** One phone that wants links. */
interface Seat {
  registration: Registration;
  outbox: LinksOutbox;
  /** The words that this end has given, by the number of the other. */
  wishes: ReadonlyMap<string, string>;
  /** The names of the links that both want, by the number of the other. */
  readonly links: Map<string, string>;
  readonly past: Set<string>;
  readonly bucket: Bucket;
  /** Notes are taken one after the other. */
  queue: Promise<void>;
  unsubscribe: () => void;
  /** Whether others have taken its place, or it has left. */
  isOver: boolean;
}

/** The links of one node's phones. */
export class Links {
  readonly #parts: LinksParts;
  /** By the resume words of the phones: a line that is taken up again is the same. */
  readonly #seats = new Map<string, Seat>();
  readonly #timers = new Set<() => void>();

  constructor(parts: LinksParts) {
    this.#parts = parts;
  }

  /** Does what a phone says of links, or tells it why not. Whoever was replaced meanwhile (`undefined`) has none. */
  async hear(from: Registration | undefined, message: SaidOfLinks, outbox: LinksOutbox): Promise<void> {
    const refusal = from && await this.#do(from, message, outbox);
    if (!refusal) return;
    const [code, why] = refusal;
    outbox.say({ type: "error", code, message: `Cannot take ${message.type}: ${why}` });
  }

  /** The line of this phone has ended; unless it is taken up again at once, its links are over. */
  leave(registration: Registration): void {
    const seat = this.#seats.get(registration.resume);
    if (seat?.registration !== registration) return;
    const cancel = this.#parts.after(LINGER, () => {
      this.#timers.delete(cancel);
      if (seat.registration === registration) this.#remove(seat);
    });
    this.#timers.add(cancel);
  }

  /** The node stops. Links stand as they are: their phones find one another again. */
  close(): void {
    for (const cancel of this.#timers) cancel();
    for (const seat of this.#seats.values()) seat.unsubscribe();
    this.#seats.clear();
  }

  /** Answers with the code and the reason of a refusal. */
  async #do(from: Registration, message: SaidOfLinks, outbox: LinksOutbox): Promise<Refusal | undefined> {
    if (from.name === undefined) return ["forbidden", "only agents have links"];
    const seat = await this.#seatOf(from, outbox);
    if (!seat.bucket.take()) return ["too-many", "too many at once"];
    if (message.type === "linking") return this.#passOn(seat, message);
    if (message.with.length > MOST_LINKS) return ["too-many", `more than ${MOST_LINKS} links`];
    this.#wish(seat, new Map(message.with.map(({ number, word }) => [number, word])));
    return undefined;
  }

  async #seatOf(registration: Registration, outbox: LinksOutbox): Promise<Seat> {
    const { number, resume } = registration;
    const known = this.#seats.get(resume);
    if (known) return Object.assign(known, { registration, outbox });
    const seat: Seat = {
      registration,
      outbox,
      wishes: new Map(),
      links: new Map(),
      past: new Set(),
      bucket: new Bucket(this.#parts.now, RATE),
      queue: Promise.resolve(),
      unsubscribe: () => {},
      isOver: false,
    };
    this.#seats.set(resume, seat);
    const heard = (text: string) => {
      seat.queue = seat.queue.then(() => seat.isOver ? undefined : this.#take(seat, JSON.parse(text)))
        .catch((error) => this.#parts.log("error", "links", { number, error: String(error) }));
    };
    seat.unsubscribe = await this.#parts.bus.subscribe(linksTopic(number), heard);
    return seat;
  }

  #wish(seat: Seat, wishes: ReadonlyMap<string, string>): void {
    const before = seat.wishes;
    seat.wishes = wishes;
    for (const [number, word] of before) {
      if (!wishes.has(number)) this.#end(seat, number);
      else if (wishes.get(number) !== word) this.#forget(seat, number);
    }
    for (const number of wishes.keys()) {
      if (number !== seat.registration.number) this.#say(seat, number, true);
      const link = seat.links.get(number);
      // Whoever has come back may have missed it.
      if (link !== undefined) this.#tellOf(seat, number, link);
    }
  }

  /** Tells the number that this phone wants a link with it. */
  #say({ registration: { number: by, line }, wishes }: Seat, number: string, asks: boolean): void {
    const word = wishes.get(number);
    if (word !== undefined) this.#note(number, { by, line, word, asks });
  }

  async #take(seat: Seat, note: Note): Promise<void> {
    const { by } = note;
    const link = seat.links.get(by);
    if ("word" in note) return await this.#wanted(seat, note);
    if ("ends" in note && link === note.ends) {
      this.#forget(seat, by);
      tell(seat, { type: "unlinked", link });
    } else if ("text" in note && link === note.link) seat.outbox.show(note.text);
  }

  async #wanted(seat: Seat, { by, line, word, asks }: Extract<Note, { word: string }>): Promise<void> {
    const { registration } = seat;
    const own = seat.wishes.get(by);
    if (own === undefined || line !== registration.line) return;
    if (await this.#hasSeveral(by) || await this.#hasSeveral(registration.number)) return;
    // It may have been taken back meanwhile.
    if (seat.isOver || seat.wishes.get(by) !== own) return;
    const link = nameOf(own, word);
    if (seat.links.get(by) !== link) {
      this.#forget(seat, by);
      seat.links.set(by, link);
      this.#tellOf(seat, by, link);
    }
    if (asks) this.#say(seat, by, false);
  }

  /** One connection leads to one device; of several nobody knows which will take a call. */
  async #hasSeveral(number: string): Promise<boolean> {
    return (await this.#parts.registrar.ofNumber(number)).length > 1;
  }

  #tellOf(seat: Seat, number: string, link: string): void {
    const offers = link.startsWith(`${seat.wishes.get(number)}.`);
    tell(seat, { type: "linked", number, link, offers });
  }

  #passOn(seat: Seat, message: Of<PhoneMessage, "linking">): Refusal | undefined {
    for (const [number, link] of seat.links) {
      if (link !== message.link) continue;
      const { number: by } = seat.registration;
      return void this.#note(number, { by, link, text: JSON.stringify(message) });
    }
    // What was on its way when a link ended is no mistake.
    return seat.past.has(message.link) ? undefined : ["unknown-link", "there is no such link"];
  }

  /** This end does not want the link any more. */
  #end(seat: Seat, number: string): void {
    const link = seat.links.get(number);
    if (link === undefined) return;
    this.#forget(seat, number);
    this.#note(number, { by: seat.registration.number, ends: link });
    tell(seat, { type: "unlinked", link });
  }

  #forget({ links, past }: Seat, number: string): void {
    const link = links.get(number);
    if (link === undefined) return;
    links.delete(number);
    past.add(link);
    const [oldest] = past;
    if (past.size > MOST_PAST && oldest !== undefined) past.delete(oldest);
  }

  #remove(seat: Seat): void {
    for (const number of [...seat.links.keys()]) this.#end(seat, number);
    seat.isOver = true;
    seat.unsubscribe();
    this.#seats.delete(seat.registration.resume);
  }

  #note(number: string, note: Note): void {
    this.#parts.bus.publish(linksTopic(number), JSON.stringify(note));
  }
}

const tell = (seat: Seat, message: LinkMessage): void => seat.outbox.show(JSON.stringify(message));

/** The words of both ends, in the same order at both. */
const nameOf = (...words: readonly [string, string]): string => words.toSorted().join(".");
