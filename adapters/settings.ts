/**
 * What the operator may set, all of it by environment variables, all of it optional.
 *
 * @module
 */
import { LOG_LEVELS, type LogLevel } from "./log.ts";

/** A setting that the operator got wrong, in words that tell what to change. */
export class SettingError extends Error {
  override name = "SettingError";
}

/** The settings, read and understood. */
export interface Settings {
  /** The address to listen on; `::` is every interface, by IPv4 and IPv6. */
  readonly host: string;
  /** TCP ports; 0 lets the system choose. */
  readonly port: number;
  readonly httpsPort: number;
  readonly dataDir: string;
  /** The origin under which the world finds us (behind a proxy), without a slash at its end. */
  readonly publicUrl?: string | undefined;
  /** Paths of the operator's own certificate and key, as PEM. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** One adapter per port, by URL. */
  readonly bus: URL;
  readonly calls: URL;
  readonly book: URL;
  readonly media: URL;
  readonly turn: URL;
  readonly log: LogLevel;
}

/** Name, default, and what it is for, in the order of `--help`. */
const HELP = [
  ["HOST", "all interfaces", "address to listen on"],
  ["PORT", "7777", "port for HTTP"],
  ["HTTPS_PORT", "7778", "port for HTTPS, which phones on the LAN need for camera and microphone"],
  ["DATA_DIR", "./data", "folder for everything that must outlive a restart"],
  ["PUBLIC_URL", "none", "the origin people open when a proxy stands in front, such as https://pbx.example"],
  ["TLS_CERT", "own CA", "your own certificate chain for HTTPS, a PEM file"],
  ["TLS_KEY", "own CA", "the key that belongs to TLS_CERT, a PEM file"],
  ["BUS", "memory:", "how messages travel between phones: memory:"],
  ["CALLS", "sqlite:", "where live calls are kept: sqlite:"],
  ["BOOK", "sqlite:", "where agents, sign-ins, tokens and history are kept: sqlite:"],
  ["MEDIA", "direct:", "how sound and picture travel: direct: (from browser to browser)"],
  ["TURN", "none", "a relay for phones behind strict firewalls: coturn: (we start it), turn://…, turns://…"],
  ["SIP", "none", "a file with trunks and registrations; this build knows none"],
  ["LOG", "info", `the least level of the log on stderr: ${LOG_LEVELS.join(", ")}`],
] as const;

/** Names of the environment variables that are read, for the permissions of the tasks and their test. */
export const SETTING_NAMES: readonly string[] = HELP.map(([name]) => name);

/** What `--help` prints. */
export const HELP_TEXT = `Outside Line, a webphone you host yourself.

  deno task start              build what is stale and serve
  deno task agent add <number> [--name "Alice"] [--line Webphone1] [--elect] [--supervisor]
                  [--email alice@shop.example] [--mobile +36301234567]
  deno task agent change <number> [--name …] [--email …] [--mobile …]
  deno task agent list | link <number> | remove <number>
  deno task token new --line Webphone1 [--may calls,messages,sessions,modify,history,listen] [--for 1d]
                  [--origin https://…]
  deno task token list | remove <beginning of its hash>

Settings, from the environment, all optional:

${HELP.map(([name, preset, what]) => `  ${name.padEnd(11)} ${preset.padEnd(15)} ${what}`).join("\n")}

A relay, by TURN:
  coturn:[?port=3478&tls=5349&relay=49152-65535&address=…&host=…&external=…]   Debian's coturn, started by us
  turn://host[:3478]?secret=…[&transport=udp,tcp][&tls=5349]                   somebody else's, by a shared secret
  turns://host[:5349]?secret=…                                                 the same over TLS alone
`;

/** Reads the settings from an environment. Throws {@linkcode SettingError}. */
export function readSettings(get: (name: string) => string | undefined): Settings {
  const read = (name: string) => get(name)?.trim() || undefined;
  refuseWhatComesLater(read);
  return {
    host: read("HOST") ?? "::",
    port: portOf("PORT", read("PORT") ?? "7777"),
    httpsPort: portOf("HTTPS_PORT", read("HTTPS_PORT") ?? "7778"),
    dataDir: read("DATA_DIR") ?? "./data",
    publicUrl: publicUrlOf(read("PUBLIC_URL")),
    tls: tlsOf(read("TLS_CERT"), read("TLS_KEY")),
    bus: urlOf("BUS", read("BUS") ?? "memory:"),
    calls: urlOf("CALLS", read("CALLS") ?? "sqlite:"),
    book: urlOf("BOOK", read("BOOK") ?? "sqlite:"),
    media: urlOf("MEDIA", read("MEDIA") ?? "direct:"),
    turn: urlOf("TURN", read("TURN")?.replace(/^none$/, "none:") ?? "none:", "coturn: or turn://host"),
    log: logLevelOf(read("LOG") ?? "info"),
  };
}

/**
 * Opens the adapter that `table` has for the scheme of `url`, the value of the setting `name`. Throws
 * {@linkcode SettingError} when it has none.
 */
export function open<T>(name: string, table: Record<string, (url: URL) => T>, url: URL): T {
  const adapter = Object.hasOwn(table, url.protocol) ? table[url.protocol] : undefined;
  if (adapter) return adapter(url);
  throw new SettingError(
    `Cannot use ${name}=${shown(url)}: this build knows ${Object.keys(table).join(", ")}`,
  );
}

/** A URL of the operator's may hold a password, and what we print may end in a log. */
function shown(url: URL): string {
  const copy = new URL(url);
  if (copy.password) copy.password = "…";
  if (copy.searchParams.has("secret")) copy.searchParams.set("secret", "…");
  return decodeURI(copy.href);
}

function refuseWhatComesLater(read: (name: string) => string | undefined): void {
  if (read("SIP")) throw new SettingError("Cannot use SIP: this build knows none, leave it out");
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new SettingError(`Cannot use ${name}=${text}: expected a port from 0 to 65535`);
}

function urlOf(name: string, text: string, example = "memory: or sqlite:"): URL {
  if (URL.canParse(text)) return new URL(text);
  const safe = text.replace(/secret=[^&]*/, "secret=…");
  throw new SettingError(`Cannot use ${name}=${safe}: expected a URL such as ${example}`);
}

function publicUrlOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === "/" && !url.search && !url.hash) {
    return url.origin;
  }
  throw new SettingError(`Cannot use PUBLIC_URL=${text}: expected an origin such as https://pbx.example`);
}

function tlsOf(cert: string | undefined, key: string | undefined): Settings["tls"] {
  if (cert && key) return { cert, key };
  if (!cert && !key) return undefined;
  const [has, lacks] = cert ? ["TLS_CERT", "TLS_KEY"] : ["TLS_KEY", "TLS_CERT"];
  throw new SettingError(`Cannot use ${has} alone: set ${lacks} as well`);
}

function logLevelOf(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return level;
  throw new SettingError(`Cannot use LOG=${text}: expected one of ${LOG_LEVELS.join(", ")}`);
}
