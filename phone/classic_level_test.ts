import assert from "node:assert/strict";
import { ClassicPair, noted } from "../tests/support/classic_desk.ts";
import { Call } from "./call.ts";
import { levelOf, MEASURING, thresholdsOf } from "./classic_level.ts";
import type * as classic from "./webphone_types.ts";

const GOOD = { loss: 0, jitter: 5, roundTrip: 40, bitrate: 32_000 };

for (
  const [change, level] of [
    [{}, "good"],
    [{ loss: 0.03, jitter: 30, roundTrip: 300 }, "good"],
    [{ loss: 0.04 }, "fair"],
    [{ jitter: 60 }, "fair"],
    [{ roundTrip: 301 }, "fair"],
    [{ loss: 0.07 }, "poor"],
    [{ jitter: 61, loss: 0.04 }, "poor"],
    [{ roundTrip: 601 }, "poor"],
  ] as const
) {
  Deno.test(`levelOf() finds ${JSON.stringify(change)} ${level}`, () => {
    assert.equal(levelOf({ ...GOOD, ...change }, thresholdsOf()), level);
  });
}

Deno.test("thresholdsOf() keeps the usual where the page says nothing", () => {
  const thresholds = thresholdsOf({ jitter: 10 });
  assert.equal(levelOf({ ...GOOD, jitter: 15 }, thresholds), "fair");
  assert.equal(levelOf({ ...GOOD, roundTrip: 301 }, thresholds), "fair");
});

Deno.test("a threshold of 0 takes nothing but 0, and hides nothing of the others", () => {
  const none = thresholdsOf({ loss: 0 });
  assert.equal(levelOf(GOOD, none), "good");
  assert.equal(levelOf({ ...GOOD, jitter: 40 }, none), "fair");
  assert.equal(levelOf({ ...GOOD, loss: 0.001 }, none), "poor");
});

/** What arrives at Ann's. */
class Media {
  readonly #pair: ClassicPair;
  #lost = 0;
  #packets = 0;

  constructor(pair: ClassicPair) {
    this.#pair = pair;
  }

  /** Lets the next measuring find this loss. */
  async measure(loss: number): Promise<void> {
    this.#lost += loss * 100;
    this.#packets += (1 - loss) * 100;
    const { ann, office } = this.#pair;
    const connection = ann.browser.peerConnections.at(-1) ?? assert.fail("no media");
    connection.stats = [{
      type: "inbound-rtp",
      timestamp: office.clock.now() + MEASURING,
      packetsLost: this.#lost,
      packetsReceived: this.#packets,
      bytesReceived: this.#packets * 100,
      jitter: 0.001,
    }];
    await office.clock.pass(MEASURING);
  }
}

Deno.test("onQualityChanged() tells the first level and each change of it, and nothing else", async () => {
  await using pair = await ClassicPair.open();
  const [out] = await pair.talk();
  const media = new Media(pair);
  const levels = noted<classic.CallQuality>((f) => out.onQualityChanged(f));
  for (const loss of [0, 0, 0, 0.05, 0.05, 0.5, 0]) await media.measure(loss);
  assert.deepEqual(levels.map(({ level }) => level), ["good", "fair", "poor", "good"]);
  const [, { loss, jitter, roundTrip } = assert.fail("none")] = levels;
  assert.deepEqual([loss, jitter, roundTrip], [0.05, 1, 0]);
});

Deno.test("onQualityChanged() before start() measures as soon as the call is established", async () => {
  await using pair = await ClassicPair.open();
  const call = pair.ann.client.createCall(pair.bob.client.phoneNumber);
  const levels = noted<classic.CallQuality>((f) => call.onQualityChanged(f, { loss: 0.2 }));
  call.start();
  await pair.settle();
  pair.incoming[0]?.accept();
  await pair.settle();
  const media = new Media(pair);
  for (const loss of [0, 0, 0.1, 0.3]) await media.measure(loss);
  assert.deepEqual(levels.map(({ level }) => level), ["good", "fair"]);
});

Deno.test("nothing is measured while nobody listens, and when the call is over", async () => {
  await using pair = await ClassicPair.open();
  const [out] = await pair.talk();
  let count = 0;
  const { quality } = Call.prototype;
  using _ = { [Symbol.dispose]: () => void (Call.prototype.quality = quality) };
  Call.prototype.quality = function () {
    count++;
    return quality.call(this);
  };
  await pair.office.clock.pass(10 * MEASURING);
  assert.equal(count, 0);
  const stop = out.onQualityChanged(() => {});
  await pair.office.clock.pass(3 * MEASURING);
  assert.equal(count, 4);
  stop();
  await pair.office.clock.pass(3 * MEASURING);
  assert.equal(count, 4);
  out.onQualityChanged(() => {});
  out.hangUp();
  await pair.office.clock.pass(3 * MEASURING);
  assert.equal(count, 5);
});
