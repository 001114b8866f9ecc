/**
 * Whether `dist/` still says what the sources say: by their contents, so that neither a checkout nor a copied folder
 * with odd times can fool it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** The folders of the sources. */
export const FOLDERS: readonly string[] = ["adapters/web", "islands", "phone", "protocol", "static"];
const FILES = ["deno.json", "deno.lock", "manifest.webmanifest"];
const STAMP = "stamp";

/** The SHA-256, in hexadecimal, of everything under `root` that a build is made from, and of `flavour`. */
export async function sourcesDigest(root: string, flavour = ""): Promise<string> {
  const names = [...FILES, ...FOLDERS.flatMap((folder) => filesIn(root, folder))].filter(isSource).sort();
  const contents = await Promise.all(names.map((name) => readIfThere(join(root, name))));
  const hash = createHash("sha256").update(flavour);
  names.forEach((name, index) => {
    const content = contents[index] ?? new Uint8Array();
    hash.update(`\0${name}\0${content.length}\0`).update(content);
  });
  return hash.digest("hex");
}

/** Whether `dist` was made from the sources of this digest. */
export async function isFresh(dist: string, digest: string): Promise<boolean> {
  const stamp = await readIfThere(join(dist, STAMP));
  return stamp !== undefined && new TextDecoder().decode(stamp) === digest;
}

/** Says nothing of `dist` any more; a build does so first, for it may end half-way. */
export async function removeStamp(dist: string): Promise<void> {
  if (await readIfThere(join(dist, STAMP))) await Deno.remove(join(dist, STAMP));
}

/** Says that `dist` is made from the sources of this digest; a build does so last. */
export const writeStamp = (dist: string, digest: string): Promise<void> =>
  Deno.writeTextFile(join(dist, STAMP), digest);

/** The files below `root/folder`, as paths from `root` with slashes; none when there is no such folder. */
export function filesIn(root: string, folder: string): string[] {
  try {
    return [...Deno.readDirSync(join(root, folder))].flatMap((entry) => {
      const name = `${folder}/${entry.name}`;
      return entry.isDirectory ? filesIn(root, name) : [name];
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The file's bytes, or `undefined` when there is no such file. */
export async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const isSource = (name: string): boolean => !/_test\.tsx?$/.test(name);
