/**
 * The certificate that a device has to trust, as a file.
 *
 * @module
 */
import type { HouseContext } from "./house.ts";

/** The URL, in Hono's notation. */
export const path = "/ca/outside-line-ca.crt";

/** Answers with the certificate under the type that phones open as one; 404 when the operator brought their own. */
export function GET(c: HouseContext): Response {
  const { authority } = c.var.house;
  if (!authority) return c.text("This server has no certificate authority of its own.\n", 404);
  return c.body(authority, 200, {
    "content-type": "application/x-x509-ca-cert",
    "cache-control": "no-cache",
  });
}
