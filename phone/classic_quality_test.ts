import assert from "node:assert/strict";
import { constraintsOf, limitsOf } from "./classic_quality.ts";

const VGA = { width: 640, height: 480, fps: 30 };

Deno.test("limitsOf() leaves everything to the browser when neither bandwidth nor quality is told", () => {
  assert.equal(limitsOf(VGA, { bandwidth: 0, quality: 0 }), undefined);
});

Deno.test("limitsOf() turns bytes per second into bits per second, less the headers", () => {
  const limits = limitsOf(VGA, { bandwidth: 500_000, quality: 0 });
  assert.deepEqual(limits, { maxBitrate: 3_500_000, degradationPreference: "maintain-framerate" });
});

Deno.test("limitsOf() gives a higher quality more bits", () => {
  const bits = [1, 20, 50, 80, 100].map((quality) =>
    limitsOf(VGA, { bandwidth: 0, quality })?.maxBitrate ?? 0
  );
  assert.deepEqual(bits, [...bits].sort((a, b) => a - b));
  assert.ok(bits[0]! > 50_000 && bits.at(-1)! < 3_000_000, `${bits}`);
});

Deno.test("limitsOf() lets the frame rate give where both are to be held", () => {
  const limits = limitsOf(VGA, { bandwidth: 50_000, quality: 100 });
  assert.equal(limits?.maxBitrate, 350_000);
  assert.equal(limits?.maxFramerate, 5);
  assert.equal(limits?.degradationPreference, "maintain-resolution");
});

Deno.test("limitsOf() never asks for less than one frame per second", () => {
  assert.equal(limitsOf(VGA, { bandwidth: 100, quality: 100 })?.maxFramerate, 1);
});

Deno.test("limitsOf() takes no more of the bandwidth than the quality needs", () => {
  const { maxBitrate, maxFramerate } = limitsOf(VGA, { bandwidth: 10_000_000, quality: 50 }) ?? {};
  assert.equal(maxBitrate, limitsOf(VGA, { bandwidth: 0, quality: 50 })?.maxBitrate);
  assert.equal(maxFramerate, undefined);
});

Deno.test("constraintsOf() exceeds the mode in nothing", () => {
  assert.deepEqual(constraintsOf(VGA), {
    width: { ideal: 640, max: 640 },
    height: { ideal: 480, max: 480 },
    frameRate: { ideal: 30, max: 30 },
  });
});
