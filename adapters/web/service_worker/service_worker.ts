/**
 * The service worker: the phone's page opens without a network, and a new version never comes in the middle of a call.
 *
 * It answers for the shell (everything with a hashed name, icons, sounds) and for the pages below; whatever else is
 * asked, such as `/socket`, a session or `/health`, goes to the network as if there were no worker.
 *
 * **Updates.** A new worker waits until every window is closed, or is told: `{ type: "SKIP_WAITING" }` takes over at
 * once; `{ type: "UPDATE_WHEN_ALONE" }` only if no other window, which might be in a call, is open.
 *
 * **Kill switch.** `kill_switch.ts` is what a server serves as `/sw.js` when it is to be rid of its workers: both are
 * built always, and `loadAssets({ worker: false })` and `createPage({ worker: false })` choose it. Browsers ask for
 * `/sw.js` on each navigation and never take it from their cache, so the next visit is enough.
 *
 * @module
 */
import { keepPages, servePages } from "./pages.ts";
import { dropOldShell, keepShell, OWN_CACHES, serveShell } from "./shell.ts";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", (event) => event.waitUntil(keepShell(event).then(keepPages)));
self.addEventListener("activate", (event) => event.waitUntil(takeOver(event)));
self.addEventListener("message", (event) => event.waitUntil(obey(event.data)));

serveShell();
servePages();

async function takeOver(event: ExtendableEvent): Promise<void> {
  await dropOldShell(event);
  // The page is asked for while the worker still starts.
  await self.registration.navigationPreload?.enable();
  const old = (await caches.keys()).filter((name) => !OWN_CACHES.includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function obey(message: { type?: unknown } | null): Promise<void> {
  if (message?.type === "SKIP_WAITING") await self.skipWaiting();
  if (message?.type === "UPDATE_WHEN_ALONE" && await isOneWindowOpen()) await self.skipWaiting();
}

/** Asks a few times: a window that is being closed or reloaded counts for a moment longer. */
async function isOneWindowOpen(tries = 5): Promise<boolean> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.length <= 1 || tries <= 1) return windows.length <= 1;
  await new Promise((resolve) => setTimeout(resolve, 500));
  return isOneWindowOpen(tries - 1);
}
