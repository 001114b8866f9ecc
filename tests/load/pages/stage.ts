/**
 * Where the pages of the bench play: one browser, our house, the server of the floor, and where it is asked for
 * distance between all of them.
 *
 * @module
 */
import { keep } from "../children.ts";
import { type Browser, type Context, launchChromium, type Page } from "../driver.ts";
import { House } from "../house.ts";
import { installCamera, type Picture, WARM } from "./camera.ts";
import { CLOCK } from "./clock.ts";
import { installDistance, LongAir, LongWire } from "./distance.ts";
import { FloorServer } from "./floor_process.ts";
import { Seat } from "./seat.ts";

/** The numbers of our agents: who calls, who presses Accept, and who accepts by themselves. */
export const [CALLER, CALLEE, ELECTING] = ["1003", "1004", "1005"] as const;

/** As large as the floor's page is. */
const WINDOW = { width: 800, height: 600 };

/** How a pair of pages is to be. */
export interface PairWishes {
  /** Whether the callee's page accepts by itself. */
  readonly answers: boolean;
  /** Whether our own pages keep connected with each other: a call begins once their link stands. */
  readonly linked?: boolean;
  /** How large a picture the cameras give; our own pages ask for what they like unless told. */
  readonly picture?: Picture | undefined;
  /** The codec that the floor begins with, such as `H264`. */
  readonly codec?: string;
}

/** Two pages whose cameras are open. */
export class Pair implements AsyncDisposable {
  /** With `linked` no call begins before the link stands. */
  constructor(readonly caller: Seat, readonly callee: Seat, readonly linked = false) {}

  /** Resolves when the next call may begin. */
  async ready(): Promise<void> {
    if (!this.linked) return;
    await this.caller.isLinked(this.callee.number ?? "");
    await this.callee.isLinked(this.caller.number ?? "");
  }

  /** Both, the caller first. */
  get both(): readonly [Seat, Seat] {
    return [this.caller, this.callee];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { context } of this.both) await context.close();
  }
}

/** Who a page is for: each may sit at a place of their own. */
export type End = "caller" | "callee";

/** What is in a page before its own scripts. */
export interface Prepared {
  /** How large a picture its camera gives. */
  readonly picture?: Picture | undefined;
  /** What watches the page; the clock unless told. */
  readonly watching?: readonly (() => void)[];
}

/** A place where pages can be opened. */
export interface Ground {
  /** The round trip between any two, in milliseconds. */
  readonly roundTrip: number;
  /** The address of agent `number`'s page, key and all. */
  ourUrl(number: string): string;
  /** The address of a floor page with these wishes. */
  floorUrl(wishes: Readonly<Record<string, string>>): string;
  /** A new profile with an empty page in it. */
  seat(end: End, number: string | undefined, prepared?: Prepared): Promise<Seat>;
  /** The pages that were have gone. */
  forget(): void;
}

/** One of those who are measured side by side. */
export interface Side {
  readonly name: string;
  /** Opens two pages, each in a new profile. */
  open(ground: Ground, wishes: PairWishes): Promise<Pair>;
}

/** Everything that pages need. */
export class Stage implements AsyncDisposable, Ground {
  readonly roundTrip: number;
  readonly #ends = new AsyncDisposableStack();
  #browser: Browser | undefined;
  #house: House | undefined;
  #air: LongAir | undefined;
  /** The ports of our house and of the floor's server, or of the wires to them. */
  readonly #ports = { house: 0, floor: 0 };

  private constructor(roundTrip: number) {
    this.roundTrip = roundTrip;
    this.#ends.defer(keep(this));
  }

  /** Starts servers and browser. What our house serves must have been built. */
  static async open(roundTrip = 0): Promise<Stage> {
    const stage = new Stage(roundTrip);
    try {
      await stage.#open();
      return stage;
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ends.disposeAsync();
  }

  ourUrl(number: string): string {
    const url = new URL(this.#house?.url(number) ?? "");
    url.port = `${this.#ports.house}`;
    return url.href;
  }

  floorUrl(wishes: Readonly<Record<string, string>>): string {
    return `http://127.0.0.1:${this.#ports.floor}/?${new URLSearchParams(wishes)}`;
  }

  async seat(_end: End, number: string | undefined, prepared?: Prepared): Promise<Seat> {
    const { page, context } = await openPage(this.#running, prepared);
    if (this.#air) {
      const air = this.#air;
      await context.exposeFunction(
        "announce",
        (address: string, port: number) => air.announce(address, port),
      );
      await context.addInitScript(installDistance);
    }
    return new Seat(page, context, number);
  }

  forget(): void {
    this.#air?.forget();
  }

  /** Takes down what the browser does, until the function that it answers is called and hands it out as JSON. */
  async trace(...categories: string[]): Promise<() => Promise<string>> {
    const browser = this.#running;
    await browser.startTracing(undefined, { categories });
    return async () => new TextDecoder().decode(await browser.stopTracing());
  }

  get #running(): Browser {
    if (!this.#browser) throw new Error("Cannot open a page: the browser is not running");
    return this.#browser;
  }

  async #open(): Promise<void> {
    const house = this.#house = this.#ends.use(
      await House.open({ agents: [CALLER, CALLEE], electing: [ELECTING] }),
    );
    const floor = this.#ends.use(await FloorServer.start());
    [this.#ports.house, this.#ports.floor] = [house.port, floor.port].map((port) => {
      return this.roundTrip > 0 ? this.#ends.use(new LongWire(port, this.roundTrip)).port : port;
    }) as [number, number];
    if (this.roundTrip > 0) this.#air = this.#ends.use(new LongAir(this.roundTrip));
    const browser = this.#browser = await launchChromium("smooth");
    this.#ends.defer(() => browser.close());
  }
}

/** A new profile in `browser`, with an empty page that is prepared so. */
export async function openPage(
  browser: Browser,
  { picture, watching = CLOCK }: Prepared = {},
): Promise<{ readonly page: Page; readonly context: Context }> {
  const context = await browser.newContext({ viewport: WINDOW });
  for (const watch of watching) await context.addInitScript(watch);
  if (picture) await context.addInitScript(installCamera, picture);
  return { page: await context.newPage(), context };
}

/** Our agents' pages. */
export const ours: Side = {
  name: "ours",
  async open(ground, { answers, picture, linked = false }) {
    const seats = [
      await ground.seat("caller", CALLER, { picture }),
      await ground.seat("callee", answers ? ELECTING : CALLEE, { picture }),
    ];
    await Promise.all(seats.map(async (seat) => {
      await seat.page.goto(ground.ourUrl(seat.number ?? ""));
      await seat.shows("phone", "registered");
      await seat.page.evaluate(WARM);
    }));
    const pair = pairOf(seats, linked);
    if (linked) {
      await pair.caller.press("Keep connected", pair.callee.number);
      await pair.callee.press("Keep connected", pair.caller.number);
    }
    return pair;
  },
};

/** The floor's picture where nothing else is asked for. */
const USUAL: Picture = { width: 640, height: 480 };

let floorPairs = 0;

/** Two bare pages; with `naive` the callee's negotiates only when somebody presses Accept. */
export const floor: Side = {
  name: "floor",
  async open(ground, { answers, picture: { width, height } = USUAL, codec }) {
    const ids = [`a${++floorPairs}`, `b${floorPairs}`];
    const seats = [await ground.seat("caller", undefined), await ground.seat("callee", undefined)];
    await Promise.all(seats.map(async (seat, index) => {
      const wishes = { me: ids[index] ?? "", other: ids[1 - index] ?? "", camera: `${width}x${height}` };
      const more = { ...(!answers && { naive: "" }), ...(codec && { codec }) };
      await seat.page.goto(ground.floorUrl({ ...wishes, ...more }));
      await seat.shows("phone", "registered");
      await seat.shows("camera", "open");
    }));
    return pairOf(seats);
  },
};

function pairOf([caller, callee]: readonly Seat[], linked = false): Pair {
  if (!caller || !callee) throw new Error("Cannot make a pair of less than two");
  return new Pair(caller, callee, linked);
}
