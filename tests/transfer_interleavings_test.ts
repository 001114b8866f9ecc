/**
 * Random interleavings of calls that are transferred, forwarded, held, accepted and hung up at once: the real PBX and the
 * real phones, one number with two devices, and cables that carry what is said in an order of their own.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RING_TIME } from "../pbx/switchboard.ts";
import type { Call } from "../phone/call.ts";
import { PhoneError } from "../phone/phone.ts";
import { isHeld } from "../protocol/call_state.ts";
import { Cables } from "./support/cables.ts";
import { settle } from "./support/clock.ts";
import { type Desk, Office } from "./support/office.ts";

const NUMBERS = ["1001", "1002", "1003", "1004"] as const;
/** The last number has a second device. */
const DEVICES = [...NUMBERS, "1004"];

/** What people who press buttons at random may be told. */
const REFUSALS: readonly string[] = ["wrong-state", "not-found", "transfer-failed"];

type Place = Desk & { readonly device: string };

/** What a person may do with a call, if it fits. */
const DEEDS = {
  accept: (call: Call) => call.accept(),
  hangUp: (call: Call) => call.hangUp(),
  reject: (call: Call) => call.reject(),
  transfer: (call: Call, to: string) => call.transfer(to),
  forward: (call: Call, to: string) => call.forward(to),
  hold: (call: Call) => isHeld(call.state.value, call.role) ? call.unhold() : call.hold(),
  write: (call: Call) => call.write("hello"),
  putThrough: (call: Call, _to: string, other: Call | undefined) => other && call.transfer(other),
} as const;

/** People mostly take calls. */
const deed = fc.constantFrom("accept", "accept", "accept", ...Object.keys(DEEDS) as (keyof typeof DEEDS)[]);
const place = fc.nat(DEVICES.length - 1);
const to = fc.constantFrom(...NUMBERS);

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      what: fc.constant("arrive" as const),
      choices: fc.array(fc.nat(99), { minLength: 1, maxLength: 8 }),
    }),
  },
  { weight: 6, arbitrary: fc.constant({ what: "rest" as const }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("dial" as const), place, to }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant("do" as const), place, deed, to, call: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("order" as const), call: fc.nat(5), to }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

class Run implements AsyncDisposable {
  readonly cables = new Cables();
  readonly places: Place[];

  constructor(readonly office: Office) {
    this.places = DEVICES.map((number, index) => {
      const device = `device-000${index}`;
      const lines = { toPbx: this.cables.lay(), toPhone: this.cables.lay() };
      return { ...office.desk(number, { device, ...lines }), device };
    });
  }

  /** 1001 talks to 1002, and has asked 1003 back. */
  static async open(): Promise<Run> {
    const run = new Run(await Office.open(NUMBERS, false));
    for (const place of run.places) place.connect();
    await run.comeToRest();
    for (const number of ["1002", "1003"]) run.#phone(0).call(number);
    await run.comeToRest();
    for (const place of [1, 2]) run.#phone(place).calls.value[0]?.accept();
    await run.comeToRest();
    return run;
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step.what === "arrive") { for (const choice of step.choices) this.cables.arrive(choice); }
      if (step.what === "rest") await settle();
      if (step.what === "dial") this.#dial(step.place, step.to);
      if (step.what === "order") await this.#order(step.call, step.to);
      if (step.what === "do") this.#act(step);
    }
  }

  #phone(place: number) {
    return this.places[place]!.phone;
  }

  /** Nobody dials somebody whom they talk to, or who is calling them. */
  #dial(place: number, to: string): void {
    const phone = this.#phone(place);
    if (phone.calls.value.every(({ number }) => number.value !== to)) phone.call(to);
  }

  #act({ place, deed, to, call }: Extract<Step, { what: "do" }>): void {
    const calls = this.#phone(place).calls.value;
    const chosen = calls[call % (calls.length || 1)];
    if (chosen) DEEDS[deed](chosen, to, calls.find((other) => other !== chosen));
  }

  async #order(choice: number, to: string): Promise<void> {
    const live = await this.office.calls.live();
    const call = live[choice % (live.length || 1)];
    if (call) await this.office.exchange.order(call.id, "transfer", { party: call.caller.number, to });
  }

  /** Lets everything arrive, until all is quiet. */
  async comeToRest(): Promise<void> {
    for (let quiet = 0, turns = 0; quiet < 3; turns++) {
      assert.ok(turns < 5000, "it never comes to rest");
      const arrived = this.cables.arrive(turns);
      await settle();
      if (!arrived) await this.office.clock.pass(110);
      quiet = arrived ? 0 : quiet + 1;
    }
  }

  /** Lets so much time pass that nothing rings any more, while phones answer probes. */
  async outlastRinging(): Promise<void> {
    for (let passed = 0; passed < RING_TIME + 10_000; passed += 5000) {
      await this.office.clock.pass(5000);
      await this.comeToRest();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.office[Symbol.asyncDispose]();
  }
}

/** Every call is over, or established between just the two phones that the PBX means, with the same marks of hold. */
async function assertConsistent({ office, places }: Run): Promise<void> {
  const records = await office.calls.live();
  const known = new Set(records.map(({ id }) => id));
  for (const { id, state, caller, callee, replaces, consulted } of records) {
    assert.equal(state.name, "established", `${id} rings for ever`);
    for (const id of [replaces, consulted]) assert.ok(!known.has(id ?? ""), "a call that was replaced lives");
    for (const { number, device } of [caller, callee]) {
      const owner = places.find((place) => place.device === device) ?? assert.fail();
      const call = owner.phone.calls.value.find((call) => call.id === id);
      assert.ok(call, `${number} is in ${id}`);
      const { name, ...rest } = call.state.value;
      assert.equal(name, "established");
      const heldBy = "heldBy" in rest ? [...rest.heldBy].sort() : [];
      assert.deepEqual(heldBy, "heldBy" in state ? [...state.heldBy].sort() : []);
      assert.equal(call.connection.value, "connected", `${number} hears the other side in ${id}`);
    }
  }
  const ends = places.flatMap(({ phone }) => phone.calls.value);
  assert.equal(ends.length, records.length * 2, "no phone has a call that the PBX does not know");
  const isRefusal = (trouble: unknown) => trouble instanceof PhoneError && REFUSALS.includes(trouble.code);
  assert.deepEqual(office.troubles.filter((trouble) => !isRefusal(trouble)), []);
}

Deno.test("calls that are sent on, taken and ended all at once end for both or live for both", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      await using run = await Run.open();
      await run.play(steps);
      await run.comeToRest();
      await run.outlastRinging();
      await assertConsistent(run);
    }),
    { numRuns: 150 },
  );
});
