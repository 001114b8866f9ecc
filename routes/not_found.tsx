/**
 * What is said at an address where there is nothing.
 *
 * @module
 */
import type { HouseContext } from "./house.ts";

/** Answers 404 with one sentence on what is missing and one on what to do. */
export function notFound(c: HouseContext, title: string, advice: string): Response {
  return c.var.house.page(c.req.raw, {
    status: 404,
    title: `${title} – Outside Line`,
    html: { "data-phone": "offline", "data-call": "none" },
    body: (
      <main class="notice">
        <h1>{title}</h1>
        <p>{advice}</p>
        <p>
          <a href="/">Outside Line</a>
        </p>
      </main>
    ),
  });
}
