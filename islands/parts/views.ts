/**
 * What a phone that waits can do without. It is fetched once the phone is on the line and has nothing else to do, or at
 * once when there is a call.
 *
 * @module
 */
import { fetched } from "./later.tsx";

/** The views of calls and the words for them, those of a call that is over and of what hinders the next included. */
export const views = fetched(() => import("./Calls.tsx"));

/** What rings and knocks. */
export const tones = fetched(() => import("../tones.ts"));

/** What lies beside a call. */
export const panels = fetched(() => import("../panels/Panels.tsx"));

/** Fetches all of it that is not there yet. */
export function fetchViews(): void {
  for (const { fetch } of [views, tones, panels]) fetch();
}
