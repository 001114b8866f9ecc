/**
 * The one phone of this page; all its islands share it.
 *
 * @module
 */
import { thisBrowser } from "../phone/browser.ts";
import { Phone } from "../phone/phone.ts";

/** The page's phone. It does nothing until somebody connects it, so that the server can draw the page with it. */
export const phone = new Phone(thisBrowser);
