/**
 * One call under random faults, beside a model that knows nothing of sockets and paths: what was held is held, and the
 * call lives. The real PBX, the real phones; only browsers and networks are fakes.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Call } from "../phone/call.ts";
import { isHeld, type Role } from "../protocol/call_state.ts";
import { settle } from "./support/clock.ts";
import { established } from "./support/desks.ts";
import { type Desk, Office } from "./support/office.ts";

type Side = 0 | 1;

const NUMBERS = ["1001", "1002"] as const;
const ROLES: readonly Role[] = ["caller", "callee"];

/** What ought to be, whatever happened. */
interface Model {
  readonly held: [boolean, boolean];
  /** Whether that side's network is there. */
  readonly isUp: [boolean, boolean];
  /** How long nobody may be without network any more, in milliseconds, or the PBX gives the call up as it should. */
  patience: number;
}

/** The real call. */
class Reality implements AsyncDisposable {
  private constructor(
    readonly office: Office,
    readonly desks: [Desk, Desk],
    readonly devices: readonly string[],
  ) {}

  static async open(): Promise<Reality> {
    const office = await Office.open();
    const { desks } = await established(office);
    await office.clock.pass(1000);
    const devices = await Promise.all(
      NUMBERS.map(async (number) => (await office.registrar.ofNumber(number))[0]!.device),
    );
    return new Reality(office, desks, devices);
  }

  call(side: Side): Call | undefined {
    return this.desks[side].phone.calls.value[0];
  }

  isRegistered(side: Side): boolean {
    return this.desks[side].phone.state.value.name === "registered";
  }

  async reopen(side: Side, leaves: boolean): Promise<void> {
    const before = this.call(side);
    // A page keeps for the next one what its user has switched off.
    const wants = before?.sending.value;
    const number = NUMBERS[side];
    this.desks[side] = await this.office.reopen(this.desks[side], number, this.devices[side]!, leaves);
    if (wants) this.call(side)?.want(wants);
    await settle();
  }

  get flows(): boolean {
    return this.desks.every(({ browser }) => browser.peerConnections.at(-1)?.hasPath === true);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.office[Symbol.asyncDispose]();
  }
}

type Command = fc.AsyncCommand<Model, Reality>;

/** A command: what it takes, what it does to the model, and to the real call. */
function command(
  name: string,
  { check, model, run }: {
    check?: (model: Model) => boolean;
    model?: (model: Model) => void;
    run: (real: Reality, model: Model) => Promise<void> | void;
  },
): Command {
  return {
    check: (known) => check?.(known) ?? true,
    run: async (known, real) => {
      model?.(known);
      await run(real, known);
      await settle();
    },
    toString: () => name,
  };
}

const cut = (side: Side) => command(`cut ${side}`, { run: ({ desks }) => desks[side].browser.cut() });

const change = (side: Side) =>
  command(`change ${side}`, { run: ({ desks }) => desks[side].browser.network.change() });

const lose = (side: Side) =>
  command(`lose ${side}`, {
    model: ({ isUp }) => void (isUp[side] = false),
    run: ({ desks }) => desks[side].browser.network.lose(),
  });

const heal = (side: Side) =>
  command(`heal ${side}`, {
    model: (model) => {
      model.isUp[side] = true;
      if (model.isUp.every(Boolean)) model.patience = 25_000;
    },
    run: ({ desks }) => desks[side].browser.network.heal(),
  });

const wake = (side: Side) => command(`wake ${side}`, { run: ({ desks }) => desks[side].browser.wake() });

const restart = command("restart", {
  run: ({ office, desks }) => {
    office.restart();
    for (const { browser } of desks) browser.cut();
  },
});

const pass = (milliseconds: number) =>
  command(`pass ${milliseconds}`, {
    // Whoever is away for longer than the grace time is gone, and that is right.
    check: ({ isUp, patience }) => isUp.every(Boolean) || patience >= milliseconds,
    model: (model) => void (model.isUp.every(Boolean) || (model.patience -= milliseconds)),
    run: ({ office }) => office.clock.pass(milliseconds),
  });

/** A word that is pressed on a page which is gone before it could be said is lost with the page; so only where it is said. */
const press = (side: Side, verb: "hold" | "unhold") =>
  command(`${verb} ${side}`, {
    run: (real, model) => {
      if (!real.isRegistered(side) || !real.desks[side].browser.hasLine || !model.isUp.every(Boolean)) return;
      model.held[side] = verb === "hold";
      real.call(side)?.[verb]();
    },
  });

const reopen = (side: Side, leaves: boolean) =>
  command(`${leaves ? "reload" : "second tab"} ${side}`, {
    check: ({ isUp }) => isUp[side],
    run: async (real) => {
      // A page whose line is away says no goodbye, and takes what it has not said along.
      if (real.isRegistered(side)) await real.reopen(side, leaves);
    },
  });

const commands = ([0, 1] as const).flatMap((side) => [
  fc.constant(cut(side)),
  fc.constant(change(side)),
  fc.constant(lose(side)),
  fc.constant(heal(side)),
  fc.constant(wake(side)),
  fc.constant(press(side, "hold")),
  fc.constant(press(side, "unhold")),
  fc.constant(reopen(side, true)),
  fc.constant(reopen(side, false)),
]);

/** Each side's page begins anew, and neither has heard of it of the other. */
const reloadBoth = command("reload both", {
  check: ({ isUp }) => isUp.every(Boolean),
  run: async (real) => {
    if (!real.isRegistered(0) || !real.isRegistered(1)) return;
    await Promise.all([real.reopen(0, true), real.reopen(1, true)]);
  },
});

const schedule = fc.commands(
  [...commands, fc.constant(restart), fc.constant(reloadBoth), fc.integer({ min: 1, max: 4000 }).map(pass)],
  { maxCommands: 40 },
);

/** Longer than a browser takes to see that a path is lost which nothing was due over, and to find another, in milliseconds. */
const REST = 40_000;

async function assertWhole(real: Reality, { held }: Model): Promise<void> {
  const { office, desks } = real;
  for (const { browser } of desks) browser.network.heal();
  await office.clock.pass(REST);
  const [one, other] = [real.call(0), real.call(1)];
  assert.deepEqual([real.isRegistered(0), real.isRegistered(1)], [true, true], "both are on the line");
  assert.equal(one?.id, other?.id);
  assert.deepEqual([one, other].map((call) => call?.state.value.name), ["established", "established"]);
  for (const [side, role] of ROLES.entries()) {
    for (const call of [one!, other!]) {
      assert.equal(isHeld(call.state.value, role), held[side], `${role}'s hold`);
    }
  }
  assert.ok(real.flows, "packets pass both ways");
  const sending = desks.map(({ browser }) => browser.peerConnections.at(-1)?.sending);
  assert.deepEqual(sending, held.some(Boolean) ? [0, 0] : [2, 2], "and sound and picture are in them");
  assert.deepEqual([one!, other!].map(({ recovering }) => recovering.value), ["well", "well"]);
  assert.deepEqual((await office.calls.live()).map(({ state }) => state.name), ["established"]);
  assert.equal(office.exchange.size, 2, "nobody is left behind");
  assert.deepEqual(office.troubles, []);
}

Deno.test("a call lives through any sequence of faults, and is on both sides what was pressed", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (commands) => {
      await using real = await Reality.open();
      const model: Model = { held: [false, false], isUp: [true, true], patience: 25_000 };
      await fc.asyncModelRun(() => ({ model, real }), commands);
      await assertWhole(real, model);
    }),
    { numRuns: 200 },
  );
});

/** What was found once, by many more runs than there is time for each time. */
const FOUND: Readonly<Record<string, readonly Command[]>> = {
  "an answer that is lost with the PBX is given again": [
    change(0),
    reopen(1, false),
    lose(1),
    pass(1463),
    restart,
  ],
  "after a restart the newest page stays the phone": [
    change(1),
    reopen(1, false),
    change(1),
    restart,
    change(1),
  ],
  "two pages that begin anew at once send sound and picture to one another": [reloadBoth, cut(1)],
};

for (const [what, commands] of Object.entries(FOUND)) {
  Deno.test(what, async () => {
    await using real = await Reality.open();
    const model: Model = { held: [false, false], isUp: [true, true], patience: 25_000 };
    await fc.asyncModelRun(() => ({ model, real }), commands);
    await assertWhole(real, model);
  });
}
