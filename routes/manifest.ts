/**
 * `/agent/<number>/manifest.webmanifest`: an agent's phone as an app of its own, so that two agents on one computer
 * are two apps.
 *
 * @module
 */
import text from "../manifest.webmanifest" with { type: "text" };
import type { AgentCard, HouseContext } from "./house.ts";

const card = JSON.parse(text) as Record<string, unknown> & { readonly name: string };

/** The URL. */
export const path = "/agent/:number/manifest.webmanifest";

/** The manifest of that agent; 404 for a number that is nobody's. */
export async function GET(c: HouseContext): Promise<Response> {
  const agent = await c.var.house.agent(c.req.param("number") ?? "");
  if (!agent) return c.notFound();
  const manifest = agentManifest(agent, await c.var.house.startsAnother(agent.number));
  return c.body(JSON.stringify(manifest), 200, {
    "content-type": "application/manifest+json",
    "cache-control": "no-cache",
  });
}

/**
 * The card with this agent's name and addresses.
 *
 * A scope covers all addresses that start with it, so `/agent/1001` would cover agent 10011 as well. The app of a
 * number that another one starts with (`isStart`) therefore lives behind a slash, at `/agent/1001/`, which is the same
 * page; the app keeps its `id`, so that it stays the same app when such a neighbour comes or goes.
 */
export function agentManifest(agent: AgentCard, isStart: boolean): Record<string, unknown> {
  const id = `/agent/${encodeURIComponent(agent.number)}`;
  const scope = isStart ? `${id}/` : id;
  return {
    ...card,
    id,
    scope,
    start_url: scope,
    name: `${agent.name} – ${card.name}`,
    short_name: agent.name,
    description: `The phone of ${agent.name}, number ${agent.number}.`,
    shortcuts: [{ name: "Dial a number", url: `${scope}#dial` }],
  };
}
