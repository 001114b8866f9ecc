/**
 * Cameras and displays of the plain page, for the rows about pictures.
 *
 * @module
 */
import type { Page } from "playwright-core";
import { until } from "../support/until.ts";

/** What is shown inside an element. */
export interface Shown {
  readonly count: number;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

/** What is shown inside the element of this id. */
export const shownIn = (page: Page, id: string): Promise<Shown> =>
  page.evaluate((id) => {
    const videos = [...document.querySelectorAll<HTMLVideoElement>(`#${id} video`)];
    const [video] = videos;
    const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
    return { count: videos.length, frames, width: video?.videoWidth ?? 0, height: video?.videoHeight ?? 0 };
  }, id);

/** Waits until one picture moves in the element. */
export async function moves(page: Page, id: string): Promise<Shown> {
  const before = await shownIn(page, id);
  return await until(
    () => shownIn(page, id),
    ({ count, frames }) => count === 1 && frames >= before.frames + 10,
  );
}

/** Waits until there is no picture in the element. */
export const isBare = (page: Page, id: string): Promise<Shown> =>
  until(() => shownIn(page, id), ({ count }) => count === 0);

/** Sends the default camera's picture over the page's last call. */
export const attach = (page: Page): Promise<void> =>
  page.evaluate(() => calls.at(-1)?.attachCamera(OzCamera.getCameraByName()));

/** Shows the other side of the page's last call in the element of this id, or in the default one. */
export const display = (page: Page, id?: string): Promise<void> =>
  page.evaluate((id) => calls.at(-1)?.setRemoteDisplay(id), id);

/** Shows the first page's camera on the second, in the element of this id or in the default one. */
export async function shows(sender: Page, viewer: Page, id?: string): Promise<void> {
  await attach(sender);
  await display(viewer, id);
  await moves(viewer, id ?? "local");
}
