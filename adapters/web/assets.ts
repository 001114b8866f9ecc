/**
 * All files that are served as they are, read once at the start: the build's and those of `static/`.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { AssetNames } from "./bundle.ts";
import { COMMON_HEADERS, documentHeaders } from "./headers.ts";
import { filesIn, readIfThere } from "./stamp.ts";
import type { House } from "../../routes/house.ts";

/** The files, and the names under which pages refer to them. */
export interface Assets {
  readonly names: AssetNames;
  /** Answers GET and HEAD with the file of that path, such as `/_i/boot-ABCDEFGH.js`; `undefined` when there is none. */
  readonly serve: House["asset"];
}

/** Where the files are, and whether the service worker is to live. */
export interface AssetOptions {
  readonly root: string;
  /** `false`: `/sw.js` is the kill switch. */
  readonly worker: boolean;
}

type Encoding = "br" | "gzip" | "identity";

interface Asset {
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: ReadonlyMap<Encoding, Uint8Array<ArrayBuffer>>;
  readonly isDocument: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  gif: "image/gif",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  map: "application/json",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  png: "image/png",
  svg: "image/svg+xml",
  ts: "text/plain; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  wav: "audio/wav",
  webm: "video/webm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff2: "font/woff2",
};

const FOREVER = "public, max-age=31536000, immutable";
const HASHED = /^\/_i\/.*-[A-Z0-9]{8}\.(?:js|css|\w+)(?:\.map)?$/;

/** Reads all files. Throws when nothing was built. */
export async function loadAssets({ root, worker }: AssetOptions): Promise<Assets> {
  const text = await readIfThere(join(root, "dist/assets.json"));
  if (!text) throw new Error("Cannot load the assets: nothing was built; run `deno task build`");
  const loaded = await Promise.all(
    servedFiles(root, worker).map(async (name) => [pathOf(name), await load(root, name)] as const),
  );
  const assets = new Map(loaded);
  return {
    names: JSON.parse(new TextDecoder().decode(text)),
    serve: (request, path) => {
      const asset = assets.get(path);
      return asset && answer(request, asset);
    },
  };
}

/** All but what the build keeps for the server itself, and the worker that is not to be. */
function servedFiles(root: string, worker: boolean): string[] {
  const hidden = new Set([
    "dist/assets.json",
    "dist/early_line.js",
    "dist/stamp",
    worker ? "dist/sw_off.js" : "dist/sw.js",
  ]);
  const built = filesIn(root, "dist").filter((name) =>
    !hidden.has(name) && !name.startsWith("dist/static/") && !/\.(?:br|gz)$/.test(name)
  );
  return [...built, ...filesIn(root, "static")];
}

/** The path on the server. */
function pathOf(name: string): string {
  if (name === "dist/sw_off.js") return "/sw.js";
  if (name === "dist/offline.html") return "/offline";
  return name.replace(/^dist\//, "/").replace(/^static\//, "/static/");
}

async function load(root: string, name: string): Promise<Asset> {
  const copy = join(root, name.startsWith("static/") ? `dist/${name}` : name);
  const [plain, br, gzip, map] = await Promise.all([
    Deno.readFile(join(root, name)),
    readIfThere(`${copy}.br`),
    readIfThere(`${copy}.gz`),
    readIfThere(`${copy}.map`),
  ]);
  const bodies = new Map<Encoding, Uint8Array<ArrayBuffer>>([["identity", plain]]);
  // On a file of a few bytes compression may lose.
  if (br && br.length < plain.length) bodies.set("br", br);
  if (gzip && gzip.length < plain.length) bodies.set("gzip", gzip);
  return {
    etag: etagOf(plain),
    headers: {
      ...headersOf(name, bodies.size > 1),
      ...(map && { sourcemap: `${name.replace(/^dist/, "")}.map` }),
    },
    bodies,
    isDocument: name.endsWith(".html"),
  };
}

const etagOf = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("base64url").slice(0, 22);

function headersOf(name: string, varies: boolean): Record<string, string> {
  const path = name.replace(/^dist\//, "/");
  return {
    ...COMMON_HEADERS,
    "content-type": TYPES[name.replace(/^.*\./, "")] ?? "application/octet-stream",
    "cache-control": HASHED.test(path) ? FOREVER : "no-cache",
    ...(varies ? { vary: "accept-encoding" } : {}),
    ...(/^\/sw\w*\.js$/.test(path) ? { "service-worker-allowed": "/" } : {}),
  };
}

function answer(request: Request, asset: Asset): Response {
  const encoding = chooseEncoding(request.headers.get("accept-encoding") ?? "", asset.bodies);
  const body = asset.bodies.get(encoding) ?? new Uint8Array();
  const headers = new Headers(asset.headers);
  if (asset.isDocument) {
    for (const entry of Object.entries(documentHeaders(new URL(request.url)))) headers.set(...entry);
  }
  // Weak, for it stands for the content whatever its encoding.
  headers.set("etag", `W/"${asset.etag}"`);
  if (isKnown(request, asset.etag)) return new Response(null, { status: 304, headers });
  if (encoding !== "identity") headers.set("content-encoding", encoding);
  headers.set("content-length", String(body.length));
  return new Response(request.method === "HEAD" ? null : body, { headers });
}

const isKnown = (request: Request, etag: string): boolean =>
  (request.headers.get("if-none-match") ?? "").split(",").some((tag) =>
    /^\s*(?:W\/)?"(.*)"\s*$/.exec(tag)?.[1] === etag
  );

/** The smallest of the bodies that the client takes (RFC 9110 §12.5.3). */
function chooseEncoding(accepted: string, bodies: Asset["bodies"]): Encoding {
  const refused = /;\s*q=0(?:\.0*)?\s*$/;
  const taken = accepted.toLowerCase().split(",").filter((item) => !refused.test(item))
    .map((item) => item.split(";")[0]?.trim());
  const encodings: readonly Encoding[] = ["br", "gzip"];
  return encodings.find((encoding) => bodies.has(encoding) && taken.includes(encoding)) ?? "identity";
}
