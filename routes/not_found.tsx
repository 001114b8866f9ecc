/**
 * What is said at an address where there is nothing.
 *
 * @module
 */
import type { HouseContext } from "./house.ts";
import { notice } from "./notice.tsx";

/** Answers 404 with one sentence on what is missing and one on what to do. */
export const notFound = (c: HouseContext, title: string, detail: string): Response =>
  c.var.house.page(c.req.raw, {
    ...notice({ status: 404, title, detail }),
    html: { "data-phone": "offline", "data-call": "none" },
  });
