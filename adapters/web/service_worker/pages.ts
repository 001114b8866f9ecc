/**
 * Pages: from the network while it answers, else as they were when it last did.
 *
 * @module
 */
import { registerRoute } from "workbox-routing";
import { NetworkFirst } from "workbox-strategies";
import { PAGES, shellFile } from "./shell.ts";

declare const self: ServiceWorkerGlobalScope;

/** How long a page may keep its user waiting before the kept copy is shown, in seconds. */
const PATIENCE = 3;

const AGENT = /^\/agent\/([^/]+)\/?$/;
const OTHERS = /^\/(?:$|call\/|room\/|hud\/?$|examples\/)/;

/** The page's name in the cache: no query, and never the fragment, in which a key may ride. */
function keyOf(href: string): string | undefined {
  const { origin, pathname } = new URL(href, self.location.href);
  const [, number] = AGENT.exec(pathname) ?? [];
  return origin === self.location.origin && number !== undefined ? `/agent/${number}` : undefined;
}

const agentPage = new NetworkFirst({
  cacheName: PAGES,
  networkTimeoutSeconds: PATIENCE,
  plugins: [{
    cacheKeyWillBeUsed: ({ request }) => Promise.resolve(keyOf(request.url) ?? request.url),
    cacheWillUpdate: ({ response }) => Promise.resolve(isWorthKeeping(response) ? response : null),
    // A proxy in front of a dead server answers in its place.
    fetchDidSucceed: async ({ request, response }) => {
      if (response.status >= 500) throw new Error(`Cannot fetch the page: status ${response.status}`);
      await forgetIfGone(request.url, response);
      return response;
    },
    handlerDidError: offlinePage,
  }],
});

/** Answers for navigations. */
export function servePages(): void {
  registerRoute(
    ({ request, url }) => request.mode === "navigate" && keyOf(url.href) !== undefined,
    agentPage,
  );
  registerRoute(
    ({ request, url, sameOrigin }) => request.mode === "navigate" && sameOrigin && OTHERS.test(url.pathname),
    async ({ request, event }) => {
      try {
        return await (event as FetchEvent).preloadResponse ?? await fetch(request);
      } catch (error) {
        return await offlinePage() ?? Promise.reject(error);
      }
    },
  );
}

/**
 * Renews the kept pages, and keeps those that are open: they were opened before there was a worker to see it. Does
 * not mind failures; what cannot be had now is kept when it is next opened.
 */
export async function keepPages(): Promise<void> {
  const cache = await caches.open(PAGES);
  const kept = (await cache.keys()).map((request) => request.url);
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const keys = [...kept, ...open.map((client) => client.url)].map(keyOf).filter((key) => key !== undefined);
  await Promise.allSettled([...new Set(keys)].map((key) => keepPage(cache, key)));
}

async function keepPage(cache: Cache, key: string): Promise<void> {
  const response = await fetch(key, { cache: "no-store" });
  if (isWorthKeeping(response)) await cache.put(key, response);
  else await forgetIfGone(key, response);
}

const isWorthKeeping = (response: Response): boolean => response.status === 200 && !response.redirected;

async function forgetIfGone(href: string, response: Response): Promise<void> {
  const key = keyOf(href);
  if (key && response.status >= 400 && response.status < 500) await (await caches.open(PAGES)).delete(key);
}

function offlinePage(): Promise<Response | undefined> {
  return shellFile("/offline");
}
