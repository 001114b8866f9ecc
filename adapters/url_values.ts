/**
 * The values behind the question mark of a setting that is a URL, such as `coturn:?port=3478&tls=5349`.
 *
 * @module
 */
import { SettingError } from "./settings.ts";

/**
 * The values by name. Throws {@linkcode SettingError} for a name that is not among `known`; it quotes no value, as one
 * may be a secret.
 */
export function valuesOf<Name extends string>(
  setting: string,
  url: URL,
  known: readonly Name[],
): { readonly [name in Name]?: string } {
  // A plus sign is one: base64 has them.
  const given = new URLSearchParams(url.search.replaceAll("+", "%2B"));
  const strange = [...given.keys()].find((name) => !known.some((word) => word === name));
  if (strange === undefined) return Object.fromEntries(given) as { readonly [name in Name]?: string };
  throw new SettingError(
    `Cannot use ${setting}=${url.protocol} with ${strange}: this build knows ${known.join(", ")}`,
  );
}

/** The port that `text` tells. Throws {@linkcode SettingError} unless it is one from 1 to 65535. */
export function portOf(setting: string, text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new SettingError(`Cannot use ${setting} with port ${text}: expected one from 1 to 65535`);
}
