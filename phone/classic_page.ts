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
  /** Whether the browser lets the page ask for microphone and camera. */
  hasDevices(): boolean;
  /** All devices for sound and pictures; their names are empty until the user has given permission. */
  devices(): Promise<readonly Pick<MediaDeviceInfo, "deviceId" | "kind" | "label">[]>;
  /** Plays all sound through that device, now and later. Rejects where that is not to be had. */
  setSpeaker(id: string): Promise<void>;
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
  video.style.cssText = "display:block;width:100%;height:100%;max-width:100%;object-fit:contain";
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

/** The sounds in the page, and the loudspeaker for them; empty for the browser's own choice. */
const sounds = new Set<HTMLAudioElement>();
let speaker = "";

/** Outside the body, so that a page that rewrites its body still hears. */
function placeSound(): Placed {
  const audio = document.createElement("audio");
  audio.autoplay = true;
  if (speaker) audio.setSinkId(speaker).catch((error) => thisPage.report("Cannot set the speaker:", error));
  sounds.add(audio);
  document.documentElement.append(audio);
  return {
    element: audio,
    remove: () => {
      sounds.delete(audio);
      audio.remove();
    },
  };
}

async function setSpeaker(id: string): Promise<void> {
  // The first one only tells whether there is such a device, also where nothing is to be heard yet.
  for (const audio of [new Audio(), ...sounds]) {
    if (!audio.setSinkId) throw new Error("Cannot set the speaker: no choice");
    await audio.setSinkId(id);
  }
  speaker = id;
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
  hasDevices: () => !!navigator.mediaDevices,
  // Absent on plain HTTP from another host, which the question for the camera will tell.
  devices: async () => await navigator.mediaDevices?.enumerateDevices() ?? [],
  setSpeaker,
  report: (what, why) => console.error(what, why),
};
