/**
 * Who is there, line by line: what the registrar and the live calls say, put into words everybody may read. Changes of
 * a line are gathered, for told one by one they would grow with the square of the phones.
 *
 * @module
 */
import type { Of, PbxMessage } from "../protocol/messages.ts";
import { isGone, type Presence } from "../protocol/presence.ts";
import type { Book, Bus, Calls, Now, Registrar } from "./ports.ts";
import { presenceTopic } from "./topics.ts";

/** How long changes of a line are gathered after one was told, in milliseconds. */
const GATHERING = 100;

/** The ports that the directory reads. */
export interface DirectoryPorts {
  readonly bus: Bus;
  readonly registrar: Registrar;
  readonly calls: Calls;
  readonly book: Book;
  readonly now: Now;
  /** Runs a task after so many milliseconds; returns how to take that back. */
  readonly after: (milliseconds: number, task: () => void) => () => void;
}

/** What is known of a number, and how that is told: written once, and read by everybody on the line. */
interface Entry {
  readonly presence: Presence;
  readonly text: string;
}

/** One line as this node knows it. */
interface Board {
  /** By number. */
  readonly known: Map<string, Entry>;
  /** All of them as JSON, until something changes: of many who join at once, most are told the same. */
  text: string | undefined;
  /** What has not been told yet, by number. */
  readonly pending: Map<string, string>;
  /** What this node has told last, and need not hear. */
  told: string | undefined;
  cancel: (() => void) | undefined;
  readonly unsubscribe: () => void;
}

const entryOf = (presence: Presence): Entry => ({ presence, text: JSON.stringify(presence) });

/** An entry replaces the one of the same number; who left and has no name is forgotten. */
function note(board: Board, entry: Entry): void {
  const { number } = entry.presence;
  if (isGone(entry.presence)) board.known.delete(number);
  else board.known.set(number, entry);
  board.text = undefined;
}

/** The presence of all lines that have phones on this node. */
export class Directory {
  readonly #ports: DirectoryPorts;
  readonly #boards = new Map<string, Promise<Board>>();
  /** Looks at one number run one after the other, so that an old look never overwrites a newer one. */
  readonly #looking = new Map<string, Promise<void>>();

  constructor(ports: DirectoryPorts) {
    this.#ports = ports;
  }

  /** Everybody on the line; its agents also while they are away. */
  async present(line: string): Promise<readonly Presence[]> {
    return [...(await this.#board(line)).known.values()].map(({ presence }) => presence);
  }

  /** The same as JSON: a line of many is read as often as somebody joins it. */
  async presentText(line: string): Promise<string> {
    const board = await this.#board(line);
    board.text ??= `[${[...board.known.values()].map(({ text }) => text).join(",")}]`;
    return board.text;
  }

  /** Looks at a number again and tells its line what has changed. */
  async changed(line: string, number: string): Promise<void> {
    const key = `${line} ${number}`;
    const earlier = this.#looking.get(key) ?? Promise.resolve();
    const look = earlier.catch(() => {}).then(() => this.#look(line, number));
    this.#looking.set(key, look);
    try {
      await look;
    } finally {
      if (this.#looking.get(key) === look) this.#looking.delete(key);
    }
  }

  /** Looks for agents who were added or removed by another process, which tells nobody. */
  async agentsChanged(): Promise<void> {
    for (const [line, opening] of this.#boards) {
      const { known } = await opening;
      const agents = new Set((await this.#ports.book.agents(line)).map(({ number }) => number));
      const added = [...agents].filter((number) => !known.has(number));
      // Who is on line is looked at when they leave.
      const offline = [...known.values()].filter(({ presence }) => presence.status === "offline");
      const removed = offline.map(({ presence }) => presence.number).filter((number) => !agents.has(number));
      for (const number of [...added, ...removed]) {
        await this.changed(line, number);
      }
    }
  }

  /** Stops telling. */
  async close(): Promise<void> {
    for (const opening of this.#boards.values()) {
      const board = await opening;
      board.cancel?.();
      board.unsubscribe();
    }
    this.#boards.clear();
  }

  #board(line: string): Promise<Board> {
    const known = this.#boards.get(line);
    if (known) return known;
    const opening = this.#open(line);
    this.#boards.set(line, opening);
    // A store that was away for a moment must not cost the line.
    opening.catch(() => this.#boards.delete(line));
    return opening;
  }

  async #open(line: string): Promise<Board> {
    const { bus } = this.#ports;
    const heard: string[] = [];
    let take = (text: string) => void heard.push(text);
    const unsubscribe = await bus.subscribe(presenceTopic(line), (text) => take(text));
    const present = await this.#entries(line).catch((error) => {
      unsubscribe();
      throw error;
    });
    const known = new Map(present.map((presence) => [presence.number, entryOf(presence)]));
    const nothing = { text: undefined, told: undefined, cancel: undefined };
    const board: Board = { known, pending: new Map(), ...nothing, unsubscribe };
    take = (text) => {
      if (text === board.told) return;
      const { changes }: Of<PbxMessage, "presence"> = JSON.parse(text);
      for (const presence of changes) note(board, entryOf(presence));
    };
    heard.forEach(take);
    return board;
  }

  async #entries(line: string): Promise<readonly Presence[]> {
    const numbers = new Set((await this.#ports.registrar.ofLine(line)).map(({ number }) => number));
    for (const agent of await this.#ports.book.agents(line)) numbers.add(agent.number);
    return await Promise.all([...numbers].map((number) => this.#entry(line, number, undefined)));
  }

  async #look(line: string, number: string): Promise<void> {
    const board = await this.#board(line);
    const before = board.known.get(number);
    const entry = entryOf(await this.#entry(line, number, before?.presence));
    if (before?.text === entry.text) return;
    note(board, entry);
    board.pending.set(number, entry.text);
    if (!board.cancel) this.#tell(line, board);
  }

  #tell(line: string, board: Board): void {
    board.cancel = undefined;
    if (board.pending.size === 0) return;
    board.told = `{"type":"presence","changes":[${[...board.pending.values()].join(",")}]}`;
    board.pending.clear();
    board.cancel = this.#ports.after(GATHERING, () => this.#tell(line, board));
    this.#ports.bus.publish(presenceTopic(line), board.told);
  }

  async #entry(line: string, number: string, before: Presence | undefined): Promise<Presence> {
    const { registrar, calls, book, now } = this.#ports;
    const devices = (await registrar.ofNumber(number)).filter((device) => device.line === line);
    const live = devices.length > 0 && (await calls.ofNumber(number)).length > 0;
    // Whoever is on line has brought their name along; only agents are known when they are not.
    const name = devices.length > 0 ? devices[0]?.name : (await book.agent(number))?.name;
    const properties = devices[0]?.properties ?? before?.properties;
    const status = devices.length === 0 ? "offline" : live ? "busy" : "online";
    const elect = devices.some(({ ready }) => ready);
    // Two changes within a millisecond must still be told apart.
    const same = before?.status === status && before.elect === elect;
    return {
      number,
      ...(name !== undefined && { name }),
      status,
      since: same ? before.since : Math.max(now(), (before?.since ?? 0) + 1),
      elect,
      ...(properties && { properties }),
    };
  }
}
