/**
 * The sounds of a phone, made on the spot: nothing to download, nothing to license.
 *
 * @module
 */

/** What can sound: the bell of an incoming call, the knock of one in a call, or what a caller hears meanwhile. */
export type Tone = "ring" | "knock" | "ringback";

interface Shape {
  /** In hertz, sounded together. */
  readonly pitches: readonly number[];
  /** In seconds from the start of each round: when it begins to sound, and for how long. */
  readonly bursts: readonly (readonly [number, number])[];
  readonly volume: number;
  /** The length of a round, in seconds. */
  readonly round: number;
  /** How long it is waited for, in milliseconds: many a call is accepted by then, and to begin to sound takes time. */
  readonly after?: number;
}

const SHAPES: Record<Tone, Shape> = {
  ring: {
    pitches: [659, 880],
    bursts: [[0, 0.18], [0.24, 0.18], [0.9, 0.18], [1.14, 0.18]],
    volume: 0.12,
    round: 3,
  },
  knock: { pitches: [440], bursts: [[0, 0.2], [0.4, 0.2]], volume: 0.03, round: 5 },
  ringback: { pitches: [425], bursts: [[0, 1]], volume: 0.04, round: 5, after: 200 },
};

let context: AudioContext | undefined;
let sounding: Tone | undefined;
let waiting: ReturnType<typeof setTimeout> | undefined;
let timer: ReturnType<typeof setInterval> | undefined;

/** Sounds `tone` again and again in place of any other; `undefined` ends it. */
export function play(tone: Tone | undefined): void {
  if (tone === sounding) return;
  stop();
  sounding = tone;
  if (!tone) return;
  const { after } = SHAPES[tone];
  if (after === undefined) begin(tone);
  else waiting = setTimeout(begin, after, tone);
}

function begin(tone: Tone): void {
  context = new AudioContext();
  // Browsers let a page sound only after somebody has touched it.
  if (context.state === "suspended") unlockOnTouch(context);
  const shape = SHAPES[tone];
  soundRound(shape, tone);
  timer = setInterval(() => soundRound(shape, tone), shape.round * 1000);
}

function stop(): void {
  clearTimeout(waiting);
  clearInterval(timer);
  shake(0);
  void context?.close();
  context = undefined;
}

function unlockOnTouch(locked: AudioContext): void {
  const unlock = () => locked.state === "suspended" && void locked.resume();
  addEventListener("pointerdown", unlock, { once: true });
  addEventListener("keydown", unlock, { once: true });
}

function soundRound(shape: Shape, tone: Tone): void {
  if (tone === "ring") shake([400, 200, 400]);
  if (context?.state !== "running") return;
  for (const [start, length] of shape.bursts) soundBurst(context, shape, context.currentTime + start, length);
}

/** Shakes the device, where it can; before the first touch a browser refuses and complains on the console. */
function shake(pattern: VibratePattern): void {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern);
}

function soundBurst(
  audio: AudioContext,
  { pitches, volume }: Pick<Shape, "pitches" | "volume">,
  start: number,
  length: number,
): void {
  const gain = audio.createGain();
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(volume, start + 0.02);
  gain.gain.setTargetAtTime(0, start + length - 0.05, 0.03);
  gain.connect(audio.destination);
  for (const pitch of pitches) {
    const oscillator = audio.createOscillator();
    oscillator.frequency.value = pitch;
    oscillator.connect(gain);
    oscillator.start(start);
    oscillator.stop(start + length + 0.2);
  }
}

/** How long a key sounds, and how long it is quiet before the next one; in seconds. */
const KEY = 0.12;
const GAP = 0.05;

/** How long the sound of keys stays ready for the next one, in milliseconds. */
const READY = 2000;

const LOW = [697, 770, 852, 941];
const HIGH = [1209, 1336, 1477];

/** The two frequencies of a key, in hertz (RFC 4733, table 3; ITU-T Q.23). */
export function pitchesOf(key: string): readonly number[] {
  const place = "123456789*0#".indexOf(key);
  return [...LOW.slice(place / 3, place / 3 + 1), ...HIGH.slice(place % 3, place % 3 + 1)];
}

let keys: AudioContext | undefined;
let free = 0;
let closing: ReturnType<typeof setTimeout> | undefined;

/** Sounds keys here, one after the other. */
export function soundKeys(pressed: string): void {
  keys ??= new AudioContext();
  for (const key of pressed) {
    const start = Math.max(keys.currentTime, free);
    soundBurst(keys, { pitches: pitchesOf(key), volume: 0.05 }, start, KEY);
    free = start + KEY + GAP;
  }
  clearTimeout(closing);
  closing = setTimeout(closeKeys, READY);
}

function closeKeys(): void {
  void keys?.close();
  keys = undefined;
  free = 0;
}
