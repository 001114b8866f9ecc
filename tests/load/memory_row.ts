/**
 * P9: what a registered phone takes of memory when there are ten thousand, and how many can register in a second.
 *
 * @module
 */
import { bareDeno, type Contender, type Idle, ours, peer, ws } from "./contenders.ts";
import { type Figure, median, type Row } from "./figures.ts";
import { treeMemory, treeSeconds } from "./served.ts";

const PHONES = 10_000;
/** Phones that are connecting at the same time. */
const AT_ONCE = 64;
/** How long the server is left alone before its memory is read, in milliseconds. */
const REST = 2000;
const SERVER_CORE = 0;
/** Ours is measured first; the others have no target, and show what a bare socket takes. */
const CONTENDERS: readonly Contender[] = [ours, bareDeno, ws, peer];

/** What was read of one server, one reading for each round. */
interface Readings {
  /** KiB for each phone. */
  readonly memory: number[];
  /** Registrations in a second of the core. */
  readonly rate: number[];
  /** Registrations in a second of the clock, with whatever else the machine did. */
  readonly wallRate: number[];
}

/** Makes `count` things, so many at once. */
export async function many<T>(
  count: number,
  atOnce: number,
  make: (index: number) => Promise<T>,
): Promise<T[]> {
  const made: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) made.push(await make(next++));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return made;
}

async function measure(contender: Contender, { memory, rate, wallRate }: Readings): Promise<void> {
  await using served = await contender.start(SERVER_CORE);
  const [before, cpu, began] = [treeMemory(served.pid), treeSeconds(served.pid), performance.now()];
  const phones: Idle[] = await many(PHONES, AT_ONCE, (index) => contender.idle(served.port, index));
  wallRate.push(PHONES / (performance.now() - began) * 1000);
  rate.push(PHONES / (treeSeconds(served.pid) - cpu));
  await new Promise((resolve) => setTimeout(resolve, REST));
  memory.push((treeMemory(served.pid) - before) / PHONES);
  for (const phone of phones) phone.kill();
}

async function run(rounds: number): Promise<readonly Figure[]> {
  const there = CONTENDERS.filter((contender) => !contender.lacks());
  const readings = new Map(there.map((each) => [each, { memory: [], rate: [], wallRate: [] } as Readings]));
  for (let round = 0; round < rounds; round++) {
    for (const [contender, reading] of readings) await measure(contender, reading);
    console.log(`P9: round ${round + 1} of ${rounds}`);
  }
  const own = readings.get(ours);
  if (!own) return [];
  const others = [...readings].filter(([contender]) => contender !== ours);
  const beside = (pick: (reading: Readings) => readonly number[], digits: number) =>
    others.map(([{ name }, reading]) => `${name} ${median(pick(reading)).toFixed(digits)}`).join(", ");
  return [
    {
      row: "P9",
      what: `KiB a registered phone, of ${PHONES}`,
      ours: median(own.memory),
      target: { most: 24 },
      note: `a bare socket: ${beside(({ memory }) => memory, 1)}`,
    },
    {
      row: "P9",
      what: "registrations in a second of one core",
      ours: median(own.rate),
      target: { least: 3000 },
      note: `${median(own.wallRate).toFixed(0)} in a second of the clock; bare sockets: ` +
        beside(({ rate }) => rate, 0),
    },
  ];
}

/** The row. */
export const memoryRow: Row = {
  name: "P9",
  what: "ten thousand registered phones",
  run,
};
