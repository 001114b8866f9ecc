/**
 * What the PBX does again and again for as long as it runs.
 *
 * @module
 */
import type { PbxMessage } from "../protocol/messages.ts";
import type { Connection } from "./connection.ts";
import type { ExchangeParts } from "./exchange.ts";
import type { Directory } from "./directory.ts";
import type { Log, Party } from "./ports.ts";
import { LEASE, NEW_CREDENTIALS, PROBE } from "./times.ts";

/** Asks a phone whether it still lives. */
export const PROBING = { type: "probe" } as const;

/** How often the sweeper looks, in milliseconds. */
const SWEEP = 1000;

/** What the rounds are made with. */
export interface RoundParts extends Pick<ExchangeParts, "after" | "directory" | "iceServers" | "log"> {
  sweep(): Promise<void>;
}

/** Starts them all; returns how to stop. */
export function startRounds(
  connections: ReadonlySet<Connection>,
  { after, directory, iceServers, log, sweep }: RoundParts,
): () => void {
  const newCredentials = (party: Party): PbxMessage => ({ type: "ice", iceServers: [...iceServers(party)] });
  const stops = [
    repeat(after, SWEEP, async () => {
      for (const connection of connections) connection.listen();
      await sweep();
    }),
    repeat(after, PROBE, () => each(connections, (phone) => phone.tell(() => PROBING), log)),
    repeat(after, NEW_CREDENTIALS, () => each(connections, (phone) => phone.tell(newCredentials), log)),
    repeat(after, LEASE / 3, () => refresh(connections, directory, log)),
  ];
  return () => stops.forEach((stop) => stop());
}

async function refresh(
  connections: ReadonlySet<Connection>,
  directory: Directory,
  log: Log,
): Promise<void> {
  await each(connections, (connection) => connection.refresh(), log);
  await directory.agentsChanged().catch((error) => log("warn", "directory", { error: String(error) }));
}

/** Does something for every phone; what fails for one is logged, and stops nothing for the others. */
async function each(
  connections: ReadonlySet<Connection>,
  task: (connection: Connection) => Promise<void> | void,
  log: Log,
): Promise<void> {
  for (const connection of connections) {
    try {
      await task(connection);
    } catch (error) {
      log("warn", "connection", { error: String(error) });
    }
  }
}

/** Runs `task` again and again, each time so many milliseconds after it has ended. */
function repeat(
  after: (milliseconds: number, task: () => void) => () => void,
  milliseconds: number,
  task: () => Promise<void>,
): () => void {
  let isStopped = false;
  let cancel = () => {};
  const plan = () => {
    if (!isStopped) cancel = after(milliseconds, () => void task().finally(plan));
  };
  plan();
  return () => {
    isStopped = true;
    cancel();
  };
}
