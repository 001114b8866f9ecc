/**
 * P11: how soon a picture of 1280x720 is there in full, how it moves, and what is left of it on a bad link.
 *
 * @module
 */
import { lacksForPages } from "../driver.ts";
import { type Figure, median, quantile, type Row } from "../figures.ts";
import { type Block, CALLS, connect, hangUp, inTurns } from "./calls.ts";
import { lacksForNarrow, NarrowGround } from "./narrow_ground.ts";
import { inTime, pause, type Seat } from "./seat.ts";
import { floor, ours, Stage } from "./stage.ts";

const PICTURE = { width: 1280, height: 720 };

/** How long a call is watched on a good link, in milliseconds, and on a bad one. */
const WATCHED = { good: 8000, bad: 20_000 };

/** How soon a call counts as begun, in milliseconds: from then on its frames are counted. */
const BEGUN = 2000;

/** Calls of one pair of pages. */
const A_PAIR = 2;

/** One long call counts for so many short ones. */
const LONG = 4;

/** No call begins later than so many milliseconds after the first, on either link. */
const BUDGET = 600_000;

/** What was seen of a call, on the worse side of the two. */
interface Seen {
  /** From the press to the full size that stays, in milliseconds; as long as it was watched where it never came. */
  readonly fullAfter: number;
  /** Frames in a second. */
  readonly rate: number;
  readonly frames: number;
  readonly freezes: number;
  /** How long the picture stood still, in seconds. */
  readonly frozen: number;
}

async function fullSince(seat: Seat): Promise<number> {
  const widths = await seat.widths();
  const last = widths.findLastIndex(({ width }) => width < PICTURE.width);
  return widths[last + 1]?.at ?? Infinity;
}

/** Watches one side of a call from the press on, which was at `began`. */
async function watch(seat: Seat, began: number, watched: number): Promise<Seen> {
  await pause(BEGUN - (Date.now() - began));
  const [early, earlyAt] = [await seat.pictures(), Date.now()];
  await pause(watched - (Date.now() - began));
  const [late, lateAt] = [await seat.pictures(), Date.now()];
  return {
    fullAfter: Math.min(watched, await fullSince(seat) - began),
    rate: (late.frames - early.frames) / (lateAt - earlyAt) * 1000,
    frames: late.frames,
    freezes: late.freezes,
    frozen: late.frozen,
  };
}

const watching = (count: number, answers: boolean, watched: number): Block<Seen> => async (pair, ground) => {
  const all: Seen[] = [];
  for (let turn = 0; turn < count; turn++) {
    const pressed = await connect(pair, answers, ground.roundTrip);
    const began = await inTime(pressed.pressed(), "the press");
    const [one, other] = await Promise.all([
      watch(pair.caller, began, watched),
      watch(pair.callee, began, watched),
    ]);
    all.push({
      fullAfter: Math.max(one.fullAfter, other.fullAfter),
      rate: Math.min(one.rate, other.rate),
      frames: Math.min(one.frames, other.frames),
      freezes: Math.max(one.freezes, other.freezes),
      frozen: Math.max(one.frozen, other.frozen),
    });
    await hangUp(pair);
  }
  return all;
};

const middle = (all: readonly Seen[], read: keyof Seen): number => median(all.map((seen) => seen[read]));

async function onGoodLink(calls: number, roundTrip: number): Promise<readonly Figure[]> {
  await using stage = await Stage.open(roundTrip);
  const turns = { blocks: Math.ceil(calls / A_PAIR), budget: BUDGET, name: "P11, good link" };
  const block = watching(A_PAIR, true, WATCHED.good);
  const read = await inTurns(stage, [ours, floor], { answers: true, picture: PICTURE }, block, turns);
  const [own = [], others = []] = [ours, floor].map((side) => read.get(side));
  const never = (all: readonly Seen[]) => all.filter(({ fullAfter }) => fullAfter === WATCHED.good).length;
  const beside = (name: keyof Seen, digits = 0) => `the floor ${middle(others, name).toFixed(digits)}`;
  return [
    {
      row: "P11",
      what: "ms, call to 1280x720 in full, a good link",
      ours: middle(own, "fullAfter"),
      target: { most: 1500 },
      note:
        `p95 ${quantile(own.map(({ fullAfter }) => fullAfter), 0.95).toFixed(0)}; ${beside("fullAfter")}; ` +
        `not within ${WATCHED.good} ms: ${never(own)} of ${own.length} calls, the floor's ${
          never(others)
        } of ` +
        others.length,
    },
    {
      row: "P11",
      what: "frames in a second of such a call",
      ours: middle(own, "rate"),
      // The fake camera's 30 are a little less, and one may be lost at either end.
      target: { least: 29 },
      note: beside("rate", 1),
    },
    {
      row: "P11",
      what: "freezes of such a call",
      ours: middle(own, "freezes"),
      target: { most: 0 },
      note: `at most ${Math.max(...own.map(({ freezes }) => freezes))}; ${beside("freezes")}, at most ${
        Math.max(...others.map(({ freezes }) => freezes))
      }`,
    },
  ];
}

const BAD = "200 kbit/s with 10 % loss";

async function onBadLink(calls: number): Promise<readonly Figure[]> {
  const row = "P11";
  const lacking = await lacksForNarrow();
  if (lacking) return [{ row, what: BAD, ours: NaN, note: `left out: ${lacking}` }];
  await using ground = await NarrowGround.open();
  const turns = { blocks: Math.ceil(calls / LONG), budget: BUDGET, name: "P11, bad link" };
  const block: Block<Seen> = async (pair, place) => {
    await ground.narrow();
    try {
      return await watching(1, false, WATCHED.bad)(pair, place);
    } finally {
      await ground.widen();
    }
  };
  const read = await inTurns(ground, [ours, floor], { answers: false, picture: PICTURE }, block, turns);
  const [own = [], others = []] = [ours, floor].map((side) => read.get(side));
  return [
    {
      row,
      what: `frames in ${WATCHED.bad / 1000} s, ${BAD}`,
      ours: middle(own, "frames"),
      floor: { name: "VP8 default", value: middle(others, "frames") },
      target: { least: 1 },
      note: `${own.map(({ frames }) => frames).join(" ")} and ${
        others.map(({ frames }) => frames).join(" ")
      }`,
    },
    {
      row,
      what: `s that the picture stood still of ${WATCHED.bad / 1000}, ${BAD}`,
      ours: middle(own, "frozen"),
      // Of two that hardly stand still neither is worse.
      floor: { name: "VP8 default", value: Math.max(0.2, middle(others, "frozen")) },
      target: { most: 1 },
      note: `freezes ${middle(own, "freezes")} and ${middle(others, "freezes")}`,
    },
  ];
}

/** The row. */
export const pictureRow: Row = {
  name: "P11",
  what: "a picture of 1280x720, on a good link and on a bad one",
  lacks: lacksForPages,
  async run(_rounds, { calls = CALLS, roundTrip = 0 }) {
    return [...await onGoodLink(calls, roundTrip), ...await onBadLink(calls)];
  },
};
