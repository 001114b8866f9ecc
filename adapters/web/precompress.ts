/**
 * Compression at build time, as hard as it goes: it is done once, and the server then only copies bytes.
 *
 * @module
 */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

const TEXT = /\.(?:js|css|html|svg|json|txt|d\.ts|webmanifest)$/;

/** Whether the file holds text, so that compressing it pays. */
export const isText = (path: string): boolean => TEXT.test(path);

/** The size of `bytes` after brotli at its best, in bytes. */
export const brotliSize = async (bytes: Uint8Array): Promise<number> => (await squeeze(bytes)).length;

/** Writes `<target>.br` and `<target>.gz` for the file at `path`. */
export async function precompress(path: string, target = path): Promise<void> {
  const bytes = await Deno.readFile(path);
  await Promise.all([
    squeeze(bytes).then((compressed) => Deno.writeFile(`${target}.br`, compressed)),
    gzipped(bytes, { level: 9 }).then((compressed) => Deno.writeFile(`${target}.gz`, compressed)),
  ]);
}

const squeeze = (bytes: Uint8Array): Promise<Uint8Array> =>
  brotli(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
