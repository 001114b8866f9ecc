/**
 * What pages of other origins load from us.
 *
 * @module
 */

/** How long a page may go on with an older copy, in seconds: short, for the name never changes. */
const MAX_AGE = 300;

/** The response, open to every origin. */
export function forAnyOrigin(response: Response | undefined): Response | undefined {
  response?.headers.set("access-control-allow-origin", "*");
  response?.headers.set("cross-origin-resource-policy", "cross-origin");
  response?.headers.set("timing-allow-origin", "*");
  response?.headers.set("cache-control", `public, max-age=${MAX_AGE}, must-revalidate`);
  return response;
}
