/**
 * What sounds on a page, by its pitch.
 *
 * @module
 */
declare global {
  /** The pitches that have sounded on the page, in hertz. */
  var pitches: number[];
}

/** Runs in the page, and notes the pitch of everything that sounds. */
export function notePitches(): void {
  const noted: number[] = globalThis.pitches = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    noted.push(this.frequency.value);
    start.call(this, when);
  };
}
