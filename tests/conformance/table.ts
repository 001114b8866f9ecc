/**
 * The table of `docs/webphone_api.md`: each row of the checklist, how it stands, and where it is tested. It is read off
 * the tests themselves: `deno run --allow-read=. --allow-write=docs tests/conformance/table.ts --write`.
 *
 * @module
 */
import { type Row, ROWS, WAITING, type Waiting } from "./rows.ts";

const HERE = new URL(".", import.meta.url);

/** The page that the table stands in. */
export const PAGE: URL = new URL("../../docs/webphone_api.md", import.meta.url);

const BEGIN = "<!-- Made by tests/conformance/table.ts, from here -->";
const END = "<!-- to here -->";

/** Where the rows are tested: file names by row, in Chromium and in Firefox. */
export interface Tested {
  readonly chromium: ReadonlyMap<Row, readonly string[]>;
  readonly firefox: ReadonlyMap<Row, readonly string[]>;
}

/** Reads the names of the rows off the test files. Throws for a row that the checklist has not. */
export function testedRows(): Tested {
  const tested = { chromium: new Map<Row, string[]>(), firefox: new Map<Row, string[]>() };
  const files = [...Deno.readDirSync(HERE)].map(({ name }) => name).filter((name) =>
    name.endsWith("_test.ts")
  );
  for (const file of files.sort()) {
    const text = Deno.readTextFileSync(new URL(file, HERE));
    for (const [, kind, row = ""] of text.matchAll(/\b(rowTest|firefoxRow)\(\s*"([^"]*)"/g)) {
      if (!isRow(row)) throw new Error(`Cannot read ${file}: there is no row ${row}`);
      const rows = kind === "rowTest" ? tested.chromium : tested.firefox;
      rows.set(row, [...new Set([...rows.get(row) ?? [], file])]);
    }
  }
  return tested;
}

const isRow = (text: string): text is Row => Object.hasOwn(ROWS, text);

/** What is wrong between the checklist, the tests and what waits; nothing, as it should be. */
export function gaps({ chromium }: Tested, waiting: readonly Waiting[] = WAITING): readonly string[] {
  const isWhole = ({ row, what }: Waiting) => what === ROWS[row];
  const waits = new Set(waiting.filter(isWhole).map(({ row }) => row));
  return (Object.keys(ROWS) as Row[]).flatMap((row) => {
    if (chromium.has(row)) return waits.has(row) ? [`row ${row} is tested, but listed as waiting`] : [];
    return waits.has(row) ? [] : [`row ${row} has neither a test nor a reason to wait`];
  });
}

/** The table as Markdown, with its columns aligned as `deno fmt` does it. */
export function tableOf({ chromium, firefox }: Tested): string {
  const rows = (Object.keys(ROWS) as Row[]).sort((a, b) => Number(a) - Number(b));
  const lines = rows.flatMap((row) => [
    ...(chromium.get(row)
      ? [[row, ROWS[row], state(firefox.has(row)), chromium.get(row)?.join(", ") ?? ""]]
      : []),
    ...WAITING.filter((waiting) => waiting.row === row).map((
      { what, reason },
    ) => [row, what, "waiting", reason]),
  ]);
  const table = [["row", "what a page relies on", "state", "test, or why it waits"], ...lines];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const written = table.map((line) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [written[0], rule, ...written.slice(1)].join("\n");
}

const state = (isInFirefox: boolean): string => isInFirefox ? "tested, in Firefox too" : "tested";

/** The page with the table as it should be. Throws where the page has no place for it. */
export function withTable(page: string, table: string): string {
  const [before, rest = ""] = page.split(BEGIN);
  const [, after] = rest.split(END);
  if (before === undefined || after === undefined) {
    throw new Error(`Cannot write the table: the page has no line ${BEGIN}, or no line ${END} after it`);
  }
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}

if (import.meta.main) {
  const table = tableOf(testedRows());
  if (!Deno.args.includes("--write")) console.log(table);
  else Deno.writeTextFileSync(PAGE, withTable(Deno.readTextFileSync(PAGE), table));
}
