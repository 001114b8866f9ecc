/**
 * P8: what it costs to pass on a message of a call, with all checks on, beside servers that check nothing or less.
 *
 * @module
 */
import { bareDeno, type Contender, ours, type Pair, peer, type Size, ws } from "./contenders.ts";
import { type Figure, median, quantile, type Row } from "./figures.ts";
import { kamailio } from "./kamailio.ts";
import { type Served, treeSeconds } from "./served.ts";

const PAIRS = 100;
/** Texts of one pair that are on their way at the same time: those of a call travel alone. */
const IN_FLIGHT = 1;
/** How long each server is warmed up, and then measured, in milliseconds. */
const WARM = 1500;
const MEASURE = 1500;
/** Texts a second while the time of each is taken: far from what any of them can carry. */
const PACE = 1000;
const SIZES: readonly Size[] = ["150 B", "3 KB"];

/** The most that ours may cost of each of them. */
const RIVALS: readonly { readonly contender: Contender; readonly most?: number }[] = [
  { contender: ws, most: 0.65 },
  { contender: peer, most: 0.65 },
  { contender: kamailio, most: 0.12 },
  // No target: what the runtime itself takes.
  { contender: bareDeno },
];

const SERVER_CORE = 0;
const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** One server with its pairs, and what was read of it. */
interface Stand {
  readonly contender: Contender;
  readonly served: Served;
  readonly pairs: readonly Pair[];
  /** Microseconds of a core for a text, one for each round. */
  readonly cost: Record<Size, number[]>;
  readonly rate: Record<Size, number[]>;
  /** Milliseconds on the way. */
  readonly delay: Record<Size, number[]>;
}

async function open(contender: Contender): Promise<Stand> {
  const served = await contender.start(SERVER_CORE);
  const pairs: Pair[] = [];
  for (let index = 0; index < PAIRS; index++) pairs.push(await contender.pair(served.port, index));
  const none = () => ({ "150 B": [], "3 KB": [] });
  return { contender, served, pairs, cost: none(), rate: none(), delay: none() };
}

/** Keeps every pair busy for so long; answers how many texts have arrived, and what that took of a core in seconds. */
async function flood({ pairs, served }: Stand, size: Size, milliseconds: number) {
  let [arrived, isOn] = [0, true];
  for (const pair of pairs) {
    pair.onArrival(() => {
      arrived++;
      if (isOn) pair.say(size);
    });
    for (let texts = 0; texts < IN_FLIGHT; texts++) pair.say(size);
  }
  await wait(200);
  const [before, cpu, began] = [arrived, treeSeconds(served.pid), performance.now()];
  await wait(milliseconds);
  const [count, seconds] = [arrived - before, treeSeconds(served.pid) - cpu];
  const took = (performance.now() - began) / 1000;
  isOn = false;
  await wait(200);
  return { count, seconds, took };
}

/** Sends texts at a steady pace, and takes the time of each. */
async function pace({ pairs, delay }: Stand, size: Size, milliseconds: number): Promise<void> {
  const began = performance.now();
  const sent = pairs.map(() => [] as number[]);
  pairs.forEach((pair, index) => {
    pair.onArrival(() => delay[size].push(performance.now() - (sent[index]?.shift() ?? NaN)));
  });
  for (let texts = 0; performance.now() - began < milliseconds;) {
    const due = (performance.now() - began) * PACE / 1000;
    for (; texts < due; texts++) {
      sent[texts % PAIRS]?.push(performance.now());
      pairs[texts % PAIRS]?.say(size);
    }
    await wait(1);
  }
  await wait(200);
}

async function measure(stand: Stand, size: Size): Promise<void> {
  const { count, seconds, took } = await flood(stand, size, MEASURE);
  if (count === 0) throw new Error(`Cannot measure ${stand.contender.name}: nothing arrives`);
  stand.cost[size].push(seconds / count * 1e6);
  stand.rate[size].push(count / took);
  await pace(stand, size, MEASURE / 2);
}

async function run(rounds: number): Promise<readonly Figure[]> {
  const lacking = RIVALS.filter(({ contender }) => contender.lacks());
  for (const { contender } of lacking) console.log(`P8: ${contender.name} is left out: ${contender.lacks()}`);
  const there = RIVALS.filter(({ contender }) => !contender.lacks());
  await using stack = new AsyncDisposableStack();
  const stands: Stand[] = [];
  for (const contender of [ours, ...there.map(({ contender }) => contender)]) {
    const stand = await open(contender);
    stack.use(stand.served);
    stands.push(stand);
    for (const size of SIZES) await flood(stand, size, WARM);
  }
  for (let round = 0; round < rounds; round++) {
    for (const size of SIZES) for (const stand of stands) await measure(stand, size);
    console.log(`P8: round ${round + 1} of ${rounds}`);
  }
  return SIZES.flatMap((size) => figuresOf(stands, size));
}

function figuresOf(stands: readonly Stand[], size: Size): Figure[] {
  const [own, ...others] = stands;
  if (!own) return [];
  return others.map(({ contender, cost, rate, delay }) => ({
    row: "P8",
    what: `µs of a core for ${size}, relayed`,
    ours: median(own.cost[size]),
    floor: { name: contender.name, value: median(cost[size]) },
    target: targetBeside(contender),
    note:
      `${perSecond(own.rate[size])} and ${perSecond(rate[size])} texts/s; p50 ${spread(own.delay[size])}, ` +
      `theirs ${spread(delay[size])}`,
  }));
}

function targetBeside(contender: Contender): Figure["target"] {
  const most = RIVALS.find((rival) => rival.contender === contender)?.most;
  return most === undefined ? undefined : { most };
}

const perSecond = (rates: readonly number[]): string => `${Math.round(median(rates))}`;
const spread = (delays: readonly number[]): string =>
  `${median(delays).toFixed(2)} p95 ${quantile(delays, 0.95).toFixed(2)} ms`;

/** The row. */
export const relayRow: Row = {
  name: "P8",
  what: "passing on messages of calls, beside ws, peer and Kamailio",
  run,
};
