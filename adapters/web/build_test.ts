import assert from "node:assert/strict";
import { build } from "./build.ts";
import type { AssetNames } from "./bundle.ts";
import { filesIn } from "./stamp.ts";
import { type TestSite, testSite } from "./test_site.ts";

const names = async (site: TestSite): Promise<AssetNames> => JSON.parse(await site.read("dist/assets.json"));

Deno.test("build() makes everything that a page, the drop-in script and the worker need", async () => {
  await using site = await testSite();
  assert.equal(await build(site), true);
  const { scripts, styles } = await names(site);
  const hello = scripts.Hello!;
  assert.match(hello.src, /^\/_i\/Hello-[A-Z0-9]{8}\.js$/);
  assert.ok(hello.preload.length > 0, "the chunk with Preact is shared with boot");
  assert.deepEqual(hello.preload, scripts.boot!.preload);
  const css = await site.read(`dist${styles.styles}`);
  assert.match(css, /^body\{margin:0;background:url\(\/static\/icons\/dot\.svg\)\}/);

  for (
    const file of ["WebphoneAPI.js", "WebphoneAPI.d.ts", "sw.js", "sw_off.js", "offline.html", hello.src]
  ) {
    for (const suffix of ["", ".br", ".gz"]) await Deno.stat(`${site.root}/dist/${file}${suffix}`);
  }
  await Deno.stat(`${site.root}/dist/static/icons/dot.svg.br`);

  const worker = await site.read("dist/sw.js");
  assert.ok(
    worker.includes(`{"revision":null,"url":"${hello.src}"}`),
    "hashed files are kept under their names",
  );
  assert.match(worker, /\{"revision":"\w{32}","url":"\/offline"\}/);
  assert.match(worker, /\{"revision":"\w{32}","url":"\/static\/icons\/dot\.svg"\}/);
  assert.ok(!worker.includes('.map"'), "source maps are not kept");
});

Deno.test("build() makes the first script fit to stand inside a page, with the hash that lets it run", async () => {
  await using site = await testSite();
  await site.write("islands/early_line.ts", `document.title = "</script><!--" + location.host;`);
  await build(site);
  const { inline: { early_line: script } } = await names(site);
  assert.match(script!.text, /document\.title/);
  assert.doesNotMatch(script!.text, /<\/script|<!--/);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script!.text));
  assert.equal(script!.hash, `sha256-${new Uint8Array(digest).toBase64()}`);
});

Deno.test("build() does nothing while the sources say the same, and drops what they no longer say", async () => {
  await using site = await testSite();
  await build(site);
  const before = await names(site);
  await site.write("phone/greeting.ts", await site.read("phone/greeting.ts"));
  await site.write("phone/greeting_test.ts", "nothing is made from tests");
  assert.equal(await build(site), false);

  await site.write("phone/greeting.ts", `export const greeting = "Good morning";`);
  assert.equal(await build(site), true);
  const after = await names(site);
  assert.notEqual(after.scripts.Hello!.src, before.scripts.Hello!.src);
  assert.equal(after.styles.styles, before.styles.styles);
  const files = filesIn(site.root, "dist/_i");
  assert.ok(files.includes(`dist${after.scripts.Hello!.src}.br`));
  assert.deepEqual(files.filter((file) => file.startsWith(`dist${before.scripts.Hello!.src}`)), []);
});

Deno.test("build() takes nothing that a failed build has left for its own", async () => {
  await using site = await testSite();
  await build(site);
  const before = await names(site);
  const changed = ["phone/greeting.ts", "phone/webphone_types.ts"] as const;
  const good = await Promise.all(changed.map((file) => site.read(file)));
  await site.write("phone/greeting.ts", `export const greeting = "Hullo";`);
  await site.write("phone/webphone_types.ts", `import x from "y"; export type A = x;`);
  await assert.rejects(build(site));

  for (const [index, file] of changed.entries()) await site.write(file, good[index]!);
  assert.equal(await build(site), true);
  assert.deepEqual(await names(site), before);
});

Deno.test("build() names the file of an error, and tries again the next time", async () => {
  await using site = await testSite();
  await site.write("islands/Hello.tsx", "export const Hello = <p>");
  await assert.rejects(build(site), /islands\/Hello\.tsx:1/);
  await assert.rejects(build(site), /islands\/Hello\.tsx:1/);
});
