/**
 * Tries each way to the relay by itself, as a call would take it.
 *
 * @module
 */
import type { IceServer } from "../../protocol/messages.ts";
import type { RelayWay } from "../path.ts";

/** How long a way to the relay is tried, in milliseconds. */
const PATIENCE = 5000;

/** What the browser says where nobody answers; lesser codes are the relay's own words (W3C WebRTC 1.0, RFC 8656). */
const UNREACHABLE = 701;

/** What the browser said about a relay that it could not use. */
export interface RelayError {
  readonly code: number;
  readonly text: string;
}

/** What came of one way to the relay. */
export interface Tried {
  readonly way: RelayWay;
  readonly works: boolean;
  /** Not every browser tells. */
  readonly error?: RelayError | undefined;
}

/** Whether the relay itself has answered, be it with a refusal. */
export const hasAnswered = ({ works, error }: Tried): boolean =>
  works || (error !== undefined && error.code < UNREACHABLE);

/** Whether there is a relay among these servers. */
export const hasRelay = (servers: readonly IceServer[]): boolean =>
  servers.some(({ urls }) => urls.some(isRelay));

/** Tries all ways to the relays among these servers at once; each way once, in the order UDP, TCP, TLS. */
export async function tryRelays(servers: readonly IceServer[]): Promise<readonly Tried[]> {
  const tried = await Promise.all(
    servers.flatMap((server) => server.urls.filter(isRelay).map((url) => tryRelay(url, server))),
  );
  return (["UDP", "TCP", "TLS"] as const).flatMap((way) => {
    const some = tried.filter((one) => one.way === way);
    return some.find(({ works }) => works) ?? some[0] ?? [];
  });
}

/** Whether this browser sends UDP at all: a policy or an extension may forbid it. */
export async function sendsUdp(): Promise<boolean> {
  const { works } = await gather({}, ({ protocol }) => protocol === "udp");
  return works;
}

const isRelay = (url: string): boolean => /^turns?:/.test(url);

async function tryRelay(url: string, server: IceServer): Promise<Tried> {
  const iceServers = [{ ...server, urls: [url] } as RTCIceServer];
  const gathered = await gather({ iceTransportPolicy: "relay", iceServers }, ({ type }) => type === "relay")
    // Some browsers refuse ports that are for other things.
    .catch(() => ({ works: false }));
  return { way: wayOf(url), ...gathered };
}

/** The way that a relay's URL stands for (RFC 7065). */
export function wayOf(url: string): RelayWay {
  if (url.startsWith("turns:")) return "TLS";
  return /[?&]transport=tcp/i.test(url) ? "TCP" : "UDP";
}

/** Gathers until such a candidate is there, or the browser knows of no other, or it takes too long. */
function gather(
  configuration: RTCConfiguration,
  isMeant: (candidate: RTCIceCandidate) => boolean,
): Promise<Omit<Tried, "way">> {
  return new Promise((resolve) => {
    const connection = new RTCPeerConnection(configuration);
    let error: RelayError | undefined;
    const end = (works: boolean) => {
      clearTimeout(timer);
      connection.onicecandidate = connection.onicecandidateerror = null;
      connection.close();
      resolve({ works, error });
    };
    const timer = setTimeout(end, PATIENCE, false);
    connection.onicecandidate = ({ candidate }) => {
      if (!candidate || isMeant(candidate)) end(Boolean(candidate));
    };
    connection.onicecandidateerror = ({ errorCode: code, errorText: text }) => {
      // One network card may reach nobody where another one is answered.
      if (!error || error.code === UNREACHABLE) error = { code, text };
    };
    connection.createDataChannel("");
    connection.setLocalDescription().catch(() => end(false));
  });
}
