/**
 * How the PBX takes leave of its phones: what was said is done, nobody is cut off without a word, and they do not all come
 * back at once.
 *
 * @module
 */
import type { Connection } from "./connection.ts";
import type { Parked } from "./parked.ts";
import type { Calls, Log } from "./ports.ts";
import { LAST_STEPS, SPREAD } from "./times.ts";

/** How sockets are closed (RFC 6455's registry): the service restarts. */
export const RESTART = { code: 1012, reason: "restart" } as const;

/** What taking leave needs. */
export interface GoodbyeParts {
  readonly calls: Calls;
  readonly parked: Parked;
  readonly log: Log;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Tells every phone when to come back, waits for what was said before, and closes the sockets with 1012. */
export async function sayGoodbye(connections: ReadonlySet<Connection>, parts: GoodbyeParts): Promise<void> {
  announceRestart(connections);
  const enough = parts.wait(LAST_STEPS);
  await settled(connections, enough);
  // What is said from now on has not arrived, and is said again. So nothing comes after what is kept for who is away.
  for (const connection of connections) connection.stopListening();
  await settled(connections, enough);
  await leaveWords(connections, parts);
  for (const connection of connections) connection.close(RESTART.code, RESTART.reason);
  await settled(connections, parts.wait(LAST_STEPS));
}

/** Phones that all came back at once would keep a new server busy with nothing else. */
function announceRestart(connections: ReadonlySet<Connection>): void {
  const { each, least, most } = SPREAD;
  const spread = Math.min(Math.max(connections.size * each, least), most);
  let place = 0;
  for (const connection of connections) {
    const after = Math.round(spread * place++ / connections.size);
    connection.tell(() => ({ type: "restart", after }));
  }
}

/** What phones that are away have not heard is kept for when they come back. An ill store does not stop the stop. */
async function leaveWords(
  connections: ReadonlySet<Connection>,
  { calls, log, parked }: GoodbyeParts,
): Promise<void> {
  const words = [...connections].map(({ unheard }) => unheard);
  const unheard = [...parked.close(), ...words].flatMap((each) =>
    each && each.texts.length > 0 ? [each] : []
  );
  await calls.leaveWords(unheard).catch((error) => log("error", "words", { error: String(error) }));
}

/** Waits until all that phones have said is done, but not longer than `enough` for a store that does not answer. */
async function settled(connections: ReadonlySet<Connection>, enough: Promise<void>): Promise<void> {
  const all = Promise.all([...connections].map((connection) => connection.settled()));
  await Promise.race([all, enough]);
}
