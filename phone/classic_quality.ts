/**
 * How the classic camera's settings become what a browser understands.
 *
 * @module
 */
import type { PictureLimits } from "./negotiation.ts";

/** A picture's size in pixels and its frames per second. */
export interface Mode {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** Bytes per second, and 1 to 100; 0 leaves either open. */
export interface Quality {
  readonly bandwidth: number;
  readonly quality: number;
}

/** Bits for each pixel of a moving picture: at quality 0 it would be a blur, at 100 nearly without loss. */
const BITS_PER_PIXEL = { least: 0.01, most: 0.2 };

/** The mode as wishes that no device may exceed (row 71), or for one that has nothing so small as mere wishes. */
export function constraintsOf({ width, height, fps }: Mode, isBound = true): MediaTrackConstraints {
  const wish = (value: number) => ({ ideal: value, ...(isBound && { max: value }) });
  return { width: wish(width), height: wish(height), frameRate: wish(fps) };
}

/**
 * The limits of the outgoing picture, `undefined` for none (rows 73, 74). With a bandwidth alone the picture gets
 * coarser when it does not suffice; with a quality alone it takes the bits that such a picture needs and drops frames
 * where they do not pass; with both, only so many frames go out as the bandwidth has room for at that quality.
 */
export function limitsOf(mode: Mode, { bandwidth, quality }: Quality): PictureLimits | undefined {
  // Of eight bits that go out, one at the most is a header of RTP, which the browser does not count.
  const most = bandwidth * 7;
  if (quality === 0) {
    return most === 0 ? undefined : { maxBitrate: most, degradationPreference: "maintain-framerate" };
  }
  const perFrame = bitsPerPixel(quality) * mode.width * mode.height;
  const wanted = Math.round(perFrame * mode.fps);
  const degradationPreference = "maintain-resolution";
  if (most === 0 || most >= wanted) return { maxBitrate: wanted, degradationPreference };
  return { maxBitrate: most, maxFramerate: Math.max(1, Math.floor(most / perFrame)), degradationPreference };
}

function bitsPerPixel(quality: number): number {
  const { least, most } = BITS_PER_PIXEL;
  return least + (most - least) * quality / 100;
}
