/**
 * Files that nobody else on the machine may read, such as keys and secrets.
 *
 * @module
 */

/** The text of a file; `undefined` when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Writes a file with mode 0600 unless it has this text already; answers whether it had not. It is written beside its
 * place and then moved there: readable by nobody else at any moment, and never half there.
 */
export async function writeIfNew(path: string, text: string): Promise<boolean> {
  if (await readIfThere(path) === text) return false;
  await Deno.writeTextFile(`${path}.new`, text, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
  return true;
}
