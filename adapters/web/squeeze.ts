/**
 * Takes the last bytes out of a bundled script, where every page of somebody else's has to load it.
 *
 * @module
 */
import { minify } from "terser";
import { withoutSpare } from "./spare.ts";

/**
 * Rewrites the classic script at `path` to fewer bytes, and its source map with it; members of these `names` get shorter
 * ones, or are taken out where nobody mentions them. Throws where it is no script.
 */
export async function squeezeScript(path: string, names: readonly string[]): Promise<void> {
  const map = `${path}.map`;
  const { code = "", map: content = "" } = await minify(withoutSpare(await Deno.readTextFile(path), names), {
    ecma: 2020,
    toplevel: true,
    compress: {
      passes: 3,
      unsafe_arrows: true,
      unsafe_methods: true,
      hoist_funs: true,
      // These make fewer letters, but more bytes when they are compressed.
      collapse_vars: false,
      inline: 1,
      lhs_constants: false,
    },
    // Which names are anybody else's we know better.
    mangle: { properties: { regex: new RegExp(`^(?:${names.join("|")})$`), builtins: true } },
    sourceMap: { content: await Deno.readTextFile(map) },
  });
  await Deno.writeTextFile(path, code);
  await Deno.writeTextFile(map, String(content));
}
