/**
 * What axe finds on a page that keeps people out.
 *
 * @module
 */
import axe, { type AxeResults } from "axe-core";
import type { PhonePage } from "./phone_page.ts";

/** Violations that are serious or worse, in one line each. */
export async function barriers(phone: PhonePage): Promise<string[]> {
  // Handed over as an expression: as a script element the page's own policy would refuse it.
  await phone.page.evaluate(axe.source);
  const results = await phone.page.evaluate("axe.run()") as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) =>
      `${id}: ${help} (${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")})`
    );
}
