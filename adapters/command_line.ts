/**
 * Reading what stands behind a command. What is wrong is told in words that begin with what cannot be done.
 *
 * @module
 */
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** The flags and the other words of a command. Throws "`cannot`: …" for a flag that is not among `options`. */
export function flagsOf<const O extends ParseArgsOptionsConfig>(
  cannot: string,
  words: readonly string[],
  options: O,
) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    // The first sentence tells what is wrong, the others are about dashes.
    const [reason] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new Error(`${cannot}: ${reason}`);
  }
}
