/**
 * `/ready`: whether to send us traffic.
 *
 * @module
 */
import type { HouseContext } from "./house.ts";

/** The URL. */
export const path = "/ready";

/** 200 while every port is well, else 503; the answer names those that are not. */
export async function GET(c: HouseContext): Promise<Response> {
  const ports = await c.var.house.check();
  const isReady = Object.values(ports).every((state) => state === "ok");
  const body = { status: isReady ? "ok" : "ill", ports };
  return c.json(body, isReady ? 200 : 503, { "cache-control": "no-store" });
}
