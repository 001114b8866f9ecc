/**
 * Where the pages of the bench play: one browser, our house, the server of the floor, and where it is asked for
 * distance between all of them.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { freePort } from "../../support/server.ts";
import { until } from "../../support/until.ts";
import { adopt } from "../children.ts";
import { type Browser, launchChromium } from "../driver.ts";
import { House } from "../house.ts";
import { installCamera, type Picture, WARM } from "./camera.ts";
import { installClock } from "./clock.ts";
import { installDistance, LongAir, LongWire } from "./distance.ts";
import { Seat } from "./seat.ts";

/** The numbers of our agents: who calls, who presses Accept, and who accepts by themselves. */
const [CALLER, CALLEE, ELECTING] = ["1003", "1004", "1005"] as const;

/** How long a server may take to listen, in milliseconds. */
const START_BUDGET = 15_000;

/** As large as the floor's page is. */
const WINDOW = { width: 800, height: 600 };

/** How a pair of pages is to be. */
export interface PairWishes {
  /** Whether the callee's page accepts by itself. */
  readonly answers: boolean;
  /** How large a picture the cameras give; our own pages ask for what they like unless told. */
  readonly picture?: Picture | undefined;
  /** The codec that the floor begins with, such as `H264`. */
  readonly codec?: string;
}

/** Two pages whose cameras are open. */
export class Pair implements AsyncDisposable {
  constructor(readonly caller: Seat, readonly callee: Seat) {}

  /** Both, the caller first. */
  get both(): readonly [Seat, Seat] {
    return [this.caller, this.callee];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { context } of this.both) await context.close();
  }
}

/** One of those who are measured side by side. */
export interface Side {
  readonly name: string;
  /** Opens two pages, each in a new profile. */
  open(stage: Stage, wishes: PairWishes): Promise<Pair>;
}

/** Everything that pages need. */
export class Stage implements AsyncDisposable {
  /** The round trip between any two, in milliseconds. */
  readonly roundTrip: number;
  readonly #ends = new AsyncDisposableStack();
  #browser: Browser | undefined;
  #house: House | undefined;
  #air: LongAir | undefined;
  /** The ports of our house and of the floor's server, or of the wires to them. */
  readonly #ports = { house: 0, floor: 0 };

  private constructor(roundTrip: number) {
    this.roundTrip = roundTrip;
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

  /** The address of agent `number`'s page, key and all. */
  ourUrl(number: string): string {
    const url = new URL(this.#house?.url(number) ?? "");
    url.port = `${this.#ports.house}`;
    return url.href;
  }

  /** The address of a floor page with these wishes. */
  floorUrl(wishes: Readonly<Record<string, string>>): string {
    return `http://127.0.0.1:${this.#ports.floor}/?${new URLSearchParams(wishes)}`;
  }

  /** A new profile with an empty page in it. */
  async seat(number?: string, picture?: Picture): Promise<Seat> {
    if (!this.#browser) throw new Error("Cannot open a page: the browser is not running");
    const context = await this.#browser.newContext({ viewport: WINDOW });
    await context.addInitScript(installClock);
    if (picture) await context.addInitScript(installCamera, picture);
    if (this.#air) {
      const air = this.#air;
      await context.exposeFunction(
        "announce",
        (address: string, port: number) => air.announce(address, port),
      );
      await context.addInitScript(installDistance);
    }
    return new Seat(await context.newPage(), context, number);
  }

  /** The pages that were have gone. */
  forget(): void {
    this.#air?.forget();
  }

  async #open(): Promise<void> {
    const house = this.#house = this.#ends.use(
      await House.open({ agents: [CALLER, CALLEE], electing: [ELECTING] }),
    );
    const floor = await startFloor();
    this.#ends.defer(() => floor.stop());
    [this.#ports.house, this.#ports.floor] = [house.port, floor.port].map((port) => {
      return this.roundTrip > 0 ? this.#ends.use(new LongWire(port, this.roundTrip)).port : port;
    }) as [number, number];
    if (this.roundTrip > 0) this.#air = this.#ends.use(new LongAir(this.roundTrip));
    const browser = this.#browser = await launchChromium("smooth");
    this.#ends.defer(() => browser.close());
  }
}

async function startFloor(): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> {
  const port = freePort();
  const program = fileURLToPath(new URL("floor_server.ts", import.meta.url));
  const child = adopt(new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--allow-net", "--allow-env=HOST,PORT", program],
    env: { HOST: "127.0.0.1", PORT: `${port}` },
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn());
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
  };
  const answers = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  await until(answers, Boolean, START_BUDGET).catch(async (error) => {
    await stop();
    throw error;
  });
  return { port, stop };
}

/** Our agents' pages. */
export const ours: Side = {
  name: "ours",
  async open(stage, { answers, picture }) {
    const numbers = [CALLER, answers ? ELECTING : CALLEE];
    const seats = await Promise.all(numbers.map((number) => stage.seat(number, picture)));
    await Promise.all(seats.map(async (seat) => {
      await seat.page.goto(stage.ourUrl(seat.number ?? ""));
      await seat.shows("phone", "registered");
      await seat.page.evaluate(WARM);
    }));
    return pairOf(seats);
  },
};

/** The floor's picture where nothing else is asked for. */
const USUAL: Picture = { width: 640, height: 480 };

let floorPairs = 0;

/** Two bare pages; with `naive` the callee's negotiates only when somebody presses Accept. */
export const floor: Side = {
  name: "floor",
  async open(stage, { answers, picture: { width, height } = USUAL, codec }) {
    const ids = [`a${++floorPairs}`, `b${floorPairs}`];
    const seats = await Promise.all(ids.map(() => stage.seat()));
    await Promise.all(seats.map(async (seat, index) => {
      const wishes = { me: ids[index] ?? "", other: ids[1 - index] ?? "", camera: `${width}x${height}` };
      const more = { ...(!answers && { naive: "" }), ...(codec && { codec }) };
      await seat.page.goto(stage.floorUrl({ ...wishes, ...more }));
      await seat.shows("phone", "registered");
      await seat.shows("camera", "open");
    }));
    return pairOf(seats);
  },
};

function pairOf([caller, callee]: readonly Seat[]): Pair {
  if (!caller || !callee) throw new Error("Cannot make a pair of less than two");
  return new Pair(caller, callee);
}
