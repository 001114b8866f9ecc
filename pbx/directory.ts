/**
 * Who is there, line by line: what the registrar and the live calls say, put into words everybody may read. Changes of
 * a line are gathered, for told one by one they would grow with the square of the phones.
 *
 * @module
 */
import type { Of, PbxMessage } from "../protocol/messages.ts";
import { applyPresence, type Presence } from "../protocol/presence.ts";
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

/** One line as this node knows it. */
interface Board {
  known: readonly Presence[];
  readonly pending: Map<string, Presence>;
  cancel: (() => void) | undefined;
  readonly unsubscribe: () => void;
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
    return (await this.#board(line)).known;
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
      const added = [...agents].filter((number) => !known.some((entry) => entry.number === number));
      // Who is on line is looked at when they leave.
      const removed = known.filter(({ number, status }) => status === "offline" && !agents.has(number));
      for (const number of [...added, ...removed.map(({ number }) => number)]) {
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
    const heard: Presence[] = [];
    let take = (changes: readonly Presence[]) => void heard.push(...changes);
    const unsubscribe = await bus.subscribe(presenceTopic(line), (text) => {
      take((JSON.parse(text) as Of<PbxMessage, "presence">).changes);
    });
    const known = await this.#entries(line).catch((error) => {
      unsubscribe();
      throw error;
    });
    const board: Board = {
      known: applyPresence(known, heard),
      pending: new Map(),
      cancel: undefined,
      unsubscribe,
    };
    take = (changes) => void (board.known = applyPresence(board.known, changes));
    return board;
  }

  async #entries(line: string): Promise<readonly Presence[]> {
    const numbers = new Set((await this.#ports.registrar.ofLine(line)).map(({ number }) => number));
    for (const agent of await this.#ports.book.agents(line)) numbers.add(agent.number);
    return await Promise.all([...numbers].map((number) => this.#entry(line, number, undefined)));
  }

  async #look(line: string, number: string): Promise<void> {
    const board = await this.#board(line);
    const before = board.known.find((entry) => entry.number === number);
    const entry = await this.#entry(line, number, before);
    if (before && JSON.stringify(before) === JSON.stringify(entry)) return;
    board.known = applyPresence(board.known, [entry]);
    board.pending.set(number, entry);
    if (!board.cancel) this.#tell(line, board);
  }

  #tell(line: string, board: Board): void {
    board.cancel = undefined;
    if (board.pending.size === 0) return;
    const changes = [...board.pending.values()];
    board.pending.clear();
    board.cancel = this.#ports.after(GATHERING, () => this.#tell(line, board));
    this.#ports.bus.publish(presenceTopic(line), JSON.stringify({ type: "presence", changes }));
  }

  async #entry(line: string, number: string, before: Presence | undefined): Promise<Presence> {
    const { registrar, calls, book, now } = this.#ports;
    const devices = (await registrar.ofNumber(number)).filter((device) => device.line === line);
    const live = devices.length > 0 && (await calls.ofNumber(number)).length > 0;
    const name = devices[0]?.name ?? (await book.agent(number))?.name;
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
