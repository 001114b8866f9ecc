import assert from "node:assert/strict";
import { QualityMeter } from "./quality.ts";

const report = (...entries: Record<string, unknown>[]) =>
  new Map(entries.map((entry, index) => [String(index), entry])) as unknown as RTCStatsReport;

const inbound = (
  timestamp: number,
  packetsReceived: number,
  packetsLost: number,
  bytesReceived: number,
  jitter = 0,
) => ({
  type: "inbound-rtp",
  timestamp,
  packetsReceived,
  packetsLost,
  bytesReceived,
  jitter,
});

Deno.test("QualityMeter.read() tells of what has come since the last look, all streams together", () => {
  const meter = new QualityMeter();
  const pair = { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.08 };
  assert.equal(meter.read(report(inbound(1000, 100, 0, 10_000))), undefined);
  const quality = meter.read(report(
    inbound(3000, 145, 5, 30_000, 0.01),
    inbound(3000, 45, 5, 20_000, 0.02),
    { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 },
    pair,
    { type: "outbound-rtp", bytesSent: 1e9 },
  ));
  assert.deepEqual(quality, { loss: 0.1, jitter: 20, roundTrip: 80, bitrate: 160_000 });
});

Deno.test("QualityMeter.read() takes late packets that make up for lost ones as no loss", () => {
  const meter = new QualityMeter();
  meter.read(report(inbound(1000, 100, 10, 0)));
  assert.equal(meter.read(report(inbound(2000, 110, 5, 0)))?.loss, 0);
});

Deno.test("QualityMeter.read() says nothing of the same moment twice, nor of no media", () => {
  const meter = new QualityMeter();
  assert.equal(meter.read(report()), undefined);
  meter.read(report(inbound(1000, 1, 0, 1)));
  assert.equal(meter.read(report(inbound(1000, 1, 0, 1))), undefined);
});
