/**
 * `/WebphoneAPI`: the script for pages written for the classic API. It runs as one classic script, defines the
 * globals that such pages use, and nothing else (rows 1 to 7).
 *
 * @module
 */
import { thisBrowser } from "./browser.ts";
import { ClassicClient } from "./classic_client.ts";
import { thisPage } from "./classic_page.ts";
import type * as classic from "./webphone_types.ts";

const named = <const N extends string>(...names: N[]) =>
  Object.fromEntries(names.map((name) => [name, name])) as { readonly [Name in N]: Name };

/** The globals, each typed as `/WebphoneAPI.d.ts` promises. */
interface Globals {
  readonly OzWebClient: classic.OzWebClient;
  readonly OzCamera: typeof classic.OzCamera;
  readonly ConnectionState: typeof classic.ConnectionState;
  readonly CallState: typeof classic.CallState;
  readonly CallType: typeof classic.CallType;
}

function globals(script: URL): Globals {
  const client = new ClassicClient(thisBrowser, thisPage, script);
  return {
    OzWebClient: client,
    OzCamera: { getCameraByName: (name) => client.cameras.get(name) },
    ConnectionState: named("ACCESS_GRANTED", "ACCESS_DENIED", "CONNECTION_FAILED", "CONNECTION_CLOSED"),
    CallState: {
      ...named("RINGING", "NOT_FOUND", "REJECTED", "HOLD", "IN_CALL", "COMPLETED", "BUSY"),
      ANSWERED: "IN_CALL",
    },
    CallType: named("AUDIO", "VIDEO"),
  };
}

/** Known only while the script runs for the first time; a module has none, and then the page's own server is meant. */
const script = (document.currentScript as HTMLScriptElement | null)?.src || location.href;

// A page that has the tag twice keeps the client that its handlers are registered with.
if (!("OzWebClient" in globalThis)) Object.assign(globalThis, globals(new URL(script)));
