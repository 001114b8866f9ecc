/**
 * P10: a thousand phones join one line at once, and each one is told of all others, beside one write for each notice.
 *
 * @module
 */
import type { PbxMessage } from "../../protocol/messages.ts";
import { until } from "../support/until.ts";
import { type Figure, median, type Row } from "./figures.ts";
import { House } from "./house.ts";
import { many } from "./memory_row.ts";
import { RawSocket, textFrame } from "./raw_socket.ts";
import { serve, type Served, treeSeconds } from "./served.ts";

const PHONES = 1000;
const AT_ONCE = 64;
const SERVER_CORE = 0;
/** Phones that come and go before, so that no server is measured while it still compiles itself. */
const WARM_PHONES = 300;
const LINE = "TheLine";
const WARM_LINE = "AnotherLine";
/** How long nothing may come before all counts as told, in milliseconds. */
const QUIET = 1500;
/** How long it may take in all, in milliseconds. */
const MOST = 60_000;

/** A server that has a line, and how one joins it. */
interface Place {
  readonly start: () => Promise<Served>;
  readonly path: (index: number) => string;
  /** What is said first, if the path does not say it all. */
  readonly hello?: (index: number, line: string) => string;
}

const OURS: Place = {
  start: () => House.open({ lines: [LINE, WARM_LINE], core: SERVER_CORE }),
  path: () => "/socket",
  hello: (index) => JSON.stringify({ type: "register", device: `device-${index}-of-the-line`, token: LINE }),
};

const FLOOR: Place = {
  start: () => serve(SERVER_CORE, () => [Deno.execPath(), "run", "-A", "line_floor.ts"]),
  path: (index) => `/${String(index).padStart(5, "n")}`,
};

/** What came to one phone, and when: read only afterwards, for reading takes longer than telling. */
interface Heard {
  readonly at: number;
  readonly bytes: Uint8Array;
}

interface Reading {
  /** Seconds of the core. */
  readonly cpu: number;
  /** Milliseconds from the first phone that came until every phone knew every other one. */
  readonly told: number;
  readonly frames: number;
  readonly bytes: number;
}

async function join(
  place: Place,
  port: number,
  index: number,
  { heard = [], line = LINE }: { heard?: Heard[] | undefined; line?: string } = {},
): Promise<RawSocket> {
  const socket = await RawSocket.open({ port, path: place.path(index) }, {
    heard: (data, start, end) => void heard.push({ at: performance.now(), bytes: data.slice(start, end) }),
  });
  if (place.hello) socket.write(textFrame(place.hello(index, line)));
  return socket;
}

async function warmUp(place: Place, port: number): Promise<void> {
  const wait = () => new Promise((resolve) => setTimeout(resolve, QUIET));
  const sockets = await many(WARM_PHONES, AT_ONCE, (index) => join(place, port, index, { line: WARM_LINE }));
  await wait();
  for (const socket of sockets) socket.close(1000);
  await wait();
}

async function measure(place: Place): Promise<Reading> {
  await using served = await place.start();
  await warmUp(place, served.port);
  const all: Heard[][] = Array.from({ length: PHONES }, () => []);
  const [began, cpu] = [performance.now(), treeSeconds(served.pid)];
  const sockets = await many(
    PHONES,
    AT_ONCE,
    (index) => join(place, served.port, index, { heard: all[index] }),
  );
  const last = () => Math.max(...all.map((heard) => heard.at(-1)?.at ?? 0));
  await until(() => performance.now() - last(), (silence) => silence > QUIET, MOST);
  const seconds = treeSeconds(served.pid) - cpu;
  for (const socket of sockets) socket.kill();
  return {
    cpu: seconds,
    told: Math.max(...all.map(knowsAllAt)) - began,
    frames: all.reduce((sum, heard) => sum + heard.length, 0),
    bytes: all.flat().reduce((sum, { bytes }) => sum + bytes.length, 0),
  };
}

/** When a phone knew everybody; never, when it was not told. */
function knowsAllAt(heard: readonly Heard[]): number {
  const known = new Set<string>();
  for (const { at, bytes } of heard) {
    const message: PbxMessage = JSON.parse(new TextDecoder().decode(bytes));
    const news = message.type === "registered"
      ? message.presence
      : message.type === "presence"
      ? message.changes
      : [];
    for (const { number, status } of news) if (status !== "offline") known.add(number);
    // On the floor nobody is told of themselves.
    if (known.size >= PHONES - 1) return at;
  }
  return Infinity;
}

async function run(rounds: number): Promise<readonly Figure[]> {
  const [own, floor]: [Reading[], Reading[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    own.push(await measure(OURS));
    floor.push(await measure(FLOOR));
    console.log(`P10: round ${round + 1} of ${rounds}`);
  }
  const middle = (readings: readonly Reading[], pick: (reading: Reading) => number) =>
    median(readings.map(pick));
  const size = (readings: readonly Reading[]) =>
    `${middle(readings, ({ frames }) => frames)} frames, ` +
    `${(middle(readings, ({ bytes }) => bytes) / 1e6).toFixed(1)} MB`;
  return [
    {
      row: "P10",
      what: `s of a core, ${PHONES} phones join one line`,
      ours: middle(own, ({ cpu }) => cpu),
      floor: { name: "a write a notice", value: middle(floor, ({ cpu }) => cpu) },
      target: { most: 0.1 },
      note: `${size(own)}; the floor ${size(floor)}`,
    },
    {
      row: "P10",
      what: "ms until all know all",
      ours: middle(own, ({ told }) => told),
      target: { most: 1000 },
      note: `the floor ${middle(floor, ({ told }) => told).toFixed(0)} ms`,
    },
  ];
}

/** The row. */
export const presenceRow: Row = {
  name: "P10",
  what: "a thousand phones join one line, beside one write for each notice",
  run,
};
