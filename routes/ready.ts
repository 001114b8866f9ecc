/**
 * `/ready`: whether to send us traffic.
 *
 * @module
 */
import type { HouseContext } from "./house.ts";

/** The URL. */
export const path = "/ready";

/** 200 while every port is well, else 503 with the names of those that are not and why. */
export async function GET(c: HouseContext): Promise<Response> {
  const ports = await c.var.house.check();
  const ill = Object.fromEntries(Object.entries(ports).filter(([, state]) => state !== "ok"));
  const isReady = Object.keys(ill).length === 0;
  const body = isReady ? { status: "ok", ports } : { status: "ill", ill, ports };
  return c.json(body, isReady ? 200 : 503, { "cache-control": "no-store" });
}
