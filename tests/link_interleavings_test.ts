/**
 * Two linked contacts under random interleavings: the real PBX, the real phones and their links, and between them cables
 * that carry what is said in an order of their own. Afterwards phones and PBX agree on every call.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { received } from "./support/desks.ts";
import { Cables } from "./support/cables.ts";
import { settle } from "./support/clock.ts";
import { type LinkedDesk, twoLinked } from "./support/linked_desk.ts";
import { Office } from "./support/office.ts";

const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ what: fc.constant("arrive" as const), choice: fc.nat(99) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("rest" as const), choice: fc.nat(0) }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant("time" as const), choice: fc.integer({ min: 1, max: 3000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("dial" as const), choice: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("hang up" as const), choice: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("hold" as const), choice: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("accept by hand" as const), choice: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("cut" as const), choice: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("forget" as const), choice: fc.nat(1) }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

class Run {
  readonly #office: Office;
  readonly #cables: Cables;
  readonly desks: readonly [LinkedDesk, LinkedDesk];

  constructor(office: Office, cables: Cables, desks: readonly [LinkedDesk, LinkedDesk]) {
    this.#office = office;
    this.#cables = cables;
    this.desks = desks;
  }

  async do({ what, choice }: Step): Promise<void> {
    const desk = this.desks[choice % 2]!;
    const { phone } = desk;
    const call = phone.calls.value[0];
    if (what === "arrive") this.#cables.arrive(choice);
    if (what === "rest") await settle();
    if (what === "time") await this.#office.clock.pass(choice);
    if (what === "dial" && !call) phone.call(choice % 2 ? "1001" : "1002");
    if (what === "hang up") call?.hangUp();
    if (what === "hold") call?.hold();
    if (what === "accept by hand") {
      desk.accepts.value = false;
      if (!call?.outgoing) call?.accept();
    }
    if (what === "cut") desk.browser.cut();
    if (what === "forget") desk.links.leave();
  }

  /** Lets time pass, in which everything arrives. */
  async rest(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 250) {
      while (this.#cables.arrive(passed)) await settle();
      await this.#office.clock.pass(250);
    }
  }
}

Deno.test("whatever comes in whatever order, linked phones and the PBX agree on every call", async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 10, maxLength: 60 }), async (up, steps) => {
      await using office = await Office.open();
      const cables = new Cables();
      const [toPbx, toPhone] = [() => cables.lay(), () => cables.lay()];
      const slow = { isSlow: false };
      const carry = (over: ReturnType<Cables["lay"]>) => (deliver: () => void) =>
        slow.isSlow ? over(deliver) : deliver();
      let words = 5000;
      // Which of two words comes first decides who begins a link.
      const newId = () => `word-${up ? words++ : words--}`;
      const lay = () => ({ newId, toPbx: carry(toPbx()), toPhone: carry(toPhone()) });
      const run = new Run(office, cables, await twoLinked(office, lay(), lay()));
      slow.isSlow = true;
      for (const each of steps) await run.do(each);
      await run.rest(60_000);
      const live = (await office.calls.live()).map(({ id, state }) => `${id} ${state.name}`);
      for (const [index, { phone }] of run.desks.entries()) {
        const calls = phone.calls.value.map(({ id, state }) => `${id} ${state.value.name}`);
        assert.deepEqual(calls, live, `phone ${index}`);
      }
      const calls = run.desks.flatMap(({ phone }) => phone.calls.value);
      for (const call of calls) {
        const { value: state } = call.state;
        if (state.name !== "established" || state.heldBy.length > 0) continue;
        for (const kind of ["audio", "video"]) assert.equal(received(call, kind)?.readyState, "live", kind);
      }
      for (const call of calls) call.hangUp();
      await run.rest(10_000);
      assert.deepEqual(await office.calls.live(), []);
      assert.deepEqual(run.desks.flatMap(({ phone }) => phone.calls.value), []);
    }),
    { numRuns: Number(Deno.env.get("RUNS") ?? 150) },
  );
});
