/**
 * The whole PBX of one node, put together: phones come in by {@linkcode Exchange.connect}, everything outside is a
 * port.
 *
 * @module
 */
import type { HistoryAsked } from "../protocol/call_history.ts";
import type { IceServer, Order } from "../protocol/messages.ts";
import type { Presence } from "../protocol/presence.ts";
import { historyEntries } from "./call_history.ts";
import { Connection } from "./connection.ts";
import { DEFAULT_PLAN, type Rule } from "./dial_plan.ts";
import { Directory } from "./directory.ts";
import { Links } from "./links.ts";
import type { OrderDetails, OrderRefusal } from "./orders.ts";
import type {
  Book,
  Bus,
  CallHistoryEntry,
  Calls,
  Identity,
  Log,
  Media,
  Now,
  Party,
  PhoneSocket,
  Registrar,
  Secrets,
} from "./ports.ts";
import { Openings } from "./openings.ts";
import { Parked } from "./parked.ts";
import { startRounds } from "./rounds.ts";
import { RESTART, sayGoodbye } from "./stopping.ts";
import { Sweeper } from "./sweeper.ts";
import { Switchboard } from "./switchboard.ts";
import { WebphoneLine } from "./webphone_line.ts";

/** What an exchange is opened with. */
export interface ExchangeOptions {
  readonly bus: Bus;
  readonly registrar: Registrar;
  readonly calls: Calls;
  readonly book: Book;
  readonly media: Media;
  readonly secrets: Secrets;
  readonly log: Log;
  /** The STUN and TURN servers for a phone. */
  readonly iceServers: (party: Party) => readonly IceServer[];
  /** The time; the machine's unless handed in. */
  readonly now?: Now;
  /** Runs a task after so many milliseconds and returns how to take that back; the machine's timer unless handed in. */
  readonly after?: (milliseconds: number, task: () => void) => () => void;
  readonly plan?: readonly Rule[];
}

/** What a connection needs of its exchange. */
export interface ExchangeParts
  extends Pick<ExchangeOptions, "bus" | "registrar" | "calls" | "book" | "secrets" | "log" | "iceServers"> {
  readonly now: Now;
  /** Waits so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly switchboard: Switchboard;
  readonly directory: Directory;
  readonly links: Links;
  /** What was said to phones of live calls before they had come back to a new node. */
  readonly parked: Parked;
  /** How many phones this node holds. */
  readonly count: () => number;
  /** Takes note that a connection is over, and its phone not waited for. */
  readonly forget: (connection: Connection) => void;
  /** The pages that were asked for and have not registered yet. */
  readonly openings: Openings;
  /** The lines of this node by their resume words, also those whose phone is away and may come back. */
  readonly lines: Map<string, Connection>;
  /** Runs a task after so many milliseconds; returns how to take that back. */
  readonly after: (milliseconds: number, task: () => void) => () => void;
}

/** A running PBX. */
export interface Exchange extends AsyncDisposable {
  /**
   * A phone's socket has opened; whoever holds it tells the connection what it hears and when it has closed. While the
   * PBX stops, it closes the socket at once.
   */
  connect(identity: Identity, socket: PhoneSocket): Connection;
  /** A page of this number is being opened, maybe in the place of one that is about to go. */
  opening(number: string): void;
  /** Everybody on a line; its agents also while they are away. */
  present(line: string): Promise<readonly Presence[]>;
  /** Acts on a live call on behalf of somebody who is no party to it and may do so; answers with why that cannot be. */
  order(call: string, order: Order, details?: OrderDetails): Promise<OrderRefusal | undefined>;
  /** The calls of one page, newest first, and how many there are on all pages. */
  history(asked: HistoryAsked): Promise<{ count: number; entries: readonly CallHistoryEntry[] }>;
  /** How many phones this node holds, those that are away for a moment included. */
  readonly size: number;
  /** Looks for what is due; runs by itself every second. */
  sweep(): Promise<void>;
}

const machineTimer = (milliseconds: number, task: () => void) => {
  const timer = setTimeout(task, milliseconds);
  return () => clearTimeout(timer);
};

/** Opens the PBX over its ports. The ports stay the opener's to close. */
export function openExchange(options: ExchangeOptions): Exchange {
  const { now = Date.now, after = machineTimer, plan = DEFAULT_PLAN } = options;
  const { bus, registrar } = options;
  const directory = new Directory({ ...options, now, after });
  const switchboard = new Switchboard({
    ...options,
    directory,
    lines: { webphone: new WebphoneLine(bus, registrar) },
    plan,
    now,
  });
  const sweeper = new Sweeper({ ...options, switchboard, directory, now });
  const parked = new Parked({ ...options, after });
  const openings = new Openings(bus, now);
  const links = new Links({ ...options, now, after });
  const connections = new Set<Connection>();
  const parts: ExchangeParts = {
    ...options,
    now,
    wait: (milliseconds) => new Promise((resolve) => void after(milliseconds, resolve)),
    switchboard,
    directory,
    links,
    parked,
    count: () => connections.size,
    openings,
    forget: (connection) => void connections.delete(connection),
    lines: new Map(),
    after,
  };
  const sweep = () => sweeper.sweep();
  const stopRounds = startRounds(connections, { ...parts, sweep });
  let isStopping = false;
  return {
    connect(identity, socket) {
      const connection = new Connection(parts, identity, socket);
      if (isStopping) connection.close(RESTART.code, RESTART.reason);
      else connections.add(connection);
      return connection;
    },
    opening: (number) => openings.asked(number),
    present: (line) => directory.present(line),
    history: (asked) => historyEntries(options.book, asked),
    order: (call, order, details) => switchboard.order(call, order, details),
    get size() {
      return connections.size;
    },
    sweep,
    async [Symbol.asyncDispose]() {
      isStopping = true;
      switchboard.close();
      stopRounds();
      links.close();
      await sayGoodbye(connections, parts);
      await openings[Symbol.asyncDispose]();
      await directory.close();
    },
  };
}
