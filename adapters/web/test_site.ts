/**
 * A small site in a temporary folder, for the tests of this folder.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { House } from "../../routes/house.ts";
import { ROOT } from "./paths.ts";

const FILES: Readonly<Record<string, string>> = {
  "deno.json": "{}",
  "islands/Hello.tsx": `
    import { useState } from "preact/hooks";
    import { greeting } from "../phone/greeting.ts";
    export function Hello({ name }: { name: string }) {
      const [times, setTimes] = useState(0);
      return <button onClick={() => setTimes(times + 1)}>{greeting} {name} {times}</button>;
    }`,
  "phone/greeting.ts": `export const greeting = "Hello";`,
  "phone/webphone_api.ts": `Object.assign(globalThis, { OzWebClient: { connect() {} } });`,
  "phone/webphone_types.ts": `
    /** Where a call stands. */
    export type CallState = "RINGING" | "COMPLETED";
    /** The client. */
    export declare const OzWebClient: { connect(server: string): void };
    export interface Call { start(): void }`,
  "static/styles.css": `body { margin: 0; background: url("/static/icons/dot.svg") }`,
  "static/icons/dot.svg": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">${
    `<path d="M0 0h9"/>`.repeat(20)
  }</svg>`,
};

/** A folder of sources that removes itself. */
export interface TestSite extends AsyncDisposable {
  readonly root: string;
  write(name: string, text: string): Promise<void>;
  read(name: string): Promise<string>;
}

/** Writes a site with one island. */
export async function testSite(): Promise<TestSite> {
  const root = await Deno.makeTempDir({ prefix: "site-" });
  const site: TestSite = {
    root,
    async write(name, text) {
      await Deno.mkdir(dirname(join(root, name)), { recursive: true });
      await Deno.writeTextFile(join(root, name), text);
    },
    read: (name) => Deno.readTextFile(join(root, name)),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
  for (const [name, text] of Object.entries(FILES)) await site.write(name, text);
  await site.write("islands/boot.ts", await Deno.readTextFile(join(ROOT, "islands/boot.ts")));
  return site;
}

/** A house in which only Alice (1001) lives and nothing works but what is given. */
export const testHouse = (given: Partial<House> = {}): House => ({
  asset: () => undefined,
  page: (_request, page) => new Response(page.title, { status: page.status ?? 200 }),
  agent: (number) =>
    Promise.resolve(
      number === "1001" ? { number, name: "Alice", line: "Webphone1", elect: true } : undefined,
    ),
  secureUrl: ({ url }) => url.replace("http:", "https:"),
  startsAnother: () => Promise.resolve(false),
  agentOf: () => Promise.resolve(false),
  opening: () => {},
  exchangeKey: () => Promise.resolve({ refused: "wrong-key" }),
  upgrade: () => new Response(null, { status: 501 }),
  api: {
    caller: () => Promise.resolve({ refused: "unknown-token", detail: "Cannot go on" }),
    makeToken: () => Promise.resolve({ refused: "forbidden", detail: "Cannot make token" }),
    history: () => Promise.resolve({ count: 0, entries: [] }),
    extensions: () => Promise.resolve([]),
    order: () => Promise.resolve({ refused: "no-such-call", detail: "Cannot go on" }),
  },
  check: () => Promise.resolve({ bus: "ok" }),
  log: () => {},
  ...given,
});
