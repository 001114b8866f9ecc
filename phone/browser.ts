/**
 * All that the phone needs of a browser, so that everything but the browser runs in a plain test. A fake is in
 * `tests/support/fake_browser.ts`.
 *
 * @module
 */

import { newId } from "./new_id.ts";

/** The part of `WebSocket` that the phone uses. */
export interface Socket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
}

/** The part of `RTCPeerConnection` (W3C WebRTC 1.0) that the phone uses. */
export type PeerConnection = Pick<
  RTCPeerConnection,
  | "addTransceiver"
  | "getTransceivers"
  | "setLocalDescription"
  | "setRemoteDescription"
  | "localDescription"
  | "addIceCandidate"
  | "restartIce"
  | "setConfiguration"
  | "connectionState"
  | "signalingState"
  | "getStats"
  | "close"
  | "onicecandidate"
  | "onconnectionstatechange"
  | "ontrack"
>;

/** The seams between the phone and the browser that it runs in. */
export interface Browser {
  openSocket(url: string): Socket;
  /** `offers` tells whether the first thing it does is to offer; else it answers. */
  createPeerConnection(configuration: RTCConfiguration, offers: boolean): PeerConnection;
  /** Asks for microphone or camera. Rejects with the `DOMException` of the Media Capture specification. */
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>;
  newStream(tracks: readonly MediaStreamTrack[]): MediaStream;
  /** Runs `task` after so many milliseconds, unless the returned function is called before. */
  after(milliseconds: number, task: () => void): () => void;
  /** The time, in milliseconds since the epoch by this machine's clock. */
  now(): number;
  /** A number from 0 up to, but not including, 1. */
  random(): number;
  /** A new random word of 128 bits. */
  newId(): string;
  /** Tells when the network has come back or the page has woken up; returns how to stop listening. */
  onWake(listener: () => void): () => void;
  /** Leaves a mark on the page's timeline (W3C User Timing). */
  mark(name: string): void;
  /** Tells the web developer what went wrong. */
  report(error: unknown): void;
}

/** How often one looks at the clock, in milliseconds; one that has gone on much further has slept. */
const TICK = 2000;

function onWake(listener: () => void): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  const { connection }: { connection?: EventTarget } = navigator as object;
  addEventListener("online", listener, { signal });
  connection?.addEventListener("change", listener, { signal });
  document.addEventListener("resume", listener, { signal });
  document.addEventListener("visibilitychange", () => document.hidden || listener(), { signal });
  let at = Date.now();
  const timer = setInterval(() => {
    const slept = Date.now() - at;
    at += slept;
    if (slept > 2 * TICK) listener();
  }, TICK);
  return () => {
    stopped.abort();
    clearInterval(timer);
  };
}

/** The browser that this page runs in. */
export const thisBrowser: Browser = {
  openSocket: (url) => new WebSocket(url) as Socket,
  createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
  getUserMedia: (constraints) => {
    // Absent on plain HTTP from another host; the rest of the call goes on without.
    if (!navigator.mediaDevices) {
      return Promise.reject(new DOMException("no secure context", "SecurityError"));
    }
    return navigator.mediaDevices.getUserMedia(constraints);
  },
  newStream: (tracks) => new MediaStream([...tracks]),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
  now: Date.now,
  random: Math.random,
  newId,
  onWake,
  mark: (name) => performance.mark(name),
  report: (error) => console.error(error),
};
