/**
 * What every page is made of: kept when the worker is installed, dropped when the next one takes over.
 *
 * @module
 */
import { cacheNames } from "workbox-core";
import { PrecacheController, PrecacheRoute } from "workbox-precaching";
import type { PrecacheEntry } from "workbox-precaching/_types.js";
import { registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (PrecacheEntry | string)[] };

/** Where pages are kept; its number goes up when what is kept there changes shape. */
export const PAGES = "pages-1";

/** All caches that this version uses; any other is left from an earlier one. */
export const OWN_CACHES: readonly string[] = [cacheNames.precache, PAGES];

const shell = new PrecacheController();
shell.addToCacheList(self.__WB_MANIFEST);

/** Fetches what changed since the last version; rejects, and the worker is not installed, if a file is missing. */
export const keepShell = async (event: ExtendableEvent): Promise<void> => {
  await shell.install(event);
};

/** Drops files that are no longer part of the shell. */
export const dropOldShell = async (event: ExtendableEvent): Promise<void> => {
  await shell.activate(event);
};

/** The kept copy of a file of the shell. */
export const shellFile = (path: string): Promise<Response | undefined> => shell.matchPrecache(path);

/** Answers for the shell. */
export function serveShell(): void {
  registerRoute(new PrecacheRoute(shell, { cleanURLs: false, directoryIndex: "" }));
  // A page of the next version asks for files that only the next worker, which waits, has in its list.
  registerRoute(
    ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/_i/"),
    async ({ request }) => await caches.match(request) ?? await fetch(request),
  );
}
