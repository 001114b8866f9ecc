/**
 * How well a call is heard and seen, from what the browser counts (W3C Identifiers for WebRTC's Statistics API).
 *
 * @module
 */

/** The quality of what arrives, since the last look. */
export interface Quality {
  /** The part of the packets that never arrived, from 0 to 1. */
  readonly loss: number;
  /** How unevenly packets arrive, in milliseconds. */
  readonly jitter: number;
  /** The way to the other side and back, in milliseconds. */
  readonly roundTrip: number;
  /** Bits per second. */
  readonly bitrate: number;
}

/** Sums of all that has arrived, and when that was read. */
const NOTHING = { lost: 0, packets: 0, bytes: 0, time: 0 };

/** Looks at one connection again and again. */
export class QualityMeter {
  #before = NOTHING;

  /** What has changed since the last look; `undefined` at the first one, when there is nothing to compare with. */
  read(report: RTCStatsReport): Quality | undefined {
    const now = { ...NOTHING };
    let [jitter, roundTrip] = [0, 0];
    report.forEach((entry) => {
      if (entry.type === "inbound-rtp") {
        now.lost += entry.packetsLost ?? 0;
        now.packets += entry.packetsReceived ?? 0;
        now.bytes += entry.bytesReceived ?? 0;
        now.time = entry.timestamp;
        jitter = Math.max(jitter, entry.jitter ?? 0);
      }
      if (entry.type === "candidate-pair" && entry.nominated) {
        roundTrip = entry.currentRoundTripTime ?? roundTrip;
      }
    });
    const { lost, packets, bytes, time } = this.#before;
    this.#before = now;
    if (!time || now.time <= time) return undefined;
    const missing = Math.max(0, now.lost - lost);
    return {
      loss: missing / (missing + now.packets - packets || 1),
      jitter: jitter * 1000,
      roundTrip: roundTrip * 1000,
      bitrate: (now.bytes - bytes) * 8000 / (now.time - time),
    };
  }
}
