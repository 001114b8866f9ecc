/**
 * The worker that takes its predecessors' place and leaves nothing behind: no cache, no registration. A server serves
 * it as `/sw.js` when its workers have gone wrong, while its pages no longer register any; open pages stay as they
 * are, and their next load comes from the network.
 *
 * @module
 */
declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave(): Promise<void> {
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  await self.registration.unregister();
}
