/**
 * What the server tells the person who starts it: where the phones are and, the first time only, the keys to them.
 *
 * @module
 */
import { renderUnicodeCompact } from "uqr";
import type { Book } from "../pbx/ports.ts";
import { agentUrl, DEFAULT_LINE, enrol } from "./agent_command.ts";

/** The agents that a new house has. */
const FIRST_AGENTS = ["1001", "1002"] as const;

/** Keys by agent number, as they were just made. */
export type NewKeys = ReadonlyMap<string, string>;

/** Makes the line and the two agents of a new house; answers no keys when the house is not new. */
export async function settleIn(book: Book): Promise<NewKeys> {
  const keys = new Map<string, string>();
  if (await book.hasLine(DEFAULT_LINE)) return keys;
  for (const number of FIRST_AGENTS) {
    // Somebody may have added them by hand before the first start, and holds the keys.
    if (await book.agent(number)) continue;
    const agent = { number, name: `Agent ${number}`, line: DEFAULT_LINE, elect: true, supervisor: false };
    keys.set(number, await enrol(book, agent));
  }
  // Last, for it is what tells a new house from one that is settled in: a start cut short is made up for by the next.
  await book.putLine(DEFAULT_LINE);
  return keys;
}

/** Origins of the server: as this machine opens it, and as a phone does; none when it listens to itself only. */
export interface Origins {
  readonly here: string;
  readonly phones?: string | undefined;
}

/** The lines to print at the start; each agent's URL stands alone on its line, once. */
export function welcome(origins: Origins, keys: NewKeys): readonly string[] {
  const addresses = new Set([origins.here, origins.phones ?? origins.here]);
  const where = ["Outside Line is running.", "", ...[...addresses].map((origin) => `  ${origin}/`), ""];
  return [...where, ...keys.size > 0 ? firstSteps(origins, keys) : LATER_STEPS];
}

const LATER_STEPS = [
  "The agents:            deno task agent list",
  "A new URL for one:     deno task agent link <number>",
];

function firstSteps({ here, phones }: Origins, keys: NewKeys): readonly string[] {
  return [
    "Open these in two browsers, and they call each other. Each URL is the key to its phone and is shown only now:",
    "",
    ...[...keys].map(([number, key]) => agentUrl(here, number, key)),
    ...phones === undefined ? [] : qrSteps(phones, keys),
  ];
}

function qrSteps(origin: string, keys: NewKeys): readonly string[] {
  const [number, key] = [...keys].at(-1) ?? [];
  if (!number || !key) return [];
  return [
    "",
    `Or scan this with a phone, and it is agent ${number} (how to trust the address: ${origin}/ca):`,
    "",
    renderUnicodeCompact(agentUrl(origin, number, key), { border: 2 }),
  ];
}
