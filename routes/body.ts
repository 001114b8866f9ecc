/**
 * Reading what a request brings along.
 *
 * @module
 */

/** The text of a body of at most `most` characters; `undefined` for a bigger one, which is not read to its end. */
export async function textOf(request: Request, most: number): Promise<string | undefined> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > most) return undefined;
  }
  return text + decoder.decode();
}
