/**
 * P5: what the two phones of a call say until they are connected.
 *
 * @module
 */
import { lacksForPages } from "../driver.ts";
import { type Figure, median, type Row } from "../figures.ts";
import { type Block, connect, hangUp, inTurns } from "./calls.ts";
import { type Said, saidIn } from "./said.ts";
import { pause } from "./seat.ts";
import { floor, ours, Stage } from "./stage.ts";

/** A count is the same each time, but for what comes late. */
const CALLS = 4;

/** How long one waits for what comes late, in milliseconds. */
const LATE = 1500;

const messages = (count: number, answers: boolean): Block<Said> => async (pair, { roundTrip }) => {
  const all: Said[] = [];
  for (let turn = 0; turn < count; turn++) {
    await connect(pair, answers, roundTrip, () => Promise.resolve());
    for (const seat of pair.both) await seat.frame();
    await pause(LATE);
    const wired = await Promise.all(pair.both.map((seat) => seat.wired()));
    all.push(saidIn(wired.flat()));
    await hangUp(pair);
  }
  return all;
};

async function count(stage: Stage, calls: number, answers: boolean): Promise<Figure> {
  const name = answers ? "answered by itself" : "after Accept";
  const turns = { blocks: Math.ceil(calls / 2), budget: 120_000, name };
  const read = await inTurns(stage, [ours, floor], { answers }, messages(2, answers), turns);
  const [own = [], others = []] = [ours, floor].map((side) => read.get(side));
  return {
    row: "P5",
    what: `messages that the phones send for a call ${name}, at most`,
    ours: Math.max(...own.map((said) => said.count)),
    target: { most: 3 },
    note: `${own.at(-1)?.sent}; ${median(own.map((said) => said.bytes))} bytes; they get ` +
      `${median(own.map((said) => said.received))}; the floor ${median(others.map((said) => said.count))}`,
  };
}

/** The row. */
export const messagesRow: Row = {
  name: "P5",
  what: "messages of a call",
  lacks: lacksForPages,
  async run(_rounds, { calls = CALLS }) {
    await using stage = await Stage.open();
    const few = Math.min(calls, CALLS);
    return [await count(stage, few, false), await count(stage, few, true)];
  },
};
