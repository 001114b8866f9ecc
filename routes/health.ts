/**
 * `/health`: the process answers, and this is how its ports are.
 *
 * @module
 */
import type { HouseContext } from "./house.ts";

/** The URL. */
export const path = "/health";

/** Always 200: whoever asks whether to restart us is not to do so because a neighbour is ill. */
export async function GET(c: HouseContext): Promise<Response> {
  return c.json({ status: "ok", ports: await c.var.house.check() }, 200, { "cache-control": "no-store" });
}
