/**
 * `deno task agent …`: the people who have a number of their own. It writes to the book that the running server
 * reads, so what it does counts at once.
 *
 * @module
 */
import type { Agent, Book } from "../pbx/ports.ts";
import { flagsOf } from "./command_line.ts";
import { hashOf, newSecret } from "./keys.ts";

/** The line that every agent is on unless told. */
export const DEFAULT_LINE = "Webphone1";

/** What the command needs of the world: the book, and the origin that a link begins with. */
export interface AgentCommandNeeds {
  readonly book: Book;
  readonly origin: string;
  readonly print: (line: string) => void;
}

/** Where an agent's phone is; the key rides in the fragment, which a browser sends to nobody. */
export const agentUrl = (origin: string, number: string, key: string): string =>
  `${origin}/agent/${number}#key=${key}`;

/** An agent without the key. */
export type Person = Omit<Agent, "keyHash">;

/** Gives an agent a new key and writes both to the book; answers the key, which is stored nowhere. */
export async function enrol(book: Book, agent: Person): Promise<string> {
  const key = newSecret();
  await book.putAgent({ ...agent, keyHash: hashOf(key) });
  return key;
}

/** Runs `agent add`, `change`, `list`, `link` or `remove`. Throws "Cannot … agent …: …". */
export async function runAgentCommand(words: readonly string[], needs: AgentCommandNeeds): Promise<void> {
  const [verb = "", ...rest] = words;
  const run = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  if (!run) throw new Error(`Cannot run "agent ${verb}": expected add, change, list, link or remove`);
  await run(optionsOf(verb, rest), needs);
}

const COMMANDS: Record<string, (options: Options, needs: AgentCommandNeeds) => Promise<void>> = {
  add: addAgent,
  change: changeAgent,
  list: listAgents,
  link: linkAgent,
  remove: removeAgent,
};

async function addAgent(options: Options, { book, origin, print }: AgentCommandNeeds): Promise<void> {
  const number = numberOf("add", options);
  const line = options.line ?? DEFAULT_LINE;
  const cannot = `Cannot add agent ${number}:`;
  if (await book.agent(number)) {
    throw new Error(`${cannot} there is one already (agent link makes a new URL)`);
  }
  // The first start makes the default line, and who hires people before it need not know.
  if (line !== DEFAULT_LINE && !await book.hasLine(line)) {
    throw new Error(`${cannot} there is no line ${line}`);
  }
  const { elect, supervisor, name = `Agent ${number}` } = options;
  const key = await enrol(book, withReach({ number, name, line, elect, supervisor }, options));
  print(`Added ${name} on ${line}. The URL is the key to this phone, so give it to nobody else:`);
  print(agentUrl(origin, number, key));
}

async function changeAgent(options: Options, { book, print }: AgentCommandNeeds): Promise<void> {
  const agent = await knownAgent("change", options, book);
  const { name = agent.name, line, elect, supervisor } = options;
  if (line !== undefined || elect || supervisor) {
    throw new Error(`Cannot change agent ${agent.number}: expected --name, --email or --mobile`);
  }
  await book.putAgent({ ...withReach({ ...agent, name }, options), keyHash: agent.keyHash });
  print(`Changed ${name} (${agent.number}).`);
}

/** The person with the address and mobile number that were told; an empty text takes away what was there. */
function withReach({ email, mobile, ...person }: Person, told: Options): Person {
  const reach = { email: told.email ?? email, mobile: told.mobile ?? mobile };
  return {
    ...person,
    ...(reach.email && { email: reach.email }),
    ...(reach.mobile && { mobile: reach.mobile }),
  };
}

async function listAgents(options: Options, { book, print }: AgentCommandNeeds): Promise<void> {
  if (options.number !== undefined) throw new Error(`Cannot list agents: unknown argument ${options.number}`);
  for (const { number, name, line, elect, supervisor, email, mobile } of await book.agents()) {
    const words = [number, line, name, elect && "elect", supervisor && "supervisor", email, mobile];
    print(words.filter(Boolean).join("\t"));
  }
}

async function linkAgent(options: Options, { book, origin, print }: AgentCommandNeeds): Promise<void> {
  const agent = await knownAgent("link", options, book);
  const key = await enrol(book, agent);
  await book.removeSessions(agent.number);
  print(`A new URL for ${agent.name}; the old one and its sign-ins are dead:`);
  print(agentUrl(origin, agent.number, key));
}

async function removeAgent(options: Options, { book, print }: AgentCommandNeeds): Promise<void> {
  const agent = await knownAgent("remove", options, book);
  await book.removeAgent(agent.number);
  print(`Removed ${agent.name} (${agent.number}).`);
}

async function knownAgent(verb: string, options: Options, book: Book): Promise<Agent> {
  const number = numberOf(verb, options);
  const agent = await book.agent(number);
  if (!agent) throw new Error(`Cannot ${verb} agent ${number}: there is no such agent`);
  return agent;
}

function numberOf(verb: string, { number }: Options): string {
  if (number === undefined) throw new Error(`Cannot ${verb} agent: tell its number, such as 1003`);
  if (!/^1\d{3}$/.test(number)) {
    throw new Error(`Cannot ${verb} agent ${number}: expected a number from 1000 to 1999`);
  }
  return number;
}

interface Options {
  readonly number: string | undefined;
  readonly name: string | undefined;
  readonly line: string | undefined;
  readonly email: string | undefined;
  readonly mobile: string | undefined;
  readonly elect: boolean;
  readonly supervisor: boolean;
}

const FLAGS = {
  name: { type: "string" },
  line: { type: "string" },
  email: { type: "string" },
  mobile: { type: "string" },
  elect: { type: "boolean", default: false },
  supervisor: { type: "boolean", default: false },
} as const;

/** The number and the flags; only `add` and `change` take flags. Throws in words for what is not known. */
function optionsOf(verb: string, words: readonly string[]): Options {
  const takesFlags = verb === "add" || verb === "change";
  const unknown = takesFlags ? undefined : words.find((word) => word.startsWith("-"));
  if (unknown) throw new Error(`Cannot ${verb} agent: unknown argument ${unknown}`);
  const { values, positionals: [number, extra] } = flagsOf(`Cannot ${verb} agent`, words, FLAGS);
  if (extra !== undefined) throw new Error(`Cannot ${verb} agent: unknown argument ${extra}`);
  return {
    ...values,
    number,
    name: checked(verb, values.name),
    line: checked(verb, values.line),
    email: reached(verb, values.email, EMAIL, "an address such as ada@example.com"),
    mobile: reached(verb, values.mobile?.replaceAll(/[ ()/-]/g, ""), MOBILE, "a number such as +36301234567"),
  };
}

/** What mail systems take is for them to judge; it only must not break a line or a list. */
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,189}$/;

const MOBILE = /^\+?\d{3,20}$/;

function reached(verb: string, text: string | undefined, pattern: RegExp, expected: string) {
  const told = text?.trim();
  if (told === undefined || told === "" || pattern.test(told)) return told;
  throw new Error(`Cannot ${verb} agent: ${told}: expected ${expected}`);
}

function checked(verb: string, text: string | undefined): string | undefined {
  // Joiners make one sign of several, as in many scripts and emoji; other marks that nobody sees are for fooling people.
  const shown = text?.replace(/[\u200c\u200d]/g, "").trim();
  if (shown === undefined || /^[^\p{Cc}\p{Cf}]{1,64}$/u.test(shown)) return text?.trim();
  throw new Error(`Cannot ${verb} agent: a name has 1 to 64 characters, all of them visible`);
}
