/**
 * Writes a line to a book: `deno run -A tests/support/add_line.ts <book.sqlite> <name>`.
 *
 * @module
 */
import { sqliteBook } from "../../adapters/book.ts";

if (import.meta.main) {
  const [path = "", name = ""] = Deno.args;
  await using book = await sqliteBook(path);
  await book.putLine(name);
}
