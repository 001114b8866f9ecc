/**
 * The page that stands in for one that was never opened before the network went.
 *
 * @module
 */
import type { AssetNames } from "./bundle.ts";
import { renderDocument } from "./render.tsx";

/** The page's HTML; it is built once and kept by the service worker. */
export const offlinePage = (names: AssetNames): string =>
  renderDocument({
    title: "Offline – Outside Line",
    html: { "data-phone": "offline", "data-call": "none" },
    head: <script type="module" src={names.scripts.offline?.src} />,
    body: (
      <main class="notice">
        <h1>Offline</h1>
        <p role="status">Outside Line cannot be reached. This page opens by itself as soon as it can.</p>
        <p>
          <button type="button">Try again</button>
        </p>
      </main>
    ),
  }, { names, worker: true });
