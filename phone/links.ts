/**
 * The links of a phone: with whom it wants to stay connected, and the connections that stand because the other side wants
 * the same. Nothing is made, and no candidate leaves, before the PBX has said so.
 *
 * @module
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { LinkMessage } from "../protocol/link_messages.ts";
import { dispatch, type Handlers, type PhoneMessage } from "../protocol/messages.ts";
import type { Browser } from "./browser.ts";
import { Link, type LinkConnection, type LinkName, type LinkStage } from "./link.ts";

/** What links need. */
export interface LinksParts {
  readonly browser: Browser;
  /** A connection that nothing was done with yet. */
  readonly connect: () => LinkConnection;
  /** Tells the PBX something that is not counted; what cannot be said now is said again by {@linkcode Links.online}. */
  readonly say: (message: PhoneMessage) => void;
}

/** Whether a link that is wanted stands; `undefined` of a number that none is wanted with. */
export type LinkState = "wanted" | "standing";

/** How long after a call a new link is made, in milliseconds: by whoever took the old one, and by the other end if need be. */
const ANEW = { taker: 300, other: 2500 } as const;

/** The wait before the first try after a link was lost, and before any later one, in milliseconds. */
const RETRY = { first: 1000, most: 60_000 } as const;

/** Whoever did not begin the link that was lost waits so much longer, in milliseconds, so that not both begin anew. */
const YIELD = 2000;

/** A link that has stood so long was no failure, in milliseconds. */
const STEADY = 10_000;

/** One contact that this phone wants to stay connected with. */
interface Wish {
  /** This end's word for the link. */
  word: string;
  link: Link | undefined;
  /** How many were lost one after the other. */
  failures: number;
  /** Whether a new one is due as soon as there is no call, and how long after that, in milliseconds. */
  isDue: boolean;
  wait: number;
  cancelTimer: () => void;
}

/** All links of a phone. */
export class Links {
  readonly #parts: LinksParts;
  readonly #wishes = new Map<string, Wish>();
  readonly #states = signal<ReadonlyMap<string, LinkState>>(new Map());
  /** Told of each link that is begun; for whoever announces calls over them. */
  made: (link: Link) => void = () => {};
  #isOnline = false;
  #isIdle = true;
  /** What is wanted, and whether it stands, by number. */
  readonly states: ReadonlySignal<ReadonlyMap<string, LinkState>> = this.#states;

  constructor(parts: LinksParts) {
    this.#parts = parts;
  }

  /** With whom this phone wants to stay connected from now on. */
  want(numbers: readonly string[]): void {
    for (const [number, wish] of this.#wishes) {
      if (numbers.includes(number)) continue;
      this.#wishes.delete(number);
      this.#drop(wish);
    }
    for (const number of numbers) {
      if (!this.#wishes.has(number)) this.#wishes.set(number, newWish(this.#parts.browser.newId()));
    }
    this.#tell();
    this.#show();
  }

  /** The PBX has registered this phone, maybe not for the first time. */
  online(): void {
    this.#isOnline = true;
    if (this.#wishes.size > 0) this.#tell();
  }

  /** The line is lost. Links stand without it. */
  offline(): void {
    this.#isOnline = false;
  }

  /** The page goes, or is no phone any more: all links end, and what comes after begins anew. */
  leave(): void {
    this.offline();
    for (const wish of this.#wishes.values()) {
      this.#drop(wish);
      wish.word = this.#parts.browser.newId();
    }
    this.#show();
  }

  /** Whether there is no call: links are made only then. */
  idle(isIdle: boolean): void {
    if (this.#isIdle === isIdle) return;
    this.#isIdle = isIdle;
    if (!isIdle) return;
    for (const [number, wish] of this.#wishes) {
      if (wish.isDue) this.#renew(number, wish, wish.wait);
    }
  }

  /** Takes what the PBX says of links. */
  hear(message: LinkMessage): void {
    dispatch(this.#handlers, message);
  }

  /** The link with this number, if it is connected at this moment; it belongs to whoever takes it. */
  take(number: string): Link | undefined {
    const wish = this.#wishes.get(number);
    return wish?.link?.isUp ? this.#takeOf(wish, ANEW.taker) : undefined;
  }

  /** The link of this name, if it stands; it belongs to whoever takes it. */
  takeNamed(id: string): Link | undefined {
    for (const wish of this.#wishes.values()) {
      if (wish.link?.id === id && wish.link.stage === "standing") return this.#takeOf(wish, ANEW.other);
    }
    return undefined;
  }

  readonly #handlers: Handlers<LinkMessage> = {
    linked: ({ number, link, offers }) => {
      const wish = this.#wishes.get(number);
      // What was said of an earlier word is void.
      if (!wish || !link.split(".").includes(wish.word) || wish.link?.id === link) return;
      if (!this.#isIdle) return void (wish.isDue = true);
      this.#drop(wish);
      this.#make(wish, { id: link, number, offers });
    },
    unlinked: ({ link }) => {
      const wish = this.#wishOf(link);
      if (wish) this.#drop(wish);
      this.#show();
    },
    linking: ({ link, offer, answer, candidates }) => {
      this.#wishOf(link)?.link?.hear({ offer, answer, candidates });
    },
  };

  #wishOf(id: string): Wish | undefined {
    return [...this.#wishes.values()].find(({ link }) => link?.id === id);
  }

  #make(wish: Wish, { id, number, offers }: LinkName): void {
    const link: Link = new Link({ id, number, offers }, this.#parts.connect(), {
      browser: this.#parts.browser,
      say: (step) => this.#say({ type: "linking", link: id, ...step }),
      moved: (stage) => wish.link === link && this.#moved(number, wish, stage),
      failed: (error) => this.#parts.browser.report(error),
    });
    this.made(link);
    wish.link = link;
    wish.isDue = false;
    this.#show();
  }

  #moved(number: string, wish: Wish, stage: LinkStage): void {
    const { link } = wish;
    if (stage === "over" && link) {
      wish.link = undefined;
      wish.failures = link.age > STEADY ? 1 : wish.failures + 1;
      const wait = Math.min(RETRY.first * 2 ** (wish.failures - 1), RETRY.most);
      this.#renew(number, wish, wait * (0.75 + this.#parts.browser.random() / 2) + (link.offers ? 0 : YIELD));
    }
    this.#show();
  }

  #takeOf(wish: Wish, wait: number): Link | undefined {
    const { link } = wish;
    wish.link = undefined;
    link?.take();
    // In a call nothing is made; what is asked for is done once it is over.
    if (link) this.#renew(link.number, wish, wait);
    this.#show();
    return link;
  }

  /** Asks for a new link after so many milliseconds, or once there is no call. */
  #renew(number: string, wish: Wish, wait: number): void {
    wish.cancelTimer();
    wish.isDue = true;
    wish.wait = wait;
    wish.cancelTimer = this.#parts.browser.after(wait, () => {
      if (!this.#isIdle || this.#wishes.get(number) !== wish) return;
      wish.isDue = false;
      wish.word = this.#parts.browser.newId();
      this.#tell();
    });
  }

  /** Lets go of what there is, and makes nothing new by itself. */
  #drop(wish: Wish): void {
    const { link } = wish;
    wish.cancelTimer();
    wish.link = undefined;
    wish.isDue = false;
    link?.end();
  }

  #tell(): void {
    const wishes = [...this.#wishes].map(([number, { word }]) => ({ number, word }));
    this.#say({ type: "links", with: wishes });
  }

  #say(message: PhoneMessage): void {
    if (this.#isOnline) this.#parts.say(message);
  }

  #show(): void {
    this.#states.value = new Map(
      [...this.#wishes].map(([number, { link }]) =>
        [number, link?.stage === "standing" ? "standing" : "wanted"] as const
      ),
    );
  }
}

const newWish = (word: string): Wish => ({
  word,
  link: undefined,
  failures: 0,
  isDue: false,
  wait: ANEW.taker,
  cancelTimer: () => {},
});
