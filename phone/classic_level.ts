/**
 * How good a call is, in one word.
 *
 * @module
 */
import { dataOf, numberOf } from "./classic_manners.ts";
import type { Quality } from "./quality.ts";
import type * as classic from "./webphone_types.ts";

/** How often a call is measured while somebody listens, in milliseconds. */
export const MEASURING = 2000;

/** What nobody complains of: more than this is fair, and more than twice of it is poor. */
const USUAL = { loss: 0.03, jitter: 30, roundTrip: 300 };

const NAMES = ["loss", "jitter", "roundTrip"] as const;

/** All thresholds. */
export type Thresholds = typeof USUAL;

/** The usual thresholds with those of the page. Throws a `TypeError` for what is no object of numbers. */
export function thresholdsOf(own?: classic.QualityThresholds | null): Thresholds {
  const thresholds = dataOf(own, "onQualityChanged", "thresholds");
  for (const [name, value] of Object.entries(thresholds)) numberOf(value, "onQualityChanged", name);
  return { ...USUAL, ...thresholds };
}

/** The level of what was measured. */
export function levelOf(quality: Quality, thresholds: Thresholds): classic.CallQuality["level"] {
  const isOver = (times: number) => NAMES.some((name) => quality[name] > times * thresholds[name]);
  return isOver(2) ? "poor" : isOver(1) ? "fair" : "good";
}
