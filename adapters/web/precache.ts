/**
 * The service worker's list of what to keep, by workbox-build.
 *
 * @module
 */
// The deep path leaves out what would bundle the worker: esbuild has done that, and it is most of the package.
import { injectManifest } from "workbox-build/build/inject-manifest.js";

const LARGEST = 512 * 1024;

/** Files that only the operating system's installer asks for. */
const INSTALLER_ONLY = [
  "static/icons/*512*",
  "static/icons/mask*",
  "static/icons/monochrome*",
  "static/icons/apple*",
];

/**
 * Fills `self.__WB_MANIFEST` in the worker at `path`: hashed files without a revision, others by their content.
 * `dist` is the name of that folder in `root`. Throws when the worker has no place for the list.
 */
export async function injectPrecache(root: string, dist: string, path: string): Promise<void> {
  await injectManifest({
    swSrc: path,
    swDest: path,
    globDirectory: root,
    globPatterns: [
      `${dist}/_i/*.{js,css}`,
      `${dist}/offline.html`,
      "static/**/*.{svg,png,webp,woff2,mp3,opus,ogg,wav}",
    ],
    globIgnores: INSTALLER_ONLY,
    dontCacheBustURLsMatching: /\/_i\//,
    maximumFileSizeToCacheInBytes: LARGEST,
    manifestTransforms: [(manifest) => ({
      manifest: manifest.map((entry) => asServed(entry, dist)),
      warnings: [],
    })],
  });
}

function asServed<T extends { url: string; revision: string | null }>(entry: T, dist: string): T {
  const path = entry.url.startsWith(`${dist}/`) ? entry.url.slice(dist.length) : `/${entry.url}`;
  return { ...entry, url: path === "/offline.html" ? "/offline" : path };
}
