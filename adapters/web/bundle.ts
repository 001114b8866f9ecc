/**
 * Bundling by esbuild: islands with shared chunks and hashed names, styles, and the scripts that stand alone.
 *
 * @module
 */
import { basename, join, relative } from "node:path";
import * as esbuild from "esbuild";
import { fromFileUrl } from "./paths.ts";

/** A module script, and the chunks that a page may fetch beside it rather than after it. */
export interface Script {
  readonly src: string;
  readonly preload: readonly string[];
}

/** What the pages need to know of a build: `dist/assets.json`. */
export interface AssetNames {
  /** Module scripts by the name of their source file: the islands, `boot`, `offline`. */
  readonly scripts: Readonly<Record<string, Script>>;
  /** Style sheets by the name of their source file. */
  readonly styles: Readonly<Record<string, string>>;
  /** Scripts that stand inside a page, by the name of their source file. */
  readonly inline: Readonly<Record<string, InlineScript>>;
}

/** A classic script inside a page. */
export interface InlineScript {
  readonly text: string;
  /** By which the page's Content Security Policy lets it run: `sha256-` and its SHA-256 in base64 (CSP3 §2.3.1). */
  readonly hash: string;
}

/** What esbuild is to do and for whom. */
export interface BundleOptions {
  readonly root: string;
  readonly dist: string;
  /** Whether pages reload by themselves when the build changes. */
  readonly dev: boolean;
}

/** The folder in `dist/`, and the path on the server, of all files with hashed names. */
const HASHED = "_i";

const common = (options: BundleOptions): esbuild.BuildOptions & { metafile: true } => ({
  absWorkingDir: options.root,
  // For sources that lie outside the repository, such as those of a test.
  nodePaths: [fromFileUrl("../../node_modules")],
  alias: { valibot: fromFileUrl("./small_valibot.ts") },
  bundle: true,
  minify: true,
  metafile: true,
  // Told to debuggers by a header, which does not weigh on everybody else.
  sourcemap: "external",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "silent",
  define: { DEV: String(options.dev) },
});

/** The names that pages ask for, and all files that were written, as paths from the root. */
export interface Shell {
  readonly names: Omit<AssetNames, "inline">;
  readonly files: readonly string[];
}

/** Bundles module scripts and style sheets, together so that they share chunks. Throws where the sources are wrong. */
export async function bundleShell(entries: readonly string[], options: BundleOptions): Promise<Shell> {
  const { metafile } = await esbuild.build({
    ...common(options),
    plugins: [lightDoor, oneChunk(options.root, entries.filter((entry) => entry.endsWith(".tsx")))],
    entryPoints: [...entries],
    outdir: `${options.dist}/${HASHED}`,
    entryNames: "[name]-[hash]",
    chunkNames: "c-[hash]",
    assetNames: "[name]-[hash]",
    external: ["/static/*"],
    splitting: true,
    format: "esm",
  });
  return { names: namesOf(metafile), files: Object.keys(metafile.outputs) };
}

/**
 * Has all that is imported later count on the `islands` being there, and what wakes them too. Else what a page begins
 * with would lie in as many chunks as there are ways to share it, and small files compress badly.
 */
const oneChunk = (root: string, islands: readonly string[]): esbuild.Plugin => ({
  name: "one-chunk",
  setup({ onResolve, onLoad }) {
    // Named from the root, for hashes are to be the same wherever that is.
    onResolve(
      { filter: /^\./ },
      ({ kind, path, resolveDir }) =>
        kind === "dynamic-import" ? { path: relative(root, join(resolveDir, path)), namespace: LATER } : null,
    );
    onLoad({ filter: /\bislands\/boot\.ts$/ }, async ({ path }) => ({
      // They lie beside it. Last, so that every line stays where it is.
      contents: [await Deno.readTextFile(path), ...islands.map((island) => `import "./${basename(island)}";`)]
        .join("\n"),
      loader: "ts",
    }));
    onLoad({ filter: /./, namespace: LATER }, ({ path }) => ({
      contents: [...islands.map((island) => `import "./${island}";`), `export * from "./${path}";`].join(
        "\n",
      ),
      resolveDir: root,
    }));
  },
});

const LATER = "later";

/** Bundles one source into one classic script. Throws where the source is wrong. */
export async function bundleClassic(entry: string, outfile: string, options: BundleOptions): Promise<void> {
  const { alias, ...others } = common(options);
  // Scripts of their own have no Preact to share signals with.
  const own = { ...alias, "@preact/signals-core": fromFileUrl("./small_signals.ts") };
  await esbuild.build({
    ...others,
    alias: own,
    plugins: [lightDoor],
    entryPoints: [entry],
    outfile,
    format: "iife",
  });
}

/** What the PBX says is read in pages without its schemas, which would be a twentieth of the scripts. */
const lightDoor: esbuild.Plugin = {
  name: "light-door",
  setup({ onResolve }) {
    onResolve({ filter: /pbx_messages\.ts$/ }, () => ({ path: fromFileUrl("./light_door.ts") }));
  },
};

/** Ends esbuild's own process; the next bundle starts another one. */
export const stopBundling = (): Promise<void> => esbuild.stop();

function namesOf(metafile: esbuild.Metafile): Shell["names"] {
  const scripts: Record<string, Script> = {};
  const styles: Record<string, string> = {};
  for (const [file, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint || file.endsWith(".map")) continue;
    const name = sourceName(output.entryPoint);
    if (file.endsWith(".css")) styles[name] = url(file);
    else scripts[name] = { src: url(file), preload: staticImports(metafile, file).map(url) };
  }
  return { scripts, styles };
}

/** The chunks that `file` imports at once, and those that these import, and so on. */
function staticImports(metafile: esbuild.Metafile, file: string, seen = new Set<string>()): string[] {
  for (const imported of metafile.outputs[file]?.imports ?? []) {
    if (imported.kind !== "import-statement" || imported.external || seen.has(imported.path)) continue;
    seen.add(imported.path);
    staticImports(metafile, imported.path, seen);
  }
  return [...seen];
}

const sourceName = (path: string): string => path.replace(/^.*\//, "").replace(/\.\w+$/, "");
const url = (file: string): string => `/${HASHED}/${file.replace(/^.*\//, "")}`;
