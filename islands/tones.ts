/**
 * The sounds of a phone, made on the spot: nothing to download, nothing to license.
 *
 * @module
 */

/** What can sound: the bell of an incoming call, or what a caller hears meanwhile. */
export type Tone = "ring" | "ringback";

interface Shape {
  /** In hertz, sounded together. */
  readonly pitches: readonly number[];
  /** In seconds from the start of each round: when it begins to sound, and for how long. */
  readonly bursts: readonly (readonly [number, number])[];
  readonly volume: number;
  /** The length of a round, in seconds. */
  readonly round: number;
}

const SHAPES: Record<Tone, Shape> = {
  ring: {
    pitches: [659, 880],
    bursts: [[0, 0.18], [0.24, 0.18], [0.9, 0.18], [1.14, 0.18]],
    volume: 0.12,
    round: 3,
  },
  ringback: { pitches: [425], bursts: [[0.2, 1]], volume: 0.04, round: 5 },
};

let context: AudioContext | undefined;
let sounding: Tone | undefined;
let timer: ReturnType<typeof setInterval> | undefined;

/** Sounds `tone` again and again in place of any other; `undefined` ends it. */
export function play(tone: Tone | undefined): void {
  if (tone === sounding) return;
  stop();
  sounding = tone;
  if (!tone) return;
  context = new AudioContext();
  // Browsers let a page sound only after somebody has touched it.
  if (context.state === "suspended") unlockOnTouch(context);
  const shape = SHAPES[tone];
  soundRound(shape, tone);
  timer = setInterval(() => soundRound(shape, tone), shape.round * 1000);
}

function stop(): void {
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

function soundBurst(audio: AudioContext, { pitches, volume }: Shape, start: number, length: number): void {
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
