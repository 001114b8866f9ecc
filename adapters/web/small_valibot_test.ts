/** What our own pages read with where they do by schema: the door for what is said of links, held to that of the server. */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { MessageError } from "../../protocol/messages.ts";
import * as onServer from "../../protocol/link_messages.ts";
import { bundleShell, stopBundling } from "./bundle.ts";
import { ROOT } from "./paths.ts";

const text = await Deno.readTextFile(join(ROOT, "docs/protocol.md"));
const EXAMPLES = [...text.matchAll(/^```json links\n([\s\S]*?)^```$/gm)].map(([, json = ""]) =>
  JSON.parse(json)
);

/** The field that is wrong, or nothing where all is right. */
function fieldIn(parse: (text: string) => unknown, message: unknown): string | undefined {
  try {
    parse(JSON.stringify(message));
    return undefined;
  } catch (error) {
    return (error as MessageError).field;
  }
}

async function doorInBrowsers(): Promise<(text: string) => unknown> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      join(folder, "entry.ts"),
      `import { parseLinkMessage } from ${JSON.stringify(join(ROOT, "protocol/link_messages.ts"))};
       globalThis.parseInBrowsers = parseLinkMessage;`,
    );
    const options = { root: ROOT, dist: folder, dev: false };
    const { names } = await bundleShell([join(folder, "entry.ts")], options);
    await import(`file://${folder}/${names.scripts["entry"]?.src}`);
    return (globalThis as unknown as { parseInBrowsers: (text: string) => unknown }).parseInBrowsers;
  } finally {
    await stopBundling();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Puts `value` somewhere into a copy of a message, or takes out what was there. */
function spoilt(message: unknown, path: readonly number[], value: unknown): unknown {
  const [first = 0, ...rest] = path;
  if (typeof message !== "object" || message === null || path.length === 0) return value;
  const keys = Object.keys(message);
  const key = keys[first % Math.max(1, keys.length)] ?? "";
  const copy = structuredClone(message) as Record<string, unknown>;
  const changed = spoilt(copy[key], rest, value);
  if (changed === undefined) delete copy[key];
  else copy[key] = changed;
  return copy;
}

Deno.test("browsers read what the server's valibot reads, and refuse the same field", async () => {
  const parse = await doorInBrowsers();
  assert.ok(EXAMPLES.length > 0);
  for (const example of EXAMPLES) assert.deepEqual(parse(JSON.stringify(example)), example);
  fc.assert(
    fc.property(
      fc.constantFrom(...EXAMPLES),
      fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
      fc.oneof(fc.constant(undefined), fc.jsonValue()),
      (example, path, value) => {
        const message = spoilt(example, path, value);
        assert.equal(fieldIn(parse, message), fieldIn(onServer.parseLinkMessage, message));
      },
    ),
    { numRuns: 2000 },
  );
});
