/**
 * What our coturn is told: where to listen, and above all where it must not relay to. Only reckoning, no process.
 *
 * @module
 */
import { SettingError } from "./settings.ts";
import { TURN_PORT, type TurnPlace, TURNS_PORT } from "./turn.ts";
import { portOf, valuesOf } from "./url_values.ts";

/** Where our coturn listens and relays; all addresses without brackets. */
export interface CoturnPlan extends TurnPlace {
  readonly address: string;
  readonly tlsPort: number;
  /** The UDP ports that it relays from, both ends included. */
  readonly relayPorts: readonly [number, number];
  /** The address that the world sees in place of ours, behind a NAT that maps one to one. */
  readonly external?: string | undefined;
}

/** What the plan depends on, beside the setting. */
export interface Surroundings {
  /** The setting `HOST`. */
  readonly host: string;
  readonly publicUrl?: string | undefined;
  /** All addresses of this machine that are not its loopback's, the one that others know it by first. */
  readonly addresses: readonly string[];
}

const NAMES = ["address", "port", "tls", "relay", "host", "external"] as const;

/** The plan that `coturn:?…` asks for. Throws {@linkcode SettingError}. */
export function planOf(url: URL, { host, publicUrl, addresses }: Surroundings): CoturnPlan {
  const given = valuesOf("TURN", url, NAMES);
  const address = ipOf(given.address) ?? addressFor(host, publicUrl, addresses);
  const external = ipOf(given.external);
  return {
    address,
    external,
    host: given.host ?? (publicUrl ? new URL(publicUrl).hostname : inUrl(external ?? address)),
    port: portOf("TURN", given.port ?? String(TURN_PORT)),
    tlsPort: portOf("TURN", given.tls ?? String(TURNS_PORT)),
    transports: ["udp", "tcp"],
    relayPorts: rangeOf(given.relay ?? "49152-65535"),
  };
}

/** Behind a proxy the pages listen on loopback, but phones must reach the relay all the same. */
function addressFor(host: string, publicUrl: string | undefined, addresses: readonly string[]): string {
  const isOne = isIp(host);
  const isForUsOnly = host === "localhost" || isLoopback(host);
  if (isOne && !isForUsOnly) return host;
  if (isForUsOnly && !publicUrl) return isOne ? host : "127.0.0.1";
  return addresses[0] ?? "127.0.0.1";
}

function ipOf(text: string | undefined): string | undefined {
  if (text === undefined || isIp(text)) return text;
  throw new SettingError(`Cannot use TURN with address ${text}: expected the IP address of one network card`);
}

function rangeOf(text: string): [number, number] {
  const [least = "", most = ""] = text.split("-");
  const range: [number, number] = [portOf("TURN", least), portOf("TURN", most)];
  if (range[0] <= range[1]) return range;
  throw new SettingError(`Cannot use TURN with relay=${text}: expected the lesser port first`);
}

/** The text of coturn's configuration file; `folder` is absolute, and holds everything that coturn reads and writes. */
export function configOf(
  plan: CoturnPlan,
  { folder, secret, addresses }: { folder: string; secret: string; addresses: readonly string[] },
): string {
  const { address, port, tlsPort, relayPorts: [least, most], external } = plan;
  return [
    `listening-ip=${address}`,
    `relay-ip=${address}`,
    // Else it looks for an IPv4 address, even where it has none.
    "allocation-default-address-family=keep",
    ...(external ? [`external-ip=${external}/${address}`] : []),
    `listening-port=${port}`,
    `tls-listening-port=${tlsPort}`,
    `min-port=${least}`,
    `max-port=${most}`,
    `cert=${folder}/cert.pem`,
    `pkey=${folder}/key.pem`,
    "no-tlsv1",
    "no-tlsv1_1",
    "no-dtls",
    "realm=outside-line",
    "use-auth-secret",
    `static-auth-secret=${secret}`,
    "fingerprint",
    "stale-nonce=600",
    // A page that died leaves its relays behind for ten minutes, and they count.
    "user-quota=200",
    "no-cli",
    "no-rfc5780",
    "no-stun-backward-compatibility",
    "response-origin-only-with-rfc5780",
    "no-software-attribute",
    // A browser relays UDP only; over TCP (RFC 6062) the relay could speak to any web server within its reach.
    "no-tcp-relay",
    ...peerRules(plan, addresses),
    "log-file=stdout",
    "simple-log",
    `pidfile=${folder}/turnserver.pid`,
    `userdb=${folder}/turndb`,
    "",
  ].join("\n");
}

/**
 * Never a phone, always something of this machine or next to it: loopback, link-local (clouds keep keys there), … No
 * range begins with `::`, which would deny everything; that address itself coturn denies unasked.
 */
const NEVER = [
  "0.0.0.1-0.255.255.255",
  "127.0.0.0-127.255.255.255",
  "169.254.0.0-169.254.255.255",
  "240.0.0.0-255.255.255.255",
  "::1",
  "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  // … and IPv4 in the guise of IPv6: mapped, translated (NAT64), 6to4.
  "::ffff:0:0-::ffff:ffff:ffff",
  "64:ff9b::-64:ff9b::ffff:ffff",
  "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

/** The networks of houses, offices and providers. */
const PRIVATE = [
  "10.0.0.0-10.255.255.255",
  "100.64.0.0-100.127.255.255",
  "172.16.0.0-172.31.255.255",
  "192.168.0.0-192.168.255.255",
  "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

/** Whoever relays for the internet must not be a door into the network that it stands in. */
function peerRules({ address, external }: CoturnPlan, addresses: readonly string[]): string[] {
  // Nobody but this machine reaches such a relay, and what it could reach is open to this machine anyway.
  if (isLoopback(address)) return ["no-multicast-peers", "allow-loopback-peers"];
  const isForInternet = external !== undefined || !isPrivate(address);
  const own = addresses.filter((other) => other !== address);
  const denied = [...NEVER, ...(isForInternet ? PRIVATE : []), ...own];
  return [
    "no-multicast-peers",
    // Two phones that both relay meet at our own address. What is allowed outdoes what is denied.
    `allowed-peer-ip=${address}`,
    ...denied.map((range) => `denied-peer-ip=${range}`),
  ];
}

/** One address, not the words for all of them. */
const isIp = (text: string): boolean =>
  /^(\d{1,3}(\.\d{1,3}){3}|[\da-f]*:[\da-f:.]+)$/i.test(text) && !/^(0\.0\.0\.0|::)$/.test(text);

const isLoopback = (address: string): boolean => /^127\.|^::1$/.test(address);

const isPrivate = (address: string): boolean =>
  /^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.|^f[cd]|^fe[89ab]/i
    .test(address);

const inUrl = (address: string): string => address.includes(":") ? `[${address}]` : address;
