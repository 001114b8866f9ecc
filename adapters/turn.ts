/**
 * Relays that are there already, or not at all, and the credentials of all relays: a user name that says until when it
 * is good, and a password that only the holder of the relay's secret can make (draft-uberti-behave-turn-rest-00).
 *
 * @module
 */
import { createHmac } from "node:crypto";
import type { IceServer } from "../protocol/messages.ts";
import type { Relay } from "../pbx/ports.ts";
import { SettingError } from "./settings.ts";
import { askStun, withoutBrackets } from "./stun.ts";
import { portOf, valuesOf } from "./url_values.ts";

/** How long credentials are good, in milliseconds: longer than a working day. */
export const CREDENTIAL_LIFETIME = 12 * 3_600_000;

/** The ports of TURN, and of TURN over TLS (RFC 8656, section 18.6). */
export const TURN_PORT = 3478;
export const TURNS_PORT = 5349;

/** How a phone's packets may travel to the relay, outside TLS. */
const TRANSPORTS = ["udp", "tcp"] as const;

/** One of `udp` and `tcp`. */
export type Transport = typeof TRANSPORTS[number];

/** Where a TURN server listens, as its URLs tell. */
export interface TurnPlace {
  /** A host name or an address, IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
  /** The port for TLS; without it there is none. */
  readonly tlsPort?: number | undefined;
  readonly transports: readonly Transport[];
}

/** No relay: phones find their way to one another alone. */
export function noRelay(): Relay {
  return {
    check: () => Promise.resolve(),
    iceServers: () => [],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * Somebody else's TURN server, which shares a secret with us: `turn://host[:port]?secret=…[&transport=udp,tcp][&tls=port]`
 * or, over TLS alone, `turns://host[:port]?secret=…`. Throws {@linkcode SettingError}.
 */
export function turnRelay(url: URL): Relay {
  const { secret, transport, tls } = valuesOf("TURN", url, ["secret", "transport", "tls"]);
  const start = `${url.protocol}//${url.host}`;
  if (!url.hostname) {
    throw new SettingError(`Cannot use TURN=${url.protocol}: expected ${start}host?secret=…`);
  }
  if (!secret) throw new SettingError(`Cannot use TURN=${start}: expected ${start}?secret=…`);
  const place = url.protocol === "turns:" ? securePlace(url) : plainPlace(url, transport, tls);
  return {
    check: () => checkPlace(place),
    iceServers: ({ number }, now) => [turnServer(place, secret, number, now)],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The URLs of a TURN server (RFC 7065), the quickest way first, and credentials for `number` that end in time. */
export function turnServer(place: TurnPlace, secret: string, number: string, now: number): IceServer {
  const { host, port, tlsPort, transports } = place;
  const plain = transports.map((transport) => `turn:${host}:${port}?transport=${transport}`);
  // Browsers know TURN over TLS, but not over DTLS.
  const secure = tlsPort === undefined ? [] : [`turns:${host}:${tlsPort}?transport=tcp`];
  return { urls: [...plain, ...secure], ...credentialsOf(secret, number, now + CREDENTIAL_LIFETIME) };
}

/** The credentials of `number` that are good until `end`, in milliseconds since the epoch. */
export function credentialsOf(secret: string, number: string, end: number) {
  const username = `${Math.floor(end / 1000)}:${number}`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}

function securePlace({ hostname: host, port }: URL): TurnPlace {
  const tlsPort = port ? Number(port) : TURNS_PORT;
  return { host, port: tlsPort, tlsPort, transports: [] };
}

function plainPlace({ hostname: host, port }: URL, transport: string | undefined, tls?: string): TurnPlace {
  return {
    host,
    port: port ? Number(port) : TURN_PORT,
    tlsPort: tls === undefined ? undefined : portOf("TURN", tls),
    transports: transport === undefined ? TRANSPORTS : transport.split(",").map(transportOf),
  };
}

function transportOf(word: string): Transport {
  const known = TRANSPORTS.find((transport) => transport === word);
  if (known) return known;
  throw new SettingError(`Cannot use TURN with transport=${word}: this build knows ${TRANSPORTS.join(", ")}`);
}

/** Asks as phones will: by UDP if they may, else whether the port is open. Throws in words. */
async function checkPlace({ host, port, transports }: TurnPlace): Promise<void> {
  const hostname = withoutBrackets(host);
  if (transports.includes("udp")) return await askStun(hostname, port);
  try {
    (await Deno.connect({ hostname, port })).close();
  } catch (error) {
    throw new Error(`Cannot reach ${host}:${port}: ${error instanceof Error ? error.message : error}`);
  }
}
