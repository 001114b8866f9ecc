/**
 * `/WebphoneAPI`: the drop-in script, for pages of any origin.
 *
 * @module
 */
import { forAnyOrigin } from "./any_origin.ts";
import type { HouseContext } from "./house.ts";

/** The URL. */
export const path = "/WebphoneAPI";

/** The script; 404 before it is built. */
export const GET = (c: HouseContext): Response | Promise<Response> =>
  forAnyOrigin(c.var.house.asset(c.req.raw, "/WebphoneAPI.js")) ?? c.notFound();
