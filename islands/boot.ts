/**
 * Brings the islands of a page to life, then registers the service worker that the page names.
 *
 * @module
 */
import { type ComponentType, h, hydrate } from "preact";

/** Set by the build: whether the page reloads when the build changes. */
declare const DEV: boolean;

/** How long a page is left to itself before it is kept for offline use, in milliseconds: to be on the line comes first. */
const SETTLED = 1000;

type IslandModule = Record<string, ComponentType<Record<string, unknown>> | undefined>;

async function wake(place: HTMLElement): Promise<void> {
  const { island = "", src = "", props = "{}" } = place.dataset;
  const module: IslandModule = await import(src);
  const view = module[island] ?? module.default;
  if (!view) throw new Error(`Cannot wake the island ${island}: ${src} does not export it`);
  hydrate(h(view, JSON.parse(props)), place);
}

async function registerWorker(url: string): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register(url, { scope: "/", updateViaCache: "none" });
    // This page has just been loaded, so it is in no call; the worker itself looks whether another page might be.
    registration.waiting?.postMessage({ type: "UPDATE_WHEN_ALONE" });
  } catch (error) {
    // Browsers refuse workers where the certificate is not trusted; the phone works without.
    console.info(`Cannot keep this page for offline use: ${error}`);
  }
}

/** The worker's text changes with everything that it keeps, so its ETag stands for the build. */
async function watchBuild(worker: string, last?: string | null): Promise<void> {
  const etag = await fetch(worker, { method: "HEAD", cache: "no-store" }).then(
    (r) => r.headers.get("etag"),
    () => last,
  );
  if (last && etag !== last) return location.reload();
  setTimeout(watchBuild, 500, worker, etag);
}

const places = [...document.querySelectorAll<HTMLElement>("[data-island]")];
await Promise.all(places.map((place) => wake(place).catch(reportError)));
const worker = document.querySelector<HTMLLinkElement>("link[rel=serviceworker]")?.href;
if (worker && "serviceWorker" in navigator) setTimeout(registerWorker, SETTLED, worker);
if (DEV) void watchBuild("/sw.js");
