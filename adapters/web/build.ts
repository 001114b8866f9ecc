/**
 * `deno task build`: makes `dist/` of the sources, and does nothing when it is made already.
 *
 * With `--watch` it goes on building whatever changes, for pages that reload by themselves.
 *
 * @module
 */
import { join } from "node:path";
import { ROOT } from "./paths.ts";
import { filesIn, FOLDERS, isFresh, removeStamp, sourcesDigest, writeStamp } from "./stamp.ts";

/** What a build is made from, where it goes, and for whom. */
export interface BuildOptions {
  readonly root: string;
  /** Whether pages reload by themselves when the build changes. */
  readonly dev?: boolean;
}

/** Builds `dist/` if it is stale; whether it was. Throws where the sources are wrong. */
export async function build({ root, dev = false }: BuildOptions): Promise<boolean> {
  const dist = join(root, "dist");
  const digest = await sourcesDigest(root, dev ? "dev" : "");
  if (await isFresh(dist, digest)) return false;
  // Loading the bundlers takes longer than all of the above.
  const { makeDist } = await import("./make_dist.ts");
  await removeStamp(dist);
  await makeDist({ root, dist, dev });
  await writeStamp(dist, digest);
  return true;
}

/** Builds now and after every change of a source, until the process ends; an error is told and waited out. */
async function watch(root: string): Promise<void> {
  const folders = FOLDERS.filter((name) => filesIn(root, name).length > 0);
  const changes = Deno.watchFs(folders.map((folder) => join(root, folder)));
  await tell(root, true);
  for await (const _change of changes) await tell(root, true);
}

/** Builds, and says how long it took or why it cannot; whether `dist` is now as the sources are. */
async function tell(root: string, dev: boolean): Promise<boolean> {
  const started = performance.now();
  try {
    if (await build({ root, dev })) console.log(`Built in ${Math.round(performance.now() - started)} ms`);
    return true;
  } catch (error) {
    console.error(`Cannot build: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

if (import.meta.main) {
  if (Deno.args.includes("--watch")) await watch(ROOT);
  else if (!await tell(ROOT, false)) Deno.exit(1);
}
