/**
 * Where a request comes from, and how safe its way was, also behind a proxy that the operator has told us of.
 *
 * @module
 */

/** Whether a page of ours asks, or no page at all (then there is no `Origin`); `publicUrl` is an origin. */
export function isSameOrigin(request: Request, publicUrl?: string): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || origin === publicUrl) return true;
  if (!URL.canParse(origin)) return false;
  const [page, asked] = [new URL(origin), new URL(request.url)];
  // A proxy may have taken HTTPS off the request; the other way round, a page without HTTPS is not to be trusted.
  return page.host === asked.host && (page.protocol === "https:" || asked.protocol === "http:");
}

/** The origin of the page that asks; `undefined` when no page does. `publicUrl` is an origin. */
export function pageOrigin(request: Request, publicUrl?: string): string | undefined {
  const origin = request.headers.get("origin");
  // Browsers leave it out when a page reads from its own origin, but they say that it does.
  if (origin !== null || request.headers.get("sec-fetch-site") !== "same-origin") return origin ?? undefined;
  return publicUrl ?? new URL(request.url).origin;
}

/** Whether the browser speaks HTTPS, be it to us or to the proxy at `publicUrl`. */
export function isHttps(request: Request, publicUrl?: string): boolean {
  // Not the `Host` header: HTTP/2 has none.
  const { protocol, host } = new URL(request.url);
  if (protocol === "https:") return true;
  if (!publicUrl?.startsWith("https:")) return false;
  return request.headers.get("origin") === publicUrl || host === new URL(publicUrl).host;
}

/** The URL of `request` over HTTPS: at the proxy, or on the HTTPS port of the host that the browser found us by. */
export function secureUrl(request: Request, httpsPort: number, publicUrl?: string): string {
  const { pathname, hostname } = new URL(request.url);
  const url = new URL(publicUrl?.startsWith("https:") ? publicUrl : `https://${hostname}:${httpsPort}`);
  url.pathname = pathname;
  return url.href;
}

/**
 * The address of who asks: of the socket's other end, or, when a proxy on this machine or network passes the request
 * on, what that proxy wrote last into `X-Forwarded-For`.
 */
export function clientAddress(request: Request, remote: string, publicUrl?: string): string {
  const forwarded = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  return publicUrl && forwarded && isNear(remote) ? forwarded : remote;
}

const isNear = (address: string): boolean =>
  /^(::ffff:)?(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|^::1$|^f[cd]/i.test(address);
