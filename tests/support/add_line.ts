/**
 * Writes lines to a book: `deno run -A tests/support/add_line.ts <book.sqlite> <name>…`.
 *
 * @module
 */
import { sqliteBook } from "../../adapters/book.ts";

if (import.meta.main) {
  const [path = "", ...names] = Deno.args;
  await using book = await sqliteBook(path);
  for (const name of names) await book.putLine(name);
}
