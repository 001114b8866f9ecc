/**
 * The ports of this machine that the house listens on, and the addresses it can be reached at.
 *
 * @module
 */
import type { Tls } from "../certificates.ts";
import type { Names } from "../certificate_authority.ts";

/** Where to listen, and who answers; `tls` is the certificate of the HTTPS port. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly httpsPort: number;
  readonly tls: Tls;
  readonly answer: (request: Request) => Response | Promise<Response>;
}

/** Both servers, listening; disposing of it waits until the requests under way are answered. */
export interface Listening extends AsyncDisposable {
  /** The ports as they came to be, for 0 lets the system choose. */
  readonly port: number;
  readonly httpsPort: number;
}

/** Listens for HTTP and HTTPS. Throws "Cannot listen on …" when a port is in use. */
export async function listen({ host, port, httpsPort, tls, answer }: ListenOptions): Promise<Listening> {
  const http = bind("PORT", { hostname: host, port }, answer);
  try {
    const https = bind(
      "HTTPS_PORT",
      { hostname: host, port: httpsPort, cert: tls.cert, key: tls.key },
      answer,
    );
    return {
      port: http.addr.port,
      httpsPort: https.addr.port,
      [Symbol.asyncDispose]: async () => void await Promise.all([http.shutdown(), https.shutdown()]),
    };
  } catch (error) {
    await http.shutdown();
    throw error;
  }
}

type Where = { hostname: string; port: number } | {
  hostname: string;
  port: number;
  cert: string;
  key: string;
};

function bind(setting: string, where: Where, answer: ListenOptions["answer"]): Deno.HttpServer<Deno.NetAddr> {
  const handler: Deno.ServeHandler<Deno.NetAddr> = (request, { remoteAddr }) => {
    remotes.set(request, remoteAddr.hostname);
    return answer(request);
  };
  try {
    return Deno.serve({ ...where, onListen: () => {} }, handler);
  } catch (error) {
    if (where.hostname === "::" && isWithoutIpv6(error)) {
      return bind(setting, { ...where, hostname: "0.0.0.0" }, answer);
    }
    throw new Error(`Cannot listen on ${where.hostname} port ${where.port}: ${whyNot(setting, error)}`);
  }
}

const isWithoutIpv6 = (error: unknown): boolean =>
  error instanceof Deno.errors.AddrNotAvailable ||
  error instanceof Error && error.message.includes("os error 97");

function whyNot(setting: string, error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return `it is in use, set ${setting} to another`;
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return "this machine has no such address, set HOST to another";
  }
  if (error instanceof Deno.errors.PermissionDenied) return "the system does not permit it";
  return error instanceof Error ? error.message : String(error);
}

const remotes = new WeakMap<Request, string>();

/** The IP address at the other end of a request's socket. */
export const remoteOf = (request: Request): string => remotes.get(request) ?? "unknown";

/** The addresses that other machines of the network find this one by; IPv4 and real cards first. */
export function lanAddresses(): readonly string[] {
  const cards = Deno.networkInterfaces().filter(({ name, address }) =>
    name !== "lo" && !isPrivateToMachine(address)
  );
  return cards.sort((a, b) => rank(a) - rank(b)).map(({ address }) => address);
}

/** Where to listen, and what the operator has told of a proxy. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  readonly httpsPort: number;
  readonly publicUrl?: string | undefined;
}

/** The origins to tell people: for a browser on this machine, and for a phone unless we listen to ourselves only. */
export function originsOf(
  { host, port, httpsPort, publicUrl }: Reach,
): { here: string; phones?: string | undefined } {
  if (publicUrl) return { here: publicUrl, phones: publicUrl };
  const isEverywhere = host === "::" || host === "0.0.0.0";
  const isLocal = host === "localhost" || isPrivateToMachine(host);
  const lan = isEverywhere ? lanAddresses()[0] : isLocal ? undefined : host;
  return {
    here: `http://${isEverywhere ? "localhost" : inUrl(host)}:${port}`,
    phones: lan && `https://${inUrl(lan)}:${httpsPort}`,
  };
}

/** What our own certificate has to speak for: this machine by every name and address. */
export function houseNames(): Names {
  const hosts = [...new Set(["localhost", Deno.hostname()])];
  return { hosts, addresses: ["127.0.0.1", "::1", ...lanAddresses()] };
}

const inUrl = (address: string): string => address.includes(":") ? `[${address}]` : address;

/** Loopback and link-local addresses: nobody else can type them into a browser. */
const isPrivateToMachine = (address: string): boolean => /^(127\.|169\.254\.|::1$|fe[89ab])/i.test(address);

function rank({ name, family }: Deno.NetworkInterfaceInfo): number {
  const isVirtual = /^(docker|br-|veth|virbr|vmnet|vbox|tun|tap|wg|cni)/.test(name);
  return (isVirtual ? 2 : 0) + (family === "IPv6" ? 1 : 0);
}
