/**
 * Takes the last bytes out of a bundled script, where every page of somebody else's has to load it.
 *
 * @module
 */
import { minify } from "terser";

/** Rewrites the classic script at `path` to fewer bytes, and its source map with it. Throws where it is no script. */
export async function squeezeScript(path: string): Promise<void> {
  const map = `${path}.map`;
  const { code = "", map: content = "" } = await minify(await Deno.readTextFile(path), {
    ecma: 2020,
    toplevel: true,
    compress: { passes: 3, unsafe_arrows: true },
    sourceMap: { content: await Deno.readTextFile(map), url: map.replace(/^.*[\\/]/, "") },
  });
  await Deno.writeTextFile(path, code);
  await Deno.writeTextFile(map, String(content));
}
