import assert from "node:assert/strict";
import type { AssetNames } from "./bundle.ts";
import { createPage } from "./render.tsx";

const names: AssetNames = {
  scripts: {
    boot: { src: "/_i/boot-1.js", preload: ["/_i/c-preact.js"] },
    Hello: { src: "/_i/Hello-1.js", preload: ["/_i/c-preact.js", "/_i/c-hooks.js"] },
  },
  styles: { styles: "/_i/styles-1.css" },
  inline: { early_line: { text: `go("a" < 'b' && 1)`, hash: "sha256-abc+/=" } },
};
const request = new Request("https://phone.example:7778/agent/1001");
const Hello = ({ name }: { name: string }) => <p>Hello {name}</p>;

const page = createPage({ names, worker: true });
const rendered = () =>
  page(request, {
    title: "Alice <1001>",
    html: { "data-phone": "offline" },
    manifest: "/agent/1001/manifest.webmanifest",
    island: { name: "Hello", view: Hello, props: { name: `"Alice" & </div><script>` } },
    scripts: ["/WebphoneAPI"],
  });

Deno.test("page() draws the island and says where its script is", async () => {
  const html = await rendered().text();
  assert.ok(html.startsWith(`<!doctype html><html lang="en" data-phone="offline">`));
  assert.match(html, /<title>Alice &lt;1001(?:>|&gt;)<\/title>/);
  assert.match(html, /<div data-island="Hello" data-src="\/_i\/Hello-1\.js" data-props="[^"]*"><p>Hello /);
  const props = /data-props="([^"]*)"/.exec(html)![1]!.replaceAll("&quot;", '"').replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
  assert.deepEqual(JSON.parse(props), { name: `"Alice" & </div><script>` });
  assert.match(html, /<link rel="manifest" href="\/agent\/1001\/manifest\.webmanifest"\/>/);
  assert.match(html, /<script src="\/WebphoneAPI"><\/script>/);
});

Deno.test("page() has every chunk fetched at once, and each once", async () => {
  const html = await rendered().text();
  const preloaded = [...html.matchAll(/<link rel="modulepreload" href="([^"]*)"/g)].map(([, href]) => href);
  assert.deepEqual(preloaded, ["/_i/c-preact.js", "/_i/c-hooks.js", "/_i/Hello-1.js"]);
  assert.match(html, /<script type="module" src="\/_i\/boot-1\.js">/);
});

Deno.test("page() lets a document run and reach nothing but its own server", async () => {
  const { headers } = rendered();
  const policy = Object.fromEntries(
    headers.get("content-security-policy")!.split("; ").map((part) =>
      part.split(/ (.*)/s) as [string, string]
    ),
  );
  assert.equal(policy["default-src"], "'self'");
  assert.equal(policy["script-src"], "'self'");
  assert.equal(policy["connect-src"], "'self' ws://phone.example:7778 wss://phone.example:7778");
  assert.equal(policy["media-src"], "'self' blob:");
  assert.equal(policy["worker-src"], "'self'");
  assert.equal(policy["object-src"], "'none'");
  assert.equal(policy["base-uri"], "'none'");
  assert.equal(policy["frame-ancestors"], "'self'");
  assert.ok(!headers.get("content-security-policy")!.includes("unsafe"));
  assert.match(headers.get("permissions-policy")!, /camera=\(self\), .*microphone=\(self\)/);
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  const html = await rendered().text();
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/, "no inline script");
  assert.doesNotMatch(html, /(?:src|href)="(?:https?:)?\/\//, "no other host");
});

Deno.test("page() runs the first script before it fetches anything, and no other script that stands inside", async () => {
  const early = page(request, {
    title: "",
    first: { name: "early_line", data: { number: "1001" } },
    island: { name: "Hello", view: Hello, props: { name: "" } },
  });
  const policy = early.headers.get("content-security-policy")!;
  assert.match(policy, /script-src 'self' 'sha256-abc\+\/=';/);
  assert.ok(!policy.includes("unsafe"));
  const html = await early.text();
  const [script = ""] = /<script data-number="1001">.*?<\/script>/.exec(html) ?? [];
  assert.equal(script, `<script data-number="1001">go("a" < 'b' && 1)</script>`);
  const [before = ""] = html.split(script);
  assert.match(before, /<head><meta charset="utf-8"\/>$/);
  assert.doesNotMatch(html.replace(script, ""), /<script(?![^>]*\ssrc=)/, "no other inline script");
});

Deno.test("page() keeps a strange Host out of the policy", () => {
  const strange = new Request("http://evil;script-src*/");
  const policy = page(strange, { title: "" }).headers.get("content-security-policy")!;
  assert.ok(!policy.includes("evil"), policy);
});

Deno.test("page() names what is missing, and no worker when there is to be none", async () => {
  const nowhere = { title: "", island: { name: "Nobody", view: Hello, props: { name: "" } } };
  assert.throws(() => page(request, nowhere), /Cannot render the page: there is no Nobody in the build/);
  const early = { title: "", first: { name: "late_line", data: {} } };
  assert.throws(() => page(request, early), /Cannot render the page: there is no late_line in the build/);
  const html = await createPage({ names, worker: false })(request, { title: "" }).text();
  assert.ok(!html.includes("serviceworker"));
});
