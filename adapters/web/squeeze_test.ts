import assert from "node:assert/strict";
import { join } from "node:path";
import { squeezeModule, squeezeScript } from "./squeeze.ts";

Deno.test("squeezeScript() shortens own names, takes out what nobody uses, and keeps the map right", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "script.js");
    const script = `class Phone {
      spare() { return "left over"; }
      wanted() { return this.used() + this.page; }
      used() { return "used words"; }
      page = 1;
    }
    globalThis.phone = new Phone().wanted();`;
    await Deno.writeTextFile(path, script);
    await Deno.writeTextFile(
      `${path}.map`,
      JSON.stringify({ version: 3, sources: ["a.ts"], names: [], mappings: "" }),
    );
    await squeezeScript(path, ["spare", "used", "wanted"]);

    const squeezed = await Deno.readTextFile(path);
    assert.doesNotMatch(squeezed, /spare|left over|wanted|used\(|sourceMappingURL/);
    assert.match(squeezed, /page/);
    new Function(squeezed)();
    assert.equal((globalThis as unknown as { phone: string }).phone, "used words1");
    assert.equal(JSON.parse(await Deno.readTextFile(`${path}.map`)).version, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("squeezeModule() leaves what other modules know of it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "module.js");
    const map = { version: 3, sources: ["a.ts"], names: [], mappings: "" };
    const script = `const unused = 1, local = { ring() { return "rings"; } }; export { local as phone };`;
    await Deno.writeTextFile(path, script);
    await Deno.writeTextFile(`${path}.map`, JSON.stringify(map));
    await squeezeModule(path);

    const squeezed = await Deno.readTextFile(path);
    assert.doesNotMatch(squeezed, /unused|local/);
    const { phone } = await import(`data:text/javascript,${encodeURIComponent(squeezed)}`);
    assert.equal(phone.ring(), "rings");
    assert.equal(JSON.parse(await Deno.readTextFile(`${path}.map`)).version, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
