/**
 * Who is there: the other clients of the line, and the users of the PBX. A page is told of each when it listens, not
 * before, and of what was there already as well.
 *
 * @module
 */
import type { Person } from "../protocol/messages.ts";
import type { Events } from "./classic_events.ts";
import { userOf } from "./classic_helper.ts";
import type * as classic from "./webphone_types.ts";

/** What the client has to do with the others. */
export interface People {
  /** The next connection begins from nothing. */
  forget(): void;
  /** Tells the difference between who is there and who was told of (rows 21 to 28, 37), if there is somebody to tell. */
  announce(others: ReadonlyMap<string, object | undefined>, people: readonly Person[]): void;
  /** Tells of `what`, a number or some other word, unless the page was told over this connection. */
  once(what: string, tell: () => void): void;
}

/** Keeps what a page was told of the others. */
export function peopleOf(
  on: Events<classic.OzWebClient, "onClientStateChanged" | "onUserInfoReceived">,
): People {
  const known = new Map<string, classic.ClientInfo>();
  const told = new Set<string>();
  const { onClientStateChanged: clients, onUserInfoReceived: users } = on;
  const once = (what: string, tell: () => void) => {
    if (told.has(what)) return;
    told.add(what);
    tell();
  };
  return {
    once,
    forget() {
      known.clear();
      told.clear();
    },
    announce(others, people) {
      if (users.isHeard) {
        for (const person of people) {
          once(person.number, () => users.emit(userOf(person)));
        }
      }
      if (!clients.isHeard) return;
      for (const [number, info] of known) {
        if (others.has(number)) continue;
        known.delete(number);
        clients.emit({ ...info, status: "OFFLINE" });
      }
      for (const [phoneNumber, properties] of others) {
        if (known.has(phoneNumber)) continue;
        const info: classic.ClientInfo = { ...properties, phoneNumber, status: "ONLINE" };
        known.set(phoneNumber, info);
        // The page may do with its object what it likes.
        clients.emit({ ...info });
      }
    },
  };
}
