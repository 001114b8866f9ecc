/**
 * The one phone of this page; all its islands share it.
 *
 * @module
 */
import { computed, signal } from "@preact/signals";
import { type Browser, type Socket, thisBrowser } from "../phone/browser.ts";
import { Phone } from "../phone/phone.ts";
import { isLate, openSocket } from "./first_word.ts";
import { fetched } from "./parts/later.tsx";

/** What makes calls quick: tuned connections, some at hand. Fetched once the phone is on the line. */
export const quick = fetched(() => import("./quick.ts"));

/** The socket of the moment, which links share with the phone. */
export const socket = signal<Socket>();

/** The browser that this page runs in, and what the page adds to it. */
export const browser: Browser = {
  ...thisBrowser,
  openSocket: (url) => socket.value = openSocket(url),
  mark: (name) => {
    // The early line has marked it when it was.
    if (isLate && name === "registered") return;
    // A page that calls all day must not keep a mark of every step.
    performance.clearMarks(name);
    performance.mark(name);
  },
  createPeerConnection: (configuration, offers) =>
    (quick.module.peek()?.spares ?? thisBrowser).createPeerConnection(configuration, offers),
};

/** The page's phone. It does nothing until somebody connects it, so that the server can draw the page with it. */
export const phone = new Phone(browser);

/** The own picture, for the mirror on the screen. */
export const preview = computed(() => {
  const track = phone.camera.picture.value;
  return track && new MediaStream([track]);
});
