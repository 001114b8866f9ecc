/**
 * What a phone is told when it comes on the line: a snapshot of all that concerns it. Everything before it is void.
 *
 * @module
 */
import type { Of, PbxMessage, Person } from "../protocol/messages.ts";
import { otherOf } from "../protocol/call_state.ts";
import { ownRoleOf, roleOf } from "./advance.ts";
import type { ExchangeParts } from "./exchange.ts";
import type { Agent, Party, Registration } from "./ports.ts";
import { sessionOf } from "./sessions.ts";

type Registered = Of<PbxMessage, "registered">;

/** How a phone came on the line. */
export interface Arrival {
  readonly registration: Registration;
  /** Whether it can take part in the election. */
  readonly elect: boolean;
  /** Whether it wants to know of people, lines and, with the right to it, of all calls. */
  readonly watch: boolean;
  /** How many of its messages have arrived over the line that it takes up again; `undefined` on a new one. */
  readonly received?: number | undefined;
}

/** What becomes of a phone that was let in. */
export interface Welcome {
  readonly elect: boolean;
  readonly watch?: boolean | undefined;
  /** Whether it goes on where an earlier line of its own ended. */
  readonly isResumed: boolean;
}

/** Whether a phone sees all calls of the PBX, and everybody in the book. */
export const seesAll = ({ rights }: Registration, watch: boolean): boolean =>
  watch && rights.includes("sessions");

/** The snapshot for one phone, as JSON: `registered`. */
export async function registeredText(parts: ExchangeParts, arrival: Arrival): Promise<string> {
  const { registration, elect, watch, received } = arrival;
  const { number, line, name, ready, resume, rights } = registration;
  // First what is told of from now on: a change that comes meanwhile is held back, and is as new or newer.
  const sessions = seesAll(registration, watch) ? (await parts.calls.live()).map(sessionOf) : undefined;
  const presence = await parts.directory.presentText(line);
  const message: Omit<Registered, "presence"> = {
    type: "registered",
    number,
    line,
    ...(name !== undefined && { name }),
    elect,
    ready,
    resume,
    ...(received !== undefined && { received }),
    iceServers: [...parts.iceServers(registration)],
    calls: await callsOf(parts, registration),
    rights: [...rights],
    now: parts.now(),
    ...(watch && await everybody(parts, registration)),
    ...(sessions && { sessions }),
  };
  return `${JSON.stringify(message).slice(0, -1)},"presence":${presence}}`;
}

/** The live calls that concern this phone: its own, and those that ring at its number. */
async function callsOf({ calls }: ExchangeParts, party: Party): Promise<Registered["calls"]> {
  const ofNumber = await calls.ofNumber(party.number);
  return ofNumber.flatMap((call) => {
    const { id, state, acceptedAt } = call;
    const end = roleOf(call, party);
    if (!end || state.name === "ended") return [];
    const held = state.name === "established" && { heldBy: [...state.heldBy] };
    const role = ownRoleOf(call, party);
    return [{
      call: id,
      state: { name: state.name, ...held },
      number: call[otherOf(end)].number,
      ...(role && { role }),
      ...(acceptedAt !== undefined && { acceptedAt }),
    }];
  });
}

/** Agents and lines: all of them for those who may see all calls, else those of the own line. */
async function everybody(
  { book }: ExchangeParts,
  { rights, line }: Registration,
): Promise<{ people: Person[]; lines: string[] }> {
  if (!rights.includes("sessions")) return { people: (await book.agents(line)).map(personOf), lines: [line] };
  const agents = await book.agents();
  return {
    people: agents.map((agent) => ({ ...personOf(agent), ...reach(agent) })),
    lines: [...await book.lines()],
  };
}

const personOf = ({ number, name, line }: Agent): Person => ({ number, name, line });

const reach = ({ email, mobile }: Agent) => ({
  ...(email !== undefined && { email }),
  ...(mobile !== undefined && { mobile }),
});
