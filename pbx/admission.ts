/**
 * Who may register, and as whom: an agent by the cookies of its browser or by number and key, and whoever says the name
 * of a line or a token that was made for them as a web client with a number for this connection.
 *
 * @module
 */
import type { Of, PbxMessage } from "../protocol/messages.ts";
import { type Right, RIGHTS, USUAL_RIGHTS } from "../protocol/rights.ts";
import { newNumber } from "./dial_plan.ts";
import type { Parked } from "./parked.ts";
import type { Agent, Book, Identity, Now, Registrar, Registration, Secrets } from "./ports.ts";
import type { Register } from "./registration.ts";

/** A place on a line. */
export interface Admission {
  readonly number: string;
  readonly line: string;
  /** Agents have one. */
  readonly name?: string | undefined;
  /** Whether this phone can take part in the election. */
  readonly elect: boolean;
  readonly rights: readonly Right[];
  /** What it stands and falls with: an agent's key or a token, by its hash. The name of a line admits for good. */
  readonly proof?: { readonly keyHash: string } | { readonly tokenHash: string } | undefined;
}

/** Why there is no place, or no longer. */
export interface Denial {
  readonly code: Of<PbxMessage, "denied">["code"];
  readonly message: string;
}

/** What admitting needs. */
export interface AdmissionParts {
  readonly book: Book;
  readonly registrar: Registrar;
  readonly secrets: Secrets;
  readonly now: Now;
  /** What phones of live calls come back to after a restart. */
  readonly parked: Pick<Parked, "ready" | "numberOf">;
  /** Waits so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

type Attempt = Promise<Admission | Denial | undefined>;

/** How long a wrong key is waited on, in milliseconds, so that nobody tries many over one socket. */
export const WRONG_KEY_TIME = 250;

/** Compared with when there is no such agent; no secret has it. */
const NO_HASH = "-".repeat(43);

const denial = (code: Denial["code"], why: string): Denial => ({ code, message: `Cannot register: ${why}` });
const NO_AGENT = denial("unknown-agent", "there is no agent with this number");
const NOT_SIGNED_IN = denial("wrong-key", "this browser is not signed in as this agent");
const WRONG_KEY = denial("wrong-key", "the password is not this agent's key");
const DEAD_LINK = denial("wrong-key", "this agent has a new link");
const NO_TOKEN = denial("unknown-token", "there is no line or token of this name");
const FOREIGN = denial("unknown-token", "this token is not for pages of this origin");
/** A newer page of the same device is on the line. */
export const REPLACED: Denial = { code: "replaced", message: "This phone was opened again elsewhere" };
const OVER = denial("unknown-token", "the time of this token is over");

/** Answers with a place on the line, or why there is none. A wrong key is answered slowly. */
export async function admit(
  parts: AdmissionParts,
  identity: Identity,
  message: Register,
): Promise<Admission | Denial> {
  if (message.number !== undefined) return await byCookie(parts, identity, message.number);
  const { token } = message;
  if (token === undefined) return NO_TOKEN;
  return await byLine(parts, message, token) ?? await byToken(parts, identity, message, token) ??
    await byKey(parts, message, token) ?? NO_TOKEN;
}

/** Why a place is lost that was given earlier: its key or token is no more; `undefined` while it stands. */
export async function lost(
  { book, now }: AdmissionParts,
  { number, proof }: Admission,
): Promise<Denial | undefined> {
  if (!proof) return undefined;
  if ("tokenHash" in proof) {
    const token = await book.token(proof.tokenHash);
    return token && token.expires > now() ? undefined : OVER;
  }
  const agent = await book.agent(number);
  if (!agent) return NO_AGENT;
  return agent.keyHash === proof.keyHash ? undefined : DEAD_LINK;
}

/**
 * Whether a newer page of the device is registered: an older one that comes back does not fight for its place. Which one is
 * newer, also after a restart of the PBX, the words of their lines tell (`wordFrom`).
 */
export async function isOvertaken(
  registrar: Pick<Registrar, "ofNumber">,
  { number, device, resumed }: Registration,
): Promise<boolean> {
  if (resumed === undefined) return false;
  const known = (await registrar.ofNumber(number)).find((there) => there.device === device);
  // One that took up the same line is this very page, which has not heard the answer.
  return known !== undefined && known.resumed !== resumed && known.resume > resumed;
}

/** The properties of a phone as others may see them: a password, at any depth, is between the phone and the PBX. */
export function withoutPassword<T extends Register["properties"]>(properties: T): T {
  if (properties === undefined) return properties;
  return JSON.parse(JSON.stringify(properties, (name, value) => isPassword(name) ? undefined : value));
}

const isPassword = (name: string): boolean => name.toLowerCase() === "password";

function passwordIn({ properties = {} }: Register): string | undefined {
  const found = Object.entries(properties).find(([name]) => isPassword(name))?.[1];
  return typeof found === "string" ? found : undefined;
}

async function byCookie({ book }: AdmissionParts, { agents }: Identity, number: string) {
  const agent = await book.agent(number);
  if (!agent) return NO_AGENT;
  return agents.has(number) ? placeOf(agent) : NOT_SIGNED_IN;
}

async function byLine(parts: AdmissionParts, message: Register, line: string): Attempt {
  if (!await parts.book.hasLine(line)) return undefined;
  return { number: await clientNumber(parts, message, line), line, elect: false, rights: USUAL_RIGHTS };
}

async function byToken(parts: AdmissionParts, identity: Identity, message: Register, word: string): Attempt {
  const token = await parts.book.token(parts.secrets.hashOf(word));
  if (!token) return undefined;
  const { hash, line, rights, expires, origins } = token;
  if (expires <= parts.now()) return OVER;
  if (origins.length > 0 && !origins.includes(identity.origin ?? "")) return FOREIGN;
  const number = await clientNumber(parts, message, line);
  return { number, line, elect: false, rights, proof: { tokenHash: hash } };
}

/** The classic way of an extension: its number in the token's place, and its key as `Password`. */
async function byKey({ book, secrets, wait }: AdmissionParts, message: Register, number: string): Attempt {
  const agent = await book.agent(number);
  const password = passwordIn(message);
  if (!agent && password === undefined) return undefined;
  if (secrets.isSecretOf(password ?? "", agent?.keyHash ?? NO_HASH) && agent) return placeOf(agent);
  await wait(WRONG_KEY_TIME);
  return WRONG_KEY;
}

function placeOf({ number, line, name, elect, supervisor, keyHash }: Agent): Admission {
  return { number, line, name, elect, rights: supervisor ? RIGHTS : USUAL_RIGHTS, proof: { keyHash } };
}

/** A web client that comes back within the grace time, or to its call after a restart, keeps its number; others get a new one. */
async function clientNumber(
  { registrar, book, parked }: AdmissionParts,
  message: Register,
  line: string,
): Promise<string> {
  const { resume, device } = message;
  const earlier = resume === undefined ? undefined : await registrar.byResume(resume);
  // An agent's number is not to be had by a token, not even by the agent's own phone.
  const isOwn = earlier?.device === device && earlier.line === line;
  await parked.ready;
  const number = isOwn ? earlier.number : resume && parked.numberOf(device);
  if (number && !await book.agent(number)) return number;
  for (;;) {
    const number = newNumber();
    const isTaken = (await registrar.ofNumber(number)).length > 0 || await book.agent(number);
    if (!isTaken) return number;
  }
}
