/**
 * Random interleavings with many phones: the real PBX, the real phones and the real call sequence, and between them
 * cables that carry what is said in an order of their own.
 */
import assert from "node:assert/strict";
import { effect } from "@preact/signals-core";
import fc from "fast-check";
import { end } from "../islands/call_actions.ts";
import { acceptCalls, electAndCall } from "../islands/call_sequence.ts";
import { RING_TIME } from "../pbx/switchboard.ts";
import { Cables } from "./support/cables.ts";
import { settle } from "./support/clock.ts";
import { type Desk, Office } from "./support/office.ts";

/** Steps of a run: most let something arrive, some let time pass or wait for nobody, a few press a button. */
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ what: fc.constant("arrive" as const), choice: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("rest" as const), choice: fc.nat(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("time" as const), choice: fc.integer({ min: 1, max: 200 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("press" as const), choice: fc.nat(99) }) },
);

const scenario = fc.record({
  phones: fc.integer({ min: 2, max: 7 }),
  steps: fc.array(step, { minLength: 20, maxLength: 160 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

class Run implements AsyncDisposable {
  readonly desks: Desk[] = [];
  readonly cables = new Cables();
  readonly #stops: (() => void)[] = [];
  constructor(readonly office: Office) {}

  static async open(phones: number): Promise<Run> {
    const numbers = Array.from({ length: phones }, (_, index) => String(1001 + index));
    const run = new Run(await Office.open(numbers));
    for (const number of numbers) {
      const desk = run.office.desk(number, { toPbx: run.cables.lay(), toPhone: run.cables.lay() });
      desk.connect();
      run.#stops.push(effect(electAndCall(desk.phone)), effect(acceptCalls(desk.phone)));
      run.desks.push(desk);
    }
    return run;
  }

  async play(steps: Scenario["steps"]): Promise<void> {
    for (const { what, choice } of steps) {
      if (what === "arrive") this.cables.arrive(choice);
      if (what === "rest") await settle();
      if (what === "time") await this.office.clock.pass(choice);
      if (what === "press") this.press(choice);
    }
  }

  /** Somebody hangs up, or says they are ready again. */
  press(choice: number): void {
    const { phone } = this.desks[choice % this.desks.length]!;
    const call = phone.calls.value.find(({ state }) => state.value.name === "established");
    if (call) end(phone, call, () => call.hangUp());
    else if (phone.state.value.name === "registered") phone.setReady(true);
  }

  /** Lets time pass, in which everything arrives: whoever is silent for long is gone. */
  async pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 5000) {
      await this.office.clock.pass(5000);
      await this.comeToRest();
    }
  }

  /** Lets everything arrive, until all is quiet. */
  async comeToRest(): Promise<void> {
    for (let quiet = 0, turns = 0; quiet < 3; turns++) {
      assert.ok(turns < 5000, "it never comes to rest: they dial in circles");
      const arrived = this.cables.arrive(turns);
      await settle();
      if (!arrived) await this.office.clock.pass(110);
      quiet = arrived ? 0 : quiet + 1;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.office[Symbol.asyncDispose]();
  }
}

async function assertPaired({ desks, office }: Run): Promise<void> {
  const pairs = new Map<string, string[]>();
  for (const { phone } of desks) {
    const state = phone.state.value;
    assert.equal(state.name, "registered");
    assert.ok(phone.calls.value.length <= 1, "every phone is in at most one call");
    for (const call of phone.calls.value) {
      assert.equal(call.state.value.name, "established", "nobody rings for ever");
      const number = state.name === "registered" ? state.number : "";
      pairs.set(call.id, [...pairs.get(call.id) ?? [], number]);
    }
  }
  for (const ends of pairs.values()) assert.equal(ends.length, 2, "a call has two ends");
  const waiting = desks.filter(({ phone }) => phone.ready.value && phone.calls.value.length === 0);
  assert.ok(waiting.length <= 1, `the most pairs possible are formed, but ${waiting.length} wait`);
  assert.equal((await office.calls.live()).length, pairs.size, "the PBX knows of just these calls");
  assert.deepEqual(office.troubles, []);
}

Deno.test("phones that elect form the most pairs possible, whatever overtakes what", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ phones, steps }) => {
      await using run = await Run.open(phones);
      await run.play(steps);
      await run.comeToRest();
      await assertPaired(run);
      await run.pass(RING_TIME + 5000);
      await assertPaired(run);
    }),
    { numRuns: 300 },
  );
});

Deno.test("two phones that dial each other end up in one call, whatever overtakes what", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, swap) => {
      await using office = await Office.open(["1001", "1002"], false);
      const cables = new Cables();
      const desks = ["1001", "1002"].map((number) =>
        office.desk(number, { toPbx: cables.lay(), toPhone: cables.lay() })
      );
      const run = Object.assign(new Run(office), { cables });
      for (const desk of desks) desk.connect();
      await run.comeToRest();
      const dial = [() => desks[0]!.phone.call("1002"), () => desks[1]!.phone.call("1001")];
      const calls = (swap ? dial.reverse() : dial).map((dial) => dial());
      await run.play(steps.filter(({ what }) => what !== "press"));
      await run.comeToRest();
      assert.deepEqual(calls.map(({ state }) => state.value.name), ["established", "established"]);
      assert.equal(calls[0]!.id, calls[1]!.id);
      assert.deepEqual(calls.map(({ connection }) => connection.value), ["connected", "connected"]);
      assert.deepEqual(desks.map(({ phone }) => phone.calls.value.length), [1, 1]);
      assert.deepEqual(office.troubles, []);
    }),
    { numRuns: 300 },
  );
});
