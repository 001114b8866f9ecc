import assert from "node:assert/strict";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { loadAssets } from "./assets.ts";
import { build } from "./build.ts";
import { testSite } from "./test_site.ts";

const decode = { br: brotliDecompressSync, gzip: gunzipSync, identity: (bytes: Uint8Array) => bytes };

const get = (headers: Record<string, string> = {}, method = "GET"): Request =>
  new Request("http://localhost:7777/", { method, headers });

/** A built site, and the files of it: those of its island, and what serves them. */
async function served() {
  const site = await testSite();
  await build(site);
  const { names, serve } = await loadAssets({ root: site.root, worker: true });
  return {
    site,
    serve,
    island: names.scripts.Hello!.preload[0]!,
    [Symbol.asyncDispose]: site[Symbol.asyncDispose],
  };
}

Deno.test("loadAssets() serves files in the smallest encoding that the client takes", async () => {
  await using house = await served();
  const { serve, island, site } = house;
  const plain = await site.read(`dist${island}`);
  const encodings = [
    ["br, gzip", "br"],
    ["gzip, deflate, br;q=0.9", "br"],
    ["gzip;q=1, br;q=0", "gzip"],
    ["GZIP", "gzip"],
    ["identity", null],
    ["", null],
  ] as const;
  for (const [accepted, expected] of encodings) {
    const response = serve(get({ "accept-encoding": accepted }), island)!;
    assert.equal(response.headers.get("content-encoding"), expected, accepted);
    assert.equal(response.headers.get("vary"), "accept-encoding");
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.equal(response.headers.get("content-length"), String(bytes.length));
    assert.equal(new TextDecoder().decode(decode[expected ?? "identity"](bytes)), plain);
  }
});

Deno.test("loadAssets() serves files hashed names for ever, others with an ETag that saves the body", async () => {
  await using house = await served();
  const { serve, island } = house;
  assert.equal(serve(get(), island)!.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assert.match(serve(get(), `${island}.map`)!.headers.get("cache-control")!, /immutable/);
  assert.equal(serve(get(), island)!.headers.get("sourcemap"), `${island}.map`);
  assert.equal(serve(get(), "/WebphoneAPI.js")!.headers.get("sourcemap"), "/WebphoneAPI.js.map");
  assert.equal(serve(get(), `${island}.map`)!.headers.get("sourcemap"), null);
  const api = serve(get(), "/WebphoneAPI.js")!;
  assert.equal(api.headers.get("cache-control"), "no-cache");
  const etag = api.headers.get("etag")!;
  const again = serve(
    get({ "if-none-match": `"other", ${etag}`, "accept-encoding": "br" }),
    "/WebphoneAPI.js",
  )!;
  assert.equal(again.status, 304);
  assert.equal(again.body, null);
  assert.equal(again.headers.get("etag"), etag);
  assert.equal(serve(get({ "if-none-match": `"other"` }), "/WebphoneAPI.js")!.status, 200);
});

Deno.test("loadAssets() serves files to HEAD without the body", async () => {
  await using house = await served();
  const { serve, island, site } = house;
  const plain = await site.read(`dist${island}`);
  const head = serve(get({}, "HEAD"), island)!;
  assert.equal(head.body, null);
  assert.equal(head.headers.get("content-length"), String(plain.length));
});

Deno.test("loadAssets() serves files with their types and headers", async () => {
  await using house = await served();
  const { serve, island } = house;
  const header = (path: string, name: string) => serve(get(), path)!.headers.get(name);
  assert.equal(header(island, "content-type"), "text/javascript; charset=utf-8");
  assert.equal(header("/static/icons/dot.svg", "content-type"), "image/svg+xml");
  assert.equal(header("/sw.js", "service-worker-allowed"), "/");
  assert.equal(header("/sw.js", "cache-control"), "no-cache");
  assert.match(header("/offline", "content-security-policy")!, /script-src 'self'/);
  assert.equal(header(island, "x-content-type-options"), "nosniff");
});

Deno.test("loadAssets() serves files and nothing else", async () => {
  await using house = await served();
  const { serve, island } = house;
  for (
    const path of [
      "/",
      "/_i/",
      "/static/../deno.json",
      "/assets.json",
      "/stamp",
      "/sw_off.js",
      `${island}.br`,
    ]
  ) {
    assert.equal(serve(get(), path), undefined, path);
  }
});

Deno.test("loadAssets() serves the kill switch in the worker's place when the worker is not to live", async () => {
  await using site = await testSite();
  await build(site);
  const { serve } = await loadAssets({ root: site.root, worker: false });
  assert.equal(await serve(get(), "/sw.js")!.text(), await site.read("dist/sw_off.js"));
  assert.match(await site.read("dist/sw_off.js"), /unregister\(\)/);
});

Deno.test("loadAssets() says what to do when nothing was built", async () => {
  await using site = await testSite();
  await assert.rejects(
    loadAssets({ root: site.root, worker: true }),
    /Cannot load the assets: .*deno task build/,
  );
});
