/**
 * The response headers that keep a page to itself.
 *
 * @module
 */

const HOST = /^[\w.:[\]-]+$/;

const POLICY = [
  "default-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "object-src 'none'",
  "base-uri 'none'",
];

const OWN_FEATURES = [
  "autoplay",
  "camera",
  "display-capture",
  "fullscreen",
  "microphone",
  "picture-in-picture",
  "screen-wake-lock",
];
const NO_FEATURES = ["geolocation", "midi", "payment", "usb"];

/** What every response says, unless it says something else itself. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/**
 * What a document says besides; `url` is the one that the browser asked for, `inline` the hashes (CSP3 §2.3.1, such as
 * `sha256-…`) of the scripts inside it.
 */
export const documentHeaders = (url: URL, inline: readonly string[] = []): Record<string, string> => ({
  ...COMMON_HEADERS,
  "content-security-policy": contentSecurityPolicy(url.host, inline),
  // Browsers complain about this one on an origin that they do not trust.
  ...(url.protocol === "https:" ? { "cross-origin-opener-policy": "same-origin" } : {}),
  "permissions-policy": [
    ...OWN_FEATURES.map((feature) => `${feature}=(self)`),
    ...NO_FEATURES.map((feature) => `${feature}=()`),
  ].join(", "),
});

/** Older Safari does not count sockets of the same host as 'self', so they are named. */
function contentSecurityPolicy(host: string, inline: readonly string[]): string {
  const sockets = HOST.test(host) ? ` ws://${host} wss://${host}` : "";
  const scripts = ["'self'", ...inline.map((hash) => `'${hash}'`)].join(" ");
  return [...POLICY, `script-src ${scripts}`, `connect-src 'self'${sockets}`].join("; ");
}
