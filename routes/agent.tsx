/**
 * `/agent/<number>`: that agent's phone.
 *
 * @module
 */
import { Phone } from "../islands/Phone.tsx";
import type { Agent } from "../islands/screen.ts";
import type { AgentCard, HouseContext } from "./house.ts";
import { notFound } from "./not_found.tsx";

/** The URL, in Hono's notation. */
export const path = "/agent/:number";

/** The page. Who the agent is, is not a secret; what the page may do, is decided by the cookie. */
export async function GET(c: HouseContext): Promise<Response> {
  const agent = await c.var.house.agent(c.req.param("number") ?? "");
  if (!agent) {
    return notFound(c, "Nobody has this number", "Ask whoever runs this server for the link to your phone.");
  }
  await tellOpening(c, agent.number);
  return c.var.house.page(c.req.raw, {
    title: `${agent.name} – Outside Line`,
    html: { "data-phone": "offline", "data-call": "none" },
    manifest: `/agent/${encodeURIComponent(agent.number)}/manifest.webmanifest`,
    first: { name: "early_line", data: { number: agent.number } },
    island: { name: "Phone", view: Phone, props: propsOf(agent, c) },
  });
}

/** A page that is about to go in favour of this one keeps its calls; the service worker's own look at it opens nothing. */
async function tellOpening(c: HouseContext, number: string): Promise<void> {
  const { house } = c.var;
  const isShown = c.req.header("accept")?.includes("text/html");
  if (isShown && await house.agentOf(c.req.raw, number)) house.opening(number);
}

function propsOf({ number, name, line, elect }: AgentCard, c: HouseContext): Agent {
  return { number, name, line, elect, httpsUrl: c.var.house.secureUrl(c.req.raw) };
}
