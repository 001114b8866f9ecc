/**
 * All that a soak runs: the server, robots, two pages, and an observer who sees who is on line.
 *
 * @module
 */
import type { Of, PbxMessage } from "../../protocol/messages.ts";
import { applyPresence, type Presence } from "../../protocol/presence.ts";
import { until } from "../support/until.ts";
import { House } from "./house.ts";
import { PagePair } from "./page_pair.ts";
import { memoryOf, openFilesOf } from "./processes.ts";
import { RobotLife, type Tally } from "./robot_life.ts";
import { RobotPhone } from "./robot_phone.ts";
import type { Sample } from "./soak_table.ts";

const PAGES = ["1901", "1902"] as const;
const OBSERVER = "1900";
const LINE = "Webphone1";

/** Connections that a page's browser keeps for files, besides its socket. */
const KEPT_CONNECTIONS = 6;
/** How long the server may take to be done with all that has left, in milliseconds. */
const CLEARING = 45_000;

/**
 * How often the server's memory is looked at, in milliseconds. The least of many looks counts: it is what was left
 * after the collector had been there, and not how long ago that was.
 */
const LOOK = 1000;

/** Half of the robots are agents, the other half web clients. */
const isAgent = (index: number): boolean => index % 2 === 0;
const numberOf = (index: number): string => `${1200 + index}`;

/** The whole stage of a soak. */
export class Office implements AsyncDisposable {
  readonly #house: House;
  readonly #robots: readonly RobotLife[];
  readonly #observer: RobotPhone;
  #pages: PagePair | undefined;
  #presence: readonly Presence[] = [];
  readonly #faults: string[] = [];
  /** The least memory of the server since the last sample, in KiB. */
  #least = Infinity;
  #looking: ReturnType<typeof setInterval> | undefined;
  /** Files and sockets of the server with nobody but the observer. */
  #filesAtFirst = 0;

  private constructor(house: House, robots: number) {
    this.#house = house;
    const others = () => this.#robots;
    this.#robots = Array.from({ length: robots }, (_, index) => {
      const number = numberOf(index);
      const identity = isAgent(index) ? { number, key: house.key(number) } : { line: LINE };
      return new RobotLife(house.port, identity, others);
    });
    this.#observer = new RobotPhone(house.port, { number: OBSERVER, key: house.key(OBSERVER) }, {
      heard: (message) => this.#observe(message),
      complain: (what) => void this.#faults.push(`the observer: ${what}`),
    });
  }

  /** Starts everything; nobody calls yet. */
  static async open(robots: number): Promise<Office> {
    const agents = Array.from({ length: robots }, (_, index) => index).filter(isAgent).map(numberOf);
    const house = await House.open({ agents: [OBSERVER, ...PAGES, ...agents] });
    const office = new Office(house, robots);
    try {
      await office.#fill();
      return office;
    } catch (error) {
      await office[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Everybody begins to call. */
  start(): void {
    for (const robot of this.#robots) robot.start();
    this.#pages?.start();
    this.#looking = setInterval(() => this.#lookAtMemory(), LOOK);
  }

  /** Looks at everything. */
  async sample(minute: number): Promise<Sample> {
    const pages = await this.#pages?.samples() ?? [];
    const { all, sockets } = openFilesOf(this.#house.pid);
    const rows = this.#house.rows();
    this.#lookAtMemory();
    const server = this.#least;
    this.#least = Infinity;
    return {
      minute,
      calls: this.#calls,
      pageCalls: this.#pages?.calls ?? 0,
      server,
      files: all,
      sockets,
      liveRows: rows.live,
      rows: rows.all,
      phones: this.#online().length,
      pages,
    };
  }

  /** Hangs everything up, lets everybody leave, and answers what is left that should not be, in words. */
  async end(): Promise<readonly string[]> {
    clearInterval(this.#looking);
    await Promise.all([...this.#robots.map((robot) => robot.stop()), this.#pages?.stop()]);
    const complaints = [...await this.#stillHeld(), ...await this.#tooManySockets()];
    for (const { phone } of this.#robots) phone.leave();
    await this.#pages?.[Symbol.asyncDispose]();
    complaints.push(...await this.#stillThere(), ...this.#wrongs());
    this.#observer.leave();
    return complaints;
  }

  /** What robots and pages did, in one line. */
  summary(): string {
    const sum = (pick: (tally: Tally) => number) =>
      this.#robots.reduce((total, { tally }) => total + pick(tally), 0);
    const endings: Record<string, number> = {};
    for (const { tally } of this.#robots) {
      for (const [reason, count] of Object.entries(tally.endings)) {
        endings[reason] = (endings[reason] ?? 0) + count;
      }
    }
    const losses = this.#robots.reduce((total, { phone }) => total + phone.losses, 0);
    return `${sum(({ dialled }) => dialled)} calls dialled by robots, ` +
      `${sum(({ established }) => established)} established, ${
        sum(({ answered }) => answered)
      } messages answered, ` +
      `${losses} sockets lost; told at the end: ${JSON.stringify(endings)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#looking);
    await this.#pages?.[Symbol.asyncDispose]();
    await this.#house[Symbol.asyncDispose]();
  }

  async #fill(): Promise<void> {
    await this.#observer.connect();
    this.#filesAtFirst = openFilesOf(this.#house.pid).all;
    for (const { phone } of this.#robots) await phone.connect();
    this.#pages = await PagePair.open(this.#house, PAGES);
  }

  get #calls(): number {
    return this.#robots.reduce((sum, { tally }) => sum + tally.dialled, this.#pages?.calls ?? 0);
  }

  #lookAtMemory(): void {
    this.#least = Math.min(this.#least, memoryOf(this.#house.pid));
  }

  #observe(message: PbxMessage): void {
    if (message.type === "registered") this.#presence = message.presence;
    if (message.type === "presence") this.#presence = applyPresence(this.#presence, changesOf(message));
  }

  #online(): readonly string[] {
    return this.#presence.filter(({ status }) => status !== "offline").map(({ number }) => number);
  }

  /** With everybody on line and nobody in a call. */
  async #stillHeld(): Promise<readonly string[]> {
    const live = await until(() => this.#house.rows().live, (count) => count === 0).catch(() =>
      this.#house.rows().live
    );
    const held = await this.#pages?.empty() ?? [];
    const wrong = held.flatMap(({ tracks, connections, sockets }, index) => [
      ...tracks > 0 ? [`page ${index + 1} holds ${tracks} live tracks`] : [],
      ...connections > 0 ? [`page ${index + 1} holds ${connections} open peer connections`] : [],
      ...sockets !== 1 ? [`page ${index + 1} holds ${sockets} sockets, not 1`] : [],
    ]);
    return live > 0 ? [`${live} calls are live though everybody has hung up`, ...wrong] : wrong;
  }

  async #tooManySockets(): Promise<readonly string[]> {
    const expected = this.#robots.length + PAGES.length + 1;
    const most = this.#filesAtFirst - 1 + expected + PAGES.length * KEPT_CONNECTIONS;
    const read = () => openFilesOf(this.#house.pid).all;
    const files = await until(read, (count) => count <= most).catch(read);
    const there = await until(() => this.#online().length, (count) => count === expected).catch(() => 0);
    return [
      ...files > most ? [`the server holds ${files} files, at most ${most} for ${expected} phones`] : [],
      ...there !== expected ? [`${this.#online().length} phones are on line, not ${expected}`] : [],
    ];
  }

  /** With nobody there but the observer. */
  async #stillThere(): Promise<readonly string[]> {
    const isAlone = (numbers: readonly string[]) => numbers.length === 1;
    const online = await until(() => this.#online(), isAlone, CLEARING).catch(() => this.#online());
    const read = () => openFilesOf(this.#house.pid).all;
    const files = await until(read, (count) => count <= this.#filesAtFirst, CLEARING).catch(read);
    return [
      ...online.length > 1 ? [`still registered though they have left: ${online.join(", ")}`] : [],
      ...files > this.#filesAtFirst
        ? [`the server holds ${files} files with nobody there, ${this.#filesAtFirst} at first`]
        : [],
    ];
  }

  #wrongs(): readonly string[] {
    const robots = this.#robots.flatMap(({ tally }) => tally.faults);
    const logged = this.#house.log.split("\n").filter((line) => /"level":"(warn|error)"/.test(line));
    return [...this.#faults, ...robots, ...this.#pages?.faults ?? [], ...logged];
  }
}

const changesOf = ({ changes }: Of<PbxMessage, "presence">): readonly Presence[] => changes;
