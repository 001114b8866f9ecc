/**
 * `OzWebClient.helper`: what the PBX knows, looked up in the mirror that came with the grant (rows 98 to 104).
 *
 * @module
 */
import type { Person } from "../protocol/messages.ts";
import { dataOf, SOME, spell, textOf } from "./classic_manners.ts";
import type { ClassicSession } from "./classic_session.ts";
import type * as classic from "./webphone_types.ts";

/** What the helper looks things up in. */
export interface Mirror {
  people(): readonly Person[];
  lines(): readonly string[];
  readonly sessions: ReadonlyMap<string, ClassicSession>;
  /** Asks for the calls of the history that fit. */
  history(method: string, filters: Record<string, unknown>): Promise<classic.CallHistoryEntry[]>;
}

/** Words for a call that is held by one of these (§1.1): the other is on hold. */
const ON_HOLD = { caller: "CALLEEONHOLD", callee: "CALLERONHOLD", pbx: "ONHOLD" };

/** All words for the state of a live call, without `_`. */
function wordsOf({ record: { state: { name, heldBy = [] } } }: ClassicSession): string[] {
  if (name !== "established") return ["RINGING"];
  if (heldBy.length === 0) return ["INCALL"];
  return ["HOLD", "ONHOLD", "ONHOLDINACTIVE", ...heldBy.map((holder) => ON_HOLD[holder])];
}

/** What the page is told of somebody with a number of their own (row 103). */
export function userOf({ number, name, email = "", mobile = "" }: Person): classic.User {
  return spell(
    {} as classic.User,
    {
      id: number,
      userName: number,
      fullName: name,
      emailAddress: email,
      phoneNumber: number,
      mobileNumber: mobile,
      devices: [number],
    } satisfies classic.UserFields,
  );
}

function extension(id: string, displayName: string, phoneNumber: string): classic.Extension {
  const fields: classic.ExtensionFields = { id, type: "Webphone", displayName, phoneNumber };
  return spell({} as classic.Extension, fields);
}

/** A list by id that has nothing but its entries (row 101). */
const listOf = <T extends { readonly id: string }>(items: Iterable<T>): classic.ListOf<T> =>
  Object.fromEntries([...items].map((item) => [item.id, item]));

/** The entry of that id, or `null` (row 100). */
function entryOf<T extends { readonly id: string }>(
  list: classic.ListOf<T>,
  id: unknown,
  method: string,
): T | null {
  const key = textOf(id, method, "id");
  return Object.values(list).find(({ id }) => id === key) ?? null;
}

/** The helper of a client. */
export function helperOf(mirror: Mirror): classic.Helper {
  const extensions = () => listOf(mirror.people().map(({ number, name }) => extension(number, name, number)));
  const lines = () => listOf(mirror.lines().map((line) => extension(line, line, "")));
  const users = () => listOf(mirror.people().map(userOf));
  const sessions = (isMeant: (session: ClassicSession) => boolean): classic.ListOf<classic.Session> =>
    listOf([...mirror.sessions.values()].filter(isMeant));
  const callsOf = (number: unknown, method: string) => {
    const party = textOf(number, method, "id");
    return sessions(({ caller, callee }) => caller === party || callee === party);
  };
  return {
    getExtensionById: (id) => entryOf(extensions(), id, "getExtensionById"),
    getExtensions: extensions,
    getExtensionsByType: (type) => ofType(extensions(), type, "getExtensionsByType"),
    getOutsideLineById: (id) => entryOf(lines(), id, "getOutsideLineById"),
    getOutsideLines: lines,
    getOutsideLinesByType: (type) => ofType(lines(), type, "getOutsideLinesByType"),
    getActiveCallsOfExtension: (id) => callsOf(id, "getActiveCallsOfExtension"),
    getActiveCallsOfUser: (id) => callsOf(id, "getActiveCallsOfUser"),
    getActiveSessionById: (id) => entryOf(sessions(() => true), id, "getActiveSessionById"),
    getActiveSessionsBySessionState(state) {
      const word = textOf(state, "getActiveSessionsBySessionState", "sessionState");
      const plain = word.replaceAll("_", "").toUpperCase();
      return sessions((session) => wordsOf(session).includes(plain));
    },
    getCallHistoryOfExtension(id, properties) {
      const method = "getCallHistoryOfExtension";
      const Extension = textOf(id, method, "id", "text", SOME);
      return mirror.history(method, {
        ...dataOf(properties, method, "properties"),
        extension: undefined,
        Extension,
      });
    },
    getUserByExtension: (id) => entryOf(users(), id, "getUserByExtension"),
    getUserById: (id) => entryOf(users(), id, "getUserById"),
  };
}

function ofType(
  list: classic.ListOf<classic.Extension>,
  type: unknown,
  method: string,
): classic.ListOf<classic.Extension> {
  const word = textOf(type, method, "type");
  return listOf(Object.values(list).filter(({ type }) => type === word));
}
