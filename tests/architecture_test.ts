/** The arrows of the house: which room may import which. Reads the imports of every source file. */
import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path/posix";
import ts from "typescript";

const ROOT = new URL("..", import.meta.url).pathname;

/** Per room: the rooms and outside packages that its files may import. Tests may import anything. */
const MAY: Record<string, { rooms: string[]; packages: RegExp; most?: number }> = {
  protocol: { rooms: [], packages: /^valibot$/ },
  phone: { rooms: ["protocol"], packages: /^@preact\/signals-core$/ },
  islands: { rooms: ["phone", "protocol"], packages: /^(preact(\/.*)?|@preact\/signals)$/ },
  pbx: { rooms: ["protocol"], packages: /^$/ },
  adapters: { rooms: ["pbx/ports.ts", "protocol"], packages: /./, most: 1 },
  "adapters/web": {
    rooms: ["pbx/ports.ts", "protocol", "routes", "adapters"],
    packages: /^(node:.*|hono(\/.*)?|preact.*|esbuild|terser|workbox-.*|typescript)$/,
  },
  routes: { rooms: ["islands", "protocol", "manifest.webmanifest"], packages: /^(hono(\/.*)?|preact.*)$/ },
};

/** Words of one world that must not be spoken in another. */
const FORBIDDEN: Record<string, RegExp> = {
  protocol: /\b(Deno|document|window|process)\./,
  phone: /\b(Deno|process)\./,
  islands: /\b(Deno|process)\./,
  pbx: /\b(Deno|document|window|process)\.|node:/,
};

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly { from: string; isTypeOnly: boolean }[];
}

const IMPORT =
  /^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+["']([^"']+)["']|^\s*import\s+["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

function* walk(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory && entry.name !== "node_modules") yield* walk(path);
    if (entry.isFile && /\.tsx?$/.test(entry.name)) yield path;
  }
}

function read(path: string): Source {
  const text = Deno.readTextFileSync(path);
  const here = relative(ROOT, path);
  const imports = [...text.matchAll(IMPORT)].map((match) => {
    const from = match[2] ?? match[3] ?? match[4] ?? "";
    return {
      from: from.startsWith(".") ? join(dirname(here), from) : from,
      isTypeOnly: match[1] !== undefined,
    };
  });
  return {
    path: here,
    room: here.startsWith("adapters/web/") ? "adapters/web" : here.split("/")[0] ?? "",
    text,
    imports,
  };
}

const rooms = Object.keys(MAY).filter((room) => !room.includes("/")).map((room) => join(ROOT, room));
const isTest = (path: string) => /_test\.tsx?$/.test(path);
const sources = rooms.flatMap((room) => [...walk(room)]).filter((path) => !isTest(path)).map(read);

/** Sources and tests alike. */
const files = [join(ROOT, "main.ts"), ...[...rooms, join(ROOT, "tests")].flatMap((room) => [...walk(room)])]
  .map(read);

/** `kysely/migration` is `kysely`, `@preact/signals` is itself. */
const packageOf = (from: string) => from.split("/").slice(0, from.startsWith("@") ? 2 : 1).join("/");

const isOwn = (from: string) =>
  /\.(tsx?|js|webmanifest)$/.test(from) && !from.includes(":") && !from.startsWith("workbox-");

function offences({ path, room, imports }: Source): string[] {
  const rule = MAY[room];
  if (!rule) return [`${path} is in no room`];
  const wrong = imports.filter(({ from, isTypeOnly }) => {
    if (!isOwn(from)) return !rule.packages.test(from);
    const allowed = [room, ...rule.rooms, ...(room === "routes" && isTypeOnly ? ["pbx"] : [])];
    return !allowed.some((place) => from === place || from.startsWith(`${place}/`));
  });
  const packages = new Set(imports.map(({ from }) => from).filter((from) => !isOwn(from)).map(packageOf));
  const tooMany = rule.most !== undefined && packages.size > rule.most ? [[...packages].join(" and ")] : [];
  return [...wrong.map(({ from }) => from), ...tooMany].map((what) => `${path} imports ${what}`);
}

Deno.test("every file imports only what its room may import", () => {
  assert.ok(sources.length > 30, "the sources were found");
  assert.deepEqual(sources.flatMap(offences), []);
});

Deno.test("no room speaks the words of a world it must not know", () => {
  const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  const spoken = sources.filter(({ room, text }) => FORBIDDEN[room]?.test(withoutComments(text)));
  assert.deepEqual(spoken.map(({ path }) => path), []);
});

Deno.test("no file is longer than 400 lines, tests and all", () => {
  const long = files.filter(({ text }) => text.split("\n").length > 401);
  assert.deepEqual(long.map(({ path }) => path), []);
});

/** The functions of a file that are longer than 60 lines. */
function longFunctions({ path, text }: Source): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const lineAt = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const first = lineAt(node.getStart(file));
    const length = lineAt(node.end) - first + 1;
    if (ts.isFunctionLike(node) && length > 60) found.push(`${path}:${first + 1} has ${length} lines`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

Deno.test("no function is longer than 60 lines, tests and all", () => {
  assert.deepEqual(files.flatMap(longFunctions), []);
});
