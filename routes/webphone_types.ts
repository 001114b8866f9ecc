/**
 * `/WebphoneAPI.d.ts`: the types of the drop-in script.
 *
 * @module
 */
import { forAnyOrigin } from "./any_origin.ts";
import type { HouseContext } from "./house.ts";

/** The URL. */
export const path = "/WebphoneAPI.d.ts";

/** The types; 404 before they are built. */
export const GET = (c: HouseContext): Response | Promise<Response> =>
  forAnyOrigin(c.var.house.asset(c.req.raw, "/WebphoneAPI.d.ts")) ?? c.notFound();
