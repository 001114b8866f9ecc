/**
 * The one phone of this page; all its islands share it.
 *
 * @module
 */
import { computed } from "@preact/signals";
import { thisBrowser } from "../phone/browser.ts";
import { Phone } from "../phone/phone.ts";

/** The page's phone. It does nothing until somebody connects it, so that the server can draw the page with it. */
export const phone = new Phone(thisBrowser);

/** The own picture, for the mirror on the screen. */
export const preview = computed(() => {
  const track = phone.camera.picture.value;
  return track && new MediaStream([track]);
});
