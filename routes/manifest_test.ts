import assert from "node:assert/strict";
import { createApp } from "../adapters/web/app.ts";
import { testHouse } from "../adapters/web/test_site.ts";
import * as route from "./manifest.ts";

const alice = { number: "1001", name: "Alice", line: "Webphone1", elect: true };

Deno.test("the manifest makes an agent's phone an app of its own", async () => {
  const app = createApp(testHouse(), [route]);
  const response = await app.request("/agent/1001/manifest.webmanifest");
  assert.equal(response.headers.get("content-type"), "application/manifest+json");
  const manifest = await response.json();
  assert.equal(manifest.name, "Alice – Outside Line");
  for (const member of ["id", "start_url", "scope"]) assert.equal(manifest[member], "/agent/1001");
  assert.equal(manifest.prefer_related_applications, false);
  const icons = manifest.icons.map((icon: { sizes: string; purpose: string }) =>
    `${icon.sizes} ${icon.purpose}`
  );
  for (const icon of ["192x192 any", "512x512 any", "512x512 maskable", "512x512 monochrome"]) {
    assert.ok(icons.includes(icon), icon);
  }
  assert.equal((await app.request("/agent/1009/manifest.webmanifest")).status, 404);
});

Deno.test("agentManifest() keeps the scopes of two agents apart, even where one number starts another", () => {
  const short = route.agentManifest(alice, true);
  const long = route.agentManifest({ ...alice, number: "10011" }, false);
  assert.deepEqual([short.id, long.id], ["/agent/1001", "/agent/10011"]);
  for (const url of [long.start_url, long.scope]) assert.ok(!String(url).startsWith(String(short.scope)));
  assert.ok(String(short.start_url).startsWith(String(short.scope)));
});
