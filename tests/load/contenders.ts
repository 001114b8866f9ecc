/**
 * Servers that pass on what one client tells another, each in its own dialect.
 *
 * @module
 */
import { findProgram } from "../support/programs.ts";
import { BenchPhone, connect } from "./bench_phone.ts";
import { House } from "./house.ts";
import { RawSocket, textFrame } from "./raw_socket.ts";
import { FLOORS, serve, type Served } from "./served.ts";

/** A text that is passed on: short as a candidate, or long as a description. */
export type Size = "150 B" | "3 KB";

/** How much of a text of that size is payload, in bytes; what is around it is the dialect's own. */
export const PAYLOADS: Readonly<Record<Size, string>> = {
  "150 B": "x".repeat(150),
  "3 KB": "x".repeat(3000),
};

/** Two clients, one of which tells the other something. */
export interface Pair {
  /** Sends one text on its way. */
  readonly say: (size: Size) => void;
  /** Has `listener` called whenever one has arrived. */
  readonly onArrival: (listener: () => void) => void;
}

/** A client that is there and says nothing. */
export interface Idle {
  readonly kill: () => void;
}

/** A kind of server. */
export interface Contender {
  readonly name: string;
  /** Why it cannot be run here, or `undefined` when it can. */
  readonly lacks: () => string | undefined;
  readonly start: (core: number) => Promise<Served>;
  /** The `index`-th pair. */
  readonly pair: (port: number, index: number) => Promise<Pair>;
  /** The `index`-th client that only registers. */
  readonly idle: (port: number, index: number) => Promise<Idle>;
}

/** The lines that our clients are spread over: of ten thousand, ten sit on each. */
export const LINES: readonly string[] = Array.from({ length: 1000 }, (_, index) => `Line${index}`);
const lineOf = (index: number): string => LINES[index % LINES.length] ?? "Webphone1";

/** Our own server, with all its checks. */
export const ours: Contender = {
  name: "ours",
  lacks: () => undefined,
  async start(core) {
    return await House.open({ lines: LINES, core });
  },
  async pair(port, index) {
    const [caller, callee] = await Promise.all(
      [0, 1].map((end) => BenchPhone.register(port, lineOf(index), `${index}-${end}-of-pairs`)),
    );
    if (!caller || !callee) throw new Error("Cannot make a pair");
    const call = `call-${index}-of-the-bench`;
    await connect(caller, callee, call);
    const frames: Record<Size, Uint8Array<ArrayBuffer>> = {
      "150 B": textFrame(JSON.stringify({ type: "candidate", call, candidates: [candidateOf("150 B")] })),
      "3 KB": textFrame(JSON.stringify({ type: "offer", call, sdp: PAYLOADS["3 KB"] })),
    };
    return {
      say: (size) => caller.write(frames[size]),
      onArrival: (listener) => void (callee.arrived = listener),
    };
  },
  idle: (port, index) => BenchPhone.register(port, lineOf(index), `${index}-of-the-idle`),
};

const candidateOf = (size: Size) => ({ candidate: PAYLOADS[size], sdpMid: "0", sdpMLineIndex: 0 });

const NODE = { names: ["node"], variable: "NODE" };

function lacksNode(): string | undefined {
  if (!findProgram(NODE)) return "no node on this machine";
  try {
    Deno.statSync(`${FLOORS}/node_modules/ws`);
    return undefined;
  } catch {
    return "its package was not installed";
  }
}

const onNode = (script: string) => ({
  lacks: lacksNode,
  start: (core: number): Promise<Served> => serve(core, () => [findProgram(NODE) ?? "node", script]),
});

const onDeno = (script: string) => ({
  lacks: () => undefined,
  start: (core: number): Promise<Served> => serve(core, () => [Deno.execPath(), "run", "-A", script]),
});

/** A client of a server that knows clients by their path. */
interface Relaying {
  readonly path: (id: string) => string;
  /** What is said to pass on a payload. */
  readonly text: (to: string, payload: string) => string;
  /** What comes first from the server, if anything does: only after it the client is there. */
  readonly greets: boolean;
}

async function client(port: number, { path, greets }: Relaying, id: string, onArrival: () => void) {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isThere = !greets;
  const socket = await RawSocket.open({ port, path: path(id) }, {
    heard: () => {
      if (isThere) return onArrival();
      isThere = true;
      resolve();
    },
  });
  if (greets) await promise;
  return socket;
}

async function relayingPair(port: number, index: number, dialect: Relaying): Promise<Pair> {
  let listener = () => {};
  const [from, to] = [`a${index}`, `b${index}`];
  const sender = await client(port, dialect, from, () => {});
  await client(port, dialect, to, () => listener());
  const frame = (size: Size) => textFrame(dialect.text(to, PAYLOADS[size]));
  const frames = { "150 B": frame("150 B"), "3 KB": frame("3 KB") };
  return { say: (size) => sender.write(frames[size]), onArrival: (heard) => void (listener = heard) };
}

function relaying(
  name: string,
  place: Pick<Contender, "lacks" | "start">,
  dialect: Relaying,
): Contender {
  return {
    name,
    ...place,
    pair: (port, index) => relayingPair(port, index, dialect),
    idle: (port, index) => client(port, dialect, `c${index}`, () => {}),
  };
}

const BARE: Relaying = {
  path: (id) => `/${id}`,
  text: (to, payload) => JSON.stringify({ to, payload }),
  greets: false,
};

/** A bare relay on Node: nothing is checked. */
export const ws: Contender = relaying("ws on Node", onNode("ws_relay.mjs"), BARE);

/** The same on our own runtime. */
export const bareDeno: Contender = relaying("bare Deno", onDeno("deno_relay.ts"), BARE);

/** The signalling server of PeerJS. */
export const peer: Contender = relaying("npm peer", onNode("peer_server.mjs"), {
  path: (id) => `/peerjs?key=peerjs&id=${id}&token=token&version=1.5.5`,
  text: (dst, payload) => JSON.stringify({ type: "CANDIDATE", payload: { payload }, dst }),
  greets: true,
});
