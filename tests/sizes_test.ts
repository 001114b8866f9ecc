/**
 * What a visitor has to download, and from whom. Budgets are in bytes after brotli at its best, unless told.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "../adapters/web/build.ts";
import type { AssetNames } from "../adapters/web/bundle.ts";
import { ROOT } from "../adapters/web/paths.ts";
import { brotliSize } from "../adapters/web/precompress.ts";
import { filesIn } from "../adapters/web/stamp.ts";

const KB = 1024;

/** Addresses that nobody asks: the names of XML, and those in messages of Preact and Workbox. */
const NAMES_ONLY = /https?:\/\/(?:www\.w3\.org\/(?:1998|1999|2000)\/|bit\.ly\/(?:preact|wb-precache)\b)/;
const ADDRESS = /(?:https?:)?\/\/(?:[a-z0-9-]+\.)+[a-z]{2,}[^\s"'`)]*/gi;

await build({ root: ROOT });
const names: AssetNames = JSON.parse(await Deno.readTextFile(join(ROOT, "dist/assets.json")));

async function sizeOf(...files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    files.map(async (file) => brotliSize(await Deno.readFile(join(ROOT, "dist", file)))),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function assertWithin(budget: number, size: number, what: string): void {
  const figures = `${what}: ${size} of ${budget} bytes`;
  console.log(figures);
  assert.ok(size <= budget, `Cannot ship ${figures}, which is ${size - budget} too many`);
}

/** The script that stands inside the agent page. */
const EARLY_LINE = "early_line.js";

/** The scripts that the agent page loads before one can call; all others come later. */
function firstScripts(): string[] {
  const { boot, Phone } = names.scripts;
  assert.ok(boot && Phone, "Cannot weigh the agent page: there is no boot or Phone in the build");
  return [...new Set([EARLY_LINE, boot.src, ...boot.preload, Phone.src, ...Phone.preload])];
}

Deno.test("the agent page is callable after 25 KB of JavaScript", async () => {
  assertWithin(25 * KB, await sizeOf(...firstScripts()), "JavaScript of the agent page");
});

Deno.test("the agent page is registered after 1.5 KB of JavaScript, which stand in the page itself", async () => {
  assertWithin(1.5 * KB, await sizeOf(EARLY_LINE), "JavaScript until registered");
  assert.equal(names.inline["early_line"]?.text, await Deno.readTextFile(join(ROOT, "dist", EARLY_LINE)));
});

Deno.test("the agent page is callable after 25 KB of JavaScript by gzip -9 as well", () => {
  const sizes = firstScripts().map((file) =>
    gzipSync(Deno.readFileSync(join(ROOT, "dist", file)), { level: 9 }).length
  );
  const size = sizes.reduce((sum, each) => sum + each, 0);
  assertWithin(25 * KB, size, "JavaScript of the agent page, by gzip -9");
});

Deno.test("/WebphoneAPI weighs 15 KB at most", async () => {
  assertWithin(15 * KB, await sizeOf("WebphoneAPI.js"), "/WebphoneAPI");
});

Deno.test("the service worker weighs 8 KB at most", async () => {
  assertWithin(8 * KB, await sizeOf("sw.js"), "the service worker");
});

Deno.test("nothing that is served names another host", async () => {
  const served = [...filesIn(ROOT, "dist"), ...filesIn(ROOT, "static")]
    .filter((name) => /\.(?:js|css|html|svg|json)$/.test(name));
  const strangers = await Promise.all(served.map(async (name) => {
    const addresses = (await Deno.readTextFile(join(ROOT, name))).match(ADDRESS) ?? [];
    return addresses.filter((address) => !NAMES_ONLY.test(address)).map((address) => `${name}: ${address}`);
  }));
  assert.deepEqual(strangers.flat(), []);
});
