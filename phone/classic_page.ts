/**
 * What the classic API touches of the page that it was dropped into, beyond what every phone needs of a browser.
 *
 * @module
 */
import type { Report } from "./classic_events.ts";

/** A media element in the page, and how to take it away again. */
export interface Placed {
  readonly element: HTMLMediaElement;
  remove(): void;
}

/** The page, as far as the classic API needs it. */
export interface Page {
  /** A place for a picture inside the element of that id, with a name for screen readers; `undefined` without one. */
  placePicture(id: string, name: string): Placed | undefined;
  /** A place for sound, which nobody sees. */
  placeSound(): Placed;
  /** Calls once, at the next press of a key or pointer; returns how to stop waiting. */
  onGesture(listener: () => void): () => void;
  /** Calls when the page is closed or left. */
  onLeave(listener: () => void): void;
  /** The cameras; their names are empty until the user has given permission. */
  cameras(): Promise<readonly Pick<MediaDeviceInfo, "deviceId" | "label">[]>;
  readonly report: Report;
}

const GESTURES = ["pointerdown", "keydown"] as const;

function placePicture(id: string, name: string): Placed | undefined {
  const element = document.getElementById(id);
  if (!element) return undefined;
  // A page that brings a video element of its own keeps it.
  if (element instanceof HTMLVideoElement) return { element: mute(element), remove: () => {} };
  const video = document.createElement("video");
  video.ariaLabel = name;
  Object.assign(video.style, {
    display: "block",
    width: "100%",
    height: "100%",
    maxWidth: "100%",
    objectFit: "contain",
  });
  element.append(mute(video));
  return { element: video, remove: () => video.remove() };
}

/** The sound comes from elsewhere; a silent picture starts without a gesture, and inline on an iPhone. */
function mute(video: HTMLVideoElement): HTMLVideoElement {
  video.muted = true;
  video.autoplay = true;
  video.playsInline = true;
  return video;
}

/** Outside the body, so that a page that rewrites its body still hears. */
function placeSound(): Placed {
  const audio = document.createElement("audio");
  audio.autoplay = true;
  document.documentElement.append(audio);
  return { element: audio, remove: () => audio.remove() };
}

function onGesture(listener: () => void): () => void {
  const stop = () => GESTURES.forEach((type) => document.removeEventListener(type, once, true));
  const once = () => {
    stop();
    listener();
  };
  GESTURES.forEach((type) => document.addEventListener(type, once, true));
  return stop;
}

/** The page that the script was loaded into. */
export const thisPage: Page = {
  placePicture,
  placeSound,
  onGesture,
  onLeave: (listener) => addEventListener("pagehide", listener),
  cameras: async () => {
    // Absent on plain HTTP from another host, which the question for the camera will tell.
    const devices = await navigator.mediaDevices?.enumerateDevices() ?? [];
    return devices.filter(({ kind }) => kind === "videoinput");
  },
  report: (what, why) => console.error(what, why),
};
