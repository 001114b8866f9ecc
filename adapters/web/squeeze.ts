/**
 * Takes the last bytes out of a bundled script, where every page of somebody else's has to load it.
 *
 * @module
 */
import { minify } from "terser";

/**
 * Names of members that only our own code uses, and never as texts, so that they may be shortened. A test holds them
 * apart from the names of browsers, of the protocol and of the classic API.
 */
export const OWN_NAMES: readonly string[] = `
  ahead announce asking brand cameras choose createPeerConnection emit forget hasDevices hear heard
  isHeard moved negotiation newId newStream onGesture onLeave onWake openSocket opening
  outgoing packets peek placePicture placeSound press problem receive receiving recover
  refused renew ring sendPicture succeed takeOver tell troubles unsaid unwatched want
  wants watched
`.trim().split(/\s+/);

/** Rewrites the classic script at `path` to fewer bytes, and its source map with it. Throws where it is no script. */
export async function squeezeScript(path: string): Promise<void> {
  const map = `${path}.map`;
  const { code = "", map: content = "" } = await minify(await Deno.readTextFile(path), {
    ecma: 2020,
    toplevel: true,
    compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true },
    mangle: { properties: { regex: new RegExp(`^(?:${OWN_NAMES.join("|")})$`) } },
    sourceMap: { content: await Deno.readTextFile(map), url: map.replace(/^.*[\\/]/, "") },
  });
  await Deno.writeTextFile(path, code);
  await Deno.writeTextFile(map, String(content));
}
