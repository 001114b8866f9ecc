/**
 * The promises of the world outside, on one page. Adapters keep them, `main.ts` chooses the adapters, and
 * `tests/contract/` holds every adapter to them. What a mode cannot do, its adapter refuses in words; no port is ever
 * half there.
 *
 * @module
 */
import type { CallHistoryEntry, HistoryFilter } from "../protocol/call_history.ts";
import type { CallState, Role } from "../protocol/call_state.ts";
import type { IceServer, PhoneMessage } from "../protocol/messages.ts";
import type { Right } from "../protocol/rights.ts";

export type { CallHistoryEntry, HistoryFilter } from "../protocol/call_history.ts";

/** Whom one dials, and which of their devices. */
export interface Party {
  readonly number: string;
  readonly device: string;
}

/** What is known of the browser at the other end of a socket. */
export interface Identity {
  /** The agents whose numbers it may register, as it has proven by its cookies. */
  readonly agents: ReadonlySet<string>;
  /** The origin of the page; a program that is no browser tells none. */
  readonly origin?: string | undefined;
}

/** The other end of a phone's socket, as the web adapter hands it in. */
export interface PhoneSocket {
  send(text: string): void;
  /** Closes with a code of RFC 6455 and a word on why. */
  close(code: number, reason: string): void;
}

/** The time, in milliseconds since the epoch. Handed in, never read, where logic depends on it. */
export type Now = () => number;

/** One line of a log: a stable event word and what belongs to it. Never SDP, tokens, keys or names. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  event: string,
  fields?: Record<string, unknown>,
) => void;

/** What becomes of secrets: they are never stored, only their hashes. */
export interface Secrets {
  /** The trace of a secret that may be stored. */
  hashOf(secret: string): string;
  /** Whether `secret` has this hash; takes equally long wherever the two differ. */
  isSecretOf(secret: string, hash: string): boolean;
}

/** Every port is opened by `main.ts` and closed by it; `check` throws in words when the port is ill (`/ready`). */
export interface Port extends AsyncDisposable {
  check(): Promise<void>;
}

/** Carries a text to all who listen to a topic; may lose, never reorders within a topic. */
export interface Bus extends Port {
  publish(topic: string, text: string): void;
  /** Listens until the returned function is called; resolves once every later `publish` will be heard. */
  subscribe(topic: string, listener: (text: string) => void): Promise<() => void>;
}

/** One device of a number, on line. Times are in milliseconds since the epoch. */
export interface Registration extends Party {
  readonly line: string;
  readonly name?: string | undefined;
  readonly properties?: Record<string, unknown> | undefined;
  /** What this device may do; the PBX refuses it the rest. */
  readonly rights: readonly Right[];
  /** Whether this device takes part in the election. */
  readonly ready: boolean;
  /** Whether its socket was lost and it has not come back yet. */
  readonly away?: boolean | undefined;
  /** When this device came on line. */
  readonly since: number;
  /** A secret word that gives this registration back to the same device after a lost socket. */
  readonly resume: string;
  /** The word by which this registration took up an earlier one, if it did. */
  readonly resumed?: string | undefined;
  /** Tells this registration from an older one of the same device. */
  readonly epoch: string;
  /** After this the registration is gone, unless it was refreshed. */
  readonly expires: number;
}

/** Who is present, on which devices; refreshed by heartbeat, gone when it stops. */
export interface Registrar extends Port {
  /** Writes a registration; it takes the place of an earlier one of the same number and device. */
  put(registration: Registration): Promise<void>;
  /** Changes some fields; `false` when there is no such registration, or `epoch` is given and another one's. */
  update(
    party: Party,
    change: Partial<Omit<Registration, "number" | "device">>,
    epoch?: string,
  ): Promise<boolean>;
  /** Removes a registration; `false` when it is not there, or `epoch` is given and another one's. */
  remove(party: Party, epoch?: string): Promise<boolean>;
  /** The live registrations of a number, oldest `since` first. */
  ofNumber(number: string): Promise<readonly Registration[]>;
  /** The live registrations of a line. */
  ofLine(line: string): Promise<readonly Registration[]>;
  /** The registration that a resume word belongs to. */
  byResume(resume: string): Promise<Registration | undefined>;
  /** Registrations whose time is over. They stay until somebody removes them, and exactly one remover is told so. */
  due(now: number): Promise<readonly Registration[]>;
}

/** What the phone of one party was asked to do: to dial another number in the place of its call. */
export interface Refer {
  /** The party that moves. */
  readonly role: Role;
  /** What it is to dial, as it was dialled. */
  readonly to: string;
  /** Who asked, and hears if it comes to nothing; a program that asked over HTTP does not. */
  readonly by?: Party | undefined;
  /** A call of `by` with whoever is at `to`: the new one takes its place as well (attended transfer). */
  readonly with?: string | undefined;
  /** The call that was dialled for it; no other one may follow. */
  readonly dialled?: string | undefined;
  /** How many times its call was forwarded, with this one. */
  readonly forwards?: number | undefined;
  /** How many times its call was transferred, with this one. */
  readonly transfers?: number | undefined;
  /** Until when its phone may dial, in milliseconds since the epoch. */
  readonly until?: number | undefined;
}

/** A call. As long as the callee has no device, it rings at all that were rung, and is any one's to accept. */
export interface CallRecord {
  readonly id: string;
  readonly caller: Party;
  readonly callee: { readonly number: string; readonly device?: string | undefined };
  /** The callee's devices that were on line when it was dialled: only they can answer it by dialling back. */
  readonly rung: readonly string[];
  /** The kind of line that takes the call: a word of the dial plan. */
  readonly line: string;
  readonly state: CallState;
  /** Whether the callee may negotiate before it accepts. */
  readonly early: boolean;
  readonly elected: boolean;
  readonly createdAt: number;
  readonly acceptedAt?: number | undefined;
  /** When it came to its state; records of an earlier version of ours do not tell. */
  readonly changedAt?: number | undefined;
  /** The names of those who have one, as they were when it was dialled. */
  readonly names?: { readonly caller?: string | undefined; readonly callee?: string | undefined } | undefined;
  /** What a transfer or forward has asked of one of its parties. */
  readonly refer?: Refer | undefined;
  /** The call of its caller whose place this one takes once it is accepted. */
  readonly replaces?: string | undefined;
  /** The call of its callee whose place it takes as well (attended transfer). */
  readonly consulted?: string | undefined;
  /** The call whose other party is being put through to the other party of this one. */
  readonly promised?: string | undefined;
  /** How many times it was forwarded before it came here. */
  readonly forwards?: number | undefined;
  /** How many times it was transferred before it came here. */
  readonly transfers?: number | undefined;
  /**
   * When the sweeper ends the call, or forgets it if it is over; a ringing call has always one. An established one has
   * none, for only the parties end it, unless one of them was asked to dial (`refer`): then it is when that is too late.
   */
  readonly expiresAt?: number | undefined;
  /** Counts the changes; what {@linkcode Calls.swap} compares. */
  readonly version: number;
}

/** What a phone has not heard, each text a message as JSON, oldest first. */
export interface Words extends Party {
  readonly texts: readonly string[];
}

/** What became of a new call: created; joined with the `reverse` one that was there; or `busy`. */
export type Created =
  | { readonly outcome: "created" | "busy" | "duplicate" }
  | { readonly outcome: "glare"; readonly reverse: CallRecord };

/** Live calls, moved only by compare-and-set: who is first wins, on one node or on ten. */
export interface Calls extends Port {
  /**
   * Writes a new call, unless its id is taken (`duplicate`), a call of the callee's number rings at the caller's device at this
   * very moment (`glare`), or the call is `elected` and one of the two numbers is in a live call (`busy`). Atomic.
   */
  create(call: CallRecord): Promise<Created>;
  read(id: string): Promise<CallRecord | undefined>;
  /** Puts `after` in the place of `before` if `before.version` is still the stored one. */
  swap(before: CallRecord, after: CallRecord): Promise<boolean>;
  /** The calls of a number that are not over. */
  ofNumber(number: string): Promise<readonly CallRecord[]>;
  /** All calls that are not over. */
  live(): Promise<readonly CallRecord[]>;
  /** Live calls whose `expiresAt` has come. */
  due(now: number): Promise<readonly CallRecord[]>;
  /** Forgets calls that are over and whose `expiresAt` has come. */
  forget(now: number): Promise<void>;
  /** Keeps what phones that were away have not heard, while this node is stopped. */
  leaveWords(words: readonly Words[]): Promise<void>;
  /** Takes all that was kept: exactly one taker has it. */
  takeWords(): Promise<readonly Words[]>;
}

/** A person with a number of their own. The key itself is never stored, only its SHA-256 (base64url). */
export interface Agent {
  readonly number: string;
  readonly name: string;
  readonly line: string;
  /** Idle phones of this agent find one another and accept by themselves. */
  readonly elect: boolean;
  readonly supervisor: boolean;
  readonly email?: string | undefined;
  readonly mobile?: string | undefined;
  readonly keyHash: string;
}

/** A word that admits whoever says it. The word itself is never stored, only its SHA-256 (base64url). */
export interface Token {
  readonly hash: string;
  readonly line: string;
  readonly rights: readonly Right[];
  /** After this it admits nobody, in milliseconds since the epoch. */
  readonly expires: number;
  /** The origins whose pages may use it; none: everybody may. */
  readonly origins: readonly string[];
}

/** A signed-in browser, known by the SHA-256 of its cookie (base64url). */
export interface Session {
  readonly hash: string;
  /** Whose browser it is. */
  readonly number: string;
  /** The `keyHash` of the agent when it signed in: a new key ends the session. */
  readonly keyHash: string;
  /** In milliseconds since the epoch. */
  readonly expires: number;
}

/** What must never be lost. */
export interface Book extends Port {
  putAgent(agent: Agent): Promise<void>;
  agent(number: string): Promise<Agent | undefined>;
  agents(line?: string): Promise<readonly Agent[]>;
  /** `false` when there was no such agent. Their sessions end with them. */
  removeAgent(number: string): Promise<boolean>;
  putLine(name: string): Promise<void>;
  hasLine(name: string): Promise<boolean>;
  /** The names of all lines, in their order. */
  lines(): Promise<readonly string[]>;
  putSession(session: Session): Promise<void>;
  /** Whose session this is; nobody's when its time is over, or the agent has another key by now. */
  sessionNumber(hash: string, now: number): Promise<string | undefined>;
  /** Ends all sessions of a number: its old links and cookies are dead. */
  removeSessions(number: string): Promise<void>;
  putToken(token: Token): Promise<void>;
  /** The token with this hash, also when its time is over. */
  token(hash: string): Promise<Token | undefined>;
  /** All tokens, those whose time is over as well; the first to end comes first. */
  tokens(): Promise<readonly Token[]>;
  /** `false` when there was no such token. */
  removeToken(hash: string): Promise<boolean>;
  /** Forgets the sessions and tokens whose time was over at `before`, in milliseconds since the epoch. */
  forgetExpired(before: number): Promise<void>;
  addHistory(entry: CallHistoryEntry): Promise<void>;
  /** At most `most` calls of those that are meant, newest first, without the first `skip` ones. */
  history(most: number, filter?: HistoryFilter, skip?: number): Promise<readonly CallHistoryEntry[]>;
  /** How many calls are meant. */
  historyCount(filter: HistoryFilter): Promise<number>;
}

/** What a caller brings along. */
export interface Invitation {
  /** Its offer (SDP). */
  readonly offer?: string | undefined;
  /** Its name, if it is an agent. */
  readonly name?: string | undefined;
  /** The callee's own call that this one takes the place of, with no ringing (attended transfer). */
  readonly replaces?: string | undefined;
}

/** A way to reach numbers. A browser, a trunk and a conference room are the same thing to the switchboard. */
export interface Line {
  /** Rings the callee with an `invite`; `false` when nobody is there to ring. */
  invite(call: CallRecord, invitation: Invitation): Promise<boolean>;
  /** Carries a message of the call, as JSON text, to the other side. */
  deliver(to: CallRecord["callee"], text: string): void;
}

/** A step of negotiation (JSEP, RFC 9429), as the phone sent it. */
export type Negotiation = Extract<PhoneMessage, { type: "offer" | "answer" | "candidate" | "media" }>;

/** Takes the negotiation of one leg and sees it to the other. */
export interface Media extends Port {
  negotiate(call: CallRecord, from: Role, message: Negotiation, line: Line): Promise<void>;
  /** Frees what the call used; harmless for a call it does not know. */
  close(call: CallRecord): Promise<void>;
}

/** Carries media between phones that find no way to one another (TURN, RFC 8656). */
export interface Relay extends Port {
  /**
   * The servers for a phone, with credentials of its own that end by themselves; none where there is no relay. `now` is
   * in milliseconds since the epoch.
   */
  iceServers(party: Party, now: number): readonly IceServer[];
}
