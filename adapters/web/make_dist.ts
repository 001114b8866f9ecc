/**
 * One whole build, step by step.
 *
 * @module
 */
import { join } from "node:path";
import { createHash } from "node:crypto";
import {
  type AssetNames,
  bundleClassic,
  type BundleOptions,
  bundleShell,
  type InlineScript,
  stopBundling,
} from "./bundle.ts";
import { globalDeclarations } from "./declarations.ts";
import { offlinePage } from "./offline_page.tsx";
import { webphoneNames } from "./own_names.ts";
import { fromFileUrl } from "./paths.ts";
import { injectPrecache } from "./precache.ts";
import { isText, precompress } from "./precompress.ts";
import { squeezeModule, squeezeScript } from "./squeeze.ts";
import { filesIn, readIfThere } from "./stamp.ts";

const EARLY_LINE = "islands/early_line.ts";
const WEBPHONE_API = "phone/webphone_api.ts";
const WEBPHONE_TYPES = "phone/webphone_types.ts";

/** Makes `dist`. Throws where the sources are wrong; what lies in `dist` is then a mixture of old and new. */
export async function makeDist(options: BundleOptions): Promise<void> {
  await Deno.mkdir(options.dist, { recursive: true });
  try {
    const [hashed] = await all([makeShell(options), makeWebphoneApi(options), makeWorkers(options)]);
    await removeOlder(options.root, hashed);
  } finally {
    await stopBundling();
  }
  await injectPrecache(options.root, "dist", join(options.dist, "sw.js"));
  await compressAll(options);
}

/** Like `Promise.all`, but an error waits until nothing is under way any more. */
async function all<T extends readonly unknown[]>(work: T): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return await Promise.all(work) as { [K in keyof T]: Awaited<T[K]> };
}

/** Islands, styles and the offline page; answers with the files that have hashed names. */
async function makeShell(options: BundleOptions): Promise<readonly string[]> {
  const [{ names: others, files }, inline] = await all([
    bundleShell(shellEntries(options.root), options),
    makeInline(options),
  ]);
  const first = firstScripts(others);
  // Whoever works on the sources waits for each build.
  if (!options.dev) await Promise.all(first.map((src) => squeezeModule(join(options.dist, src))));
  const names: AssetNames = { ...others, inline };
  await Deno.writeTextFile(join(options.dist, "offline.html"), offlinePage(names));
  await Deno.writeTextFile(join(options.dist, "assets.json"), JSON.stringify(names, null, 2));
  return files;
}

/** The scripts that stand inside pages. Throws where one could end its element, or be taken for a comment. */
async function makeInline(options: BundleOptions): Promise<AssetNames["inline"]> {
  const { root, dist } = options;
  if (!await readIfThere(join(root, EARLY_LINE))) return {};
  const path = join(dist, "early_line.js");
  await bundleClassic(EARLY_LINE, path, options);
  await squeezeScript(path, []);
  return { early_line: inlineScript(await Deno.readTextFile(path)) };
}

function inlineScript(text: string): InlineScript {
  if (/<\/script|<!--/i.test(text)) throw new Error("Cannot put a script inside a page: it holds markup");
  return { text, hash: `sha256-${createHash("sha256").update(text).digest("base64")}` };
}

/** What a page loads before one can call; all else comes later, and may be a little larger. */
function firstScripts({ scripts }: Pick<AssetNames, "scripts">): readonly string[] {
  const { boot, Phone } = scripts;
  return [...new Set([boot, Phone].flatMap((script) => script ? [script.src, ...script.preload] : []))];
}

function shellEntries(root: string): string[] {
  const islands = filesIn(root, "islands").filter((name) => /^islands\/(?:\w+\.tsx|boot\.ts)$/.test(name));
  const styles = filesIn(root, "static").filter((name) => /^static\/\w+\.css$/.test(name));
  return [...islands, ...styles, fromFileUrl("offline.ts")];
}

/** The drop-in script and its types. */
async function makeWebphoneApi(options: BundleOptions): Promise<void> {
  const { root, dist } = options;
  if (await readIfThere(join(root, WEBPHONE_API))) {
    await bundleClassic(WEBPHONE_API, join(dist, "WebphoneAPI.js"), options);
    await squeezeScript(join(dist, "WebphoneAPI.js"), await webphoneNames(root));
  }
  const types = await readIfThere(join(root, WEBPHONE_TYPES));
  if (!types) return;
  const declarations = globalDeclarations(new TextDecoder().decode(types), WEBPHONE_TYPES);
  await Deno.writeTextFile(join(dist, "WebphoneAPI.d.ts"), declarations);
}

async function makeWorkers(options: BundleOptions): Promise<void> {
  const worker = (name: string, file: string) =>
    bundleClassic(fromFileUrl(`service_worker/${name}.ts`), join(options.dist, file), options);
  await Promise.all([worker("service_worker", "sw.js"), worker("kill_switch", "sw_off.js")]);
}

/** Removes what earlier builds left under hashed names, and compressed copies of static files that are gone. */
async function removeOlder(root: string, hashed: readonly string[]): Promise<void> {
  const current = new Set([...hashed, ...filesIn(root, "static").map((name) => `dist/${name}`)]);
  const old = [...filesIn(root, "dist/_i"), ...filesIn(root, "dist/static")]
    .filter((name) => !current.has(name.replace(/\.(?:br|gz)$/, "")));
  await Promise.all(old.map((name) => Deno.remove(join(root, name))));
}

/** Compresses all text beside itself; that of `static/` goes to `dist/static/`, for sources stay as they are. */
async function compressAll({ root }: BundleOptions): Promise<void> {
  const existing = new Set(filesIn(root, "dist"));
  const built = [...existing].filter((name) => isText(name) && !isCompressed(name, existing));
  const files = filesIn(root, "static").filter((name) => isText(name) && !name.endsWith(".css"));
  for (const name of files) await Deno.mkdir(join(root, "dist", name, ".."), { recursive: true });
  await Promise.all([
    ...built.map((name) => precompress(join(root, name))),
    ...files.map((name) => precompress(join(root, name), join(root, "dist", name))),
  ]);
}

/** What has a hash in its name and a compressed copy beside it has not changed since. */
const isCompressed = (name: string, existing: ReadonlySet<string>): boolean =>
  name.startsWith("dist/_i/") && existing.has(`${name}.br`);
