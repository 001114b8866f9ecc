/**
 * Takes the last bytes out of bundled scripts: of those that every page of somebody else's has to load, and of what an
 * agent's page loads before one can call.
 *
 * @module
 */
import { type CompressOptions, minify, type MinifyOptions } from "terser";
import { withoutSpare } from "./spare.ts";

const COMPRESS: CompressOptions = {
  passes: 3,
  unsafe_arrows: true,
  unsafe_methods: true,
  // These make fewer letters, but more bytes when they are compressed.
  collapse_vars: false,
  inline: 1,
  lhs_constants: false,
};

/**
 * Rewrites the classic script at `path` to fewer bytes, and its source map with it; members of these `names` get shorter
 * ones, or are taken out where nobody mentions them. Throws where it is no script.
 */
export async function squeezeScript(path: string, names: readonly string[]): Promise<void> {
  await rewrite(path, withoutSpare(await Deno.readTextFile(path), names), {
    toplevel: true,
    compress: { ...COMPRESS, hoist_funs: true },
    // Which names are anybody else's we know better.
    mangle: { properties: { regex: new RegExp(`^(?:${names.join("|")})$`), builtins: true } },
  });
}

/** Rewrites the module script at `path` likewise, but leaves all members as they are, for other modules use them. */
export async function squeezeModule(path: string): Promise<void> {
  await rewrite(path, await Deno.readTextFile(path), { module: true, compress: COMPRESS });
}

async function rewrite(path: string, script: string, options: MinifyOptions): Promise<void> {
  const map = `${path}.map`;
  const { code = "", map: content = "" } = await minify(script, {
    ecma: 2020,
    ...options,
    sourceMap: { content: await Deno.readTextFile(map) },
  });
  await Deno.writeTextFile(path, code);
  await Deno.writeTextFile(map, String(content));
}
