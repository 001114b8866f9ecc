/**
 * The pictures on the buttons: lines of one weight on a grid of 24, drawn for this phone.
 *
 * @module
 */
const HANDSET = "M6 4h3l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v3a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2z";
const MICROPHONE = "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3";
const CAMERA = "M5 6h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zM15 11l6-4v10l-6-4";
const STRUCK = "M3 3l18 18";

const PATHS = {
  call: HANDSET,
  microphone: MICROPHONE,
  muted: MICROPHONE + STRUCK,
  camera: CAMERA,
  dark: CAMERA + STRUCK,
  hold: "M9 5v14M15 5v14",
  resume: "M8 5l11 7-11 7z",
  close: "M6 6l12 12M18 6L6 18",
  erase: "M9 6h11v12H9l-6-6zM12 10l4 4M16 10l-4 4",
  keys: [5, 12, 19].flatMap((y) => [5, 12, 19].map((x) => `M${x} ${y}h.01`)).join(""),
  warning: "M12 4L2.5 20h19zM12 10v4M12 17h.01",
  sound: "M4 9v6h4l5 4V5L8 9zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11",
  chat: "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z",
  transfer: "M14 5l6 6-6 6M20 11H9a5 5 0 0 0-5 5v3",
  send: "M12 20V5M5 11l7-7 7 7",
} as const;

/** The name of a picture. */
export type IconName = keyof typeof PATHS;

/** A picture beside or in place of words; assistive technology reads the words only. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
