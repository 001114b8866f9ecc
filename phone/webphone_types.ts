/**
 * The classic API as a page sees it: the source of `/WebphoneAPI.d.ts`, and what the script is held to. What stands
 * here becomes global there, so it imports nothing. Sources are the sections of the reference, `webphone-api.md`.
 *
 * @module
 */

/** How a connection stands; each is a string equal to its name (§1.1). */
export type ConnectionState = "ACCESS_GRANTED" | "ACCESS_DENIED" | "CONNECTION_FAILED" | "CONNECTION_CLOSED";

/** The connection states by name: granted, refused, never reached, and over (§1.1, row 7). */
export declare const ConnectionState: { readonly [State in ConnectionState]: State };

/** How a call stands; each is a string equal to its name (§1.1). */
export type CallState = "RINGING" | "NOT_FOUND" | "REJECTED" | "HOLD" | "IN_CALL" | "COMPLETED" | "BUSY";

/** The call states by name; `ANSWERED` is another name of `IN_CALL`, never a state of its own (§1.1, row 53). */
export declare const CallState: { readonly [State in CallState]: State } & { readonly ANSWERED: "IN_CALL" };

/** What a call is meant to carry; any call takes a picture later all the same (§1.1, row 31). */
export type CallType = "AUDIO" | "VIDEO";

/** The call types by name (§1.1). */
export declare const CallType: { readonly [Type in CallType]: Type };

/** What `onConnectionStateChanged` tells (row 15). */
export interface ConnectionInfo {
  readonly State: ConnectionState;
}

/** What `onClientStateChanged` tells: who came or went, with the attributes it gave to `connect` (rows 21 to 28). */
export interface ClientInfo {
  /** The number to give to `createCall`. */
  phoneNumber: string;
  status: "ONLINE" | "OFFLINE";
  [property: string]: unknown;
}

/**
 * What `onErrorOccured` tells: a sentence for people, and a stable word for programs, such as `forbidden`,
 * `not-connected`, `wrong-state`, `not-found`, `call-over`, `transfer-failed`, `microphone-denied` or `no-display`.
 */
export interface ErrorInfo {
  readonly code: string;
  readonly message: string;
}

/** What methods throw, and promises are rejected with: an error that has a word for programs as well. */
export type WebphoneError = Error & ErrorInfo;

/**
 * Ends one registration of a handler. A page may leave it alone: several handlers of one event are all called, in the
 * order in which they were registered. One that throws is told on the console, by the name of its event (row 8).
 */
export type Unsubscribe = () => void;

/** What the page may do; what needs a right that it has not throws a `WebphoneError` with the code `forbidden` (row 96). */
export type Right = "calls" | "messages" | "sessions" | "modify" | "history" | "listen";

/** Lists by id, for `for…in` (row 101). */
export type ListOf<T> = { [id: string]: T };

/** The same with capital first letters: the vendor's pages have both (§1.8). */
export type Capitals<T> = { readonly [Name in keyof T as Capitalize<Name & string>]: T[Name] };

/** What `checkWebPhoneState` tells (row 40). */
export interface WebPhoneState {
  /** Whether the browser lets this page ask for microphone and camera: over HTTPS and on `localhost`. */
  readonly ready: boolean;
}

/** A microphone, a camera or a loudspeaker (an addition). */
export interface DeviceInfo {
  readonly id: string;
  readonly kind: "audioinput" | "audiooutput" | "videoinput";
  /** Empty until the user has given permission. */
  readonly label: string;
}

/** By what to look for calls in the history; what is left out does not matter (§3.3). */
export interface CallHistoryFilters {
  /** Pages count from 1, and have 50 rows unless told, 500 at most. */
  PageNumber?: number | string;
  RowsPerPage?: number | string;
  /** `YYYY-MM-DD` or `YYYY-MM-DD hh:mm:ss`, in UTC. */
  From?: string;
  /** Part of the id or of a number. */
  General?: string;
  /** The others are those of {@linkcode CallHistoryFields}, and must be equal. */
  [name: string]: unknown;
}

/** What is told of a call that was (§3.3). */
export interface CallHistoryFields extends Record<"source" | "destination" | "dialed" | "callerId", string> {
  /** `YYYY-MM-DD hh:mm:ss`, in UTC. */
  readonly startTime: string;
  readonly direction: string;
  /** How it ended, such as `CalleeHungUp`. */
  readonly state: string;
  readonly type: string;
  readonly callId: string;
}

/** A call that was: its fields in both cases of the first letter (§6). */
export interface CallHistoryEntry extends CallHistoryFields, Capitals<CallHistoryFields> {}

/** The page's telephone; there is one (§1.2). */
export interface OzWebClient {
  /**
   * Goes on the line; how it went comes through `onConnectionStateChanged`, never from inside this call. A second
   * call replaces the first connection without a word.
   *
   * `serverAddress` is a name or an IP address without a port; empty means where the script came from, and port and
   * scheme are always the script's own (row 17). `token` is the name of an outside line, a token made for this page, or
   * the number of an extension, whose password then stands in `properties.Password` (rows 9 to 11). `properties` are
   * shown to the other clients of the line, at most 8 KiB as JSON; `Password` is not (rows 26, 27). Throws a
   * `TypeError` when an argument cannot be used.
   *
   * The promise is an addition that a page may leave alone: it resolves with `ACCESS_GRANTED`, and rejects with a
   * `WebphoneError` whose code is one of the other states.
   */
  connect(
    serverAddress?: string | null,
    token?: string | number | null,
    properties?: object | null,
  ): Promise<ConnectionInfo>;
  /** Leaves the line: calls end, cameras go dark, the others see `OFFLINE`. Harmless when not connected (row 14). */
  disconnect(): void;
  /** A call to the number, or with none to whom the PBX chooses; nothing is dialled until `start` (rows 30 to 32). */
  createCall(dialedNumber?: string | number | null, callType?: CallType | null): Call;
  /** Asks for calls of the past, the newest first (row 38). Needs the right to `history`. The promise is an addition. */
  getCallHistory(filters?: CallHistoryFilters | null): Promise<CallHistoryEntry[]>;
  /** Whether microphone and camera can be asked for, as the result and through `callback` (row 40). */
  checkWebPhoneState(callback?: ((state: WebPhoneState) => void) | null): WebPhoneState;
  /** What the PBX knows of extensions, users and calls (row 98). */
  readonly helper: Helper;
  /** The number by which others can call this page; empty while it is not connected (an addition). */
  readonly phoneNumber: string;
  /** What this page may do; nothing while it is not connected (an addition). */
  readonly rights: readonly string[];
  /** The microphones, cameras and loudspeakers that the browser knows (an addition). */
  getDevices(): Promise<DeviceInfo[]>;
  /** Takes that microphone from now on, also in calls that run; empty for the browser's own choice (an addition). */
  setMicrophone(id: string): void;
  /** Plays all calls through that loudspeaker (an addition). Rejects where the browser cannot, or has it not. */
  setSpeaker(id: string): Promise<void>;
  /** Each change of the connection, by two names (rows 9 to 16, 41). All events want a function, or throw a `TypeError`. */
  onConnectionStateChanged(handler: (info: ConnectionInfo) => void): Unsubscribe;
  onConStateChanged(handler: (info: ConnectionInfo) => void): Unsubscribe;
  /** Each other client of the line that comes or goes; also those who were there before (rows 21 to 29). */
  onClientStateChanged(handler: (client: ClientInfo) => void): Unsubscribe;
  /** Each call that rings here, also while another one runs (rows 33, 34). */
  onIncomingCall(handler: (call: Call) => void): Unsubscribe;
  /** What went wrong where no method could throw; spelt as it always was (row 39). */
  onErrorOccured(handler: (error: ErrorInfo) => void): Unsubscribe;
  /** What `getCallHistory` and `getCallHistoryOfExtension` have asked for (row 38). */
  onCallHistoryInfoReceived(handler: (entries: CallHistoryEntry[]) => void): Unsubscribe;
  /** Each call that begins after the grant; those before are in `helper` (row 35). Needs the right to `sessions`. */
  onSessionCreated(handler: (session: Session) => void): Unsubscribe;
  /** Each call of the PBX that is over, after its last state (row 36). */
  onSessionClosed(handler: (session: Session) => void): Unsubscribe;
  /** Each user, once after access was granted (row 37); without the right to `sessions` those of the own line. */
  onUserInfoReceived(handler: (user: User) => void): Unsubscribe;
}

/** The page's telephone. */
export declare const OzWebClient: OzWebClient;

/**
 * Why a call has ended: a sentence for people, and a stable word that the page, both APIs and the call records share:
 * `hangup`, `canceled`, `rejected`, `busy`, `not-found`, `no-answer`, `elsewhere`, `transferred` or `failed`; and
 * `not-connected` for a call that was started without a line.
 */
export type EndReason = ErrorInfo;

/** How well a call is heard and seen; `onQualityChanged` tells it. */
export interface CallQuality {
  readonly level: "good" | "fair" | "poor";
  /** The part of the packets that never arrived, from 0 to 1. */
  readonly loss: number;
  /** How unevenly packets arrive, in milliseconds. */
  readonly jitter: number;
  /** The way to the other side and back, in milliseconds. */
  readonly roundTrip: number;
  /** Bits per second that arrive. */
  readonly bitrate: number;
}

/**
 * Above which value the quality is fair, and above twice of which it is poor; what is left out is as usual: a loss of
 * 0.03, a jitter of 30 ms, a round trip of 300 ms.
 */
export type QualityThresholds = Partial<Pick<CallQuality, "loss" | "jitter" | "roundTrip">>;

/** One call, from `createCall` or `onIncomingCall` (§1.3). Its methods are harmless in a state that they do not fit. */
export interface Call {
  /**
   * Dials. No handler is called before it returns (row 42). Needs the right to `calls`. The promise is an addition that a
   * page may leave alone: it resolves when the call is `IN_CALL`, and rejects with the code of `getEndReason`.
   */
  start(): Promise<Call>;
  /** Takes an incoming call; sound flows both ways with no further call (rows 55, 56). The promise is that of `start`. */
  accept(): Promise<Call>;
  /** Refuses an incoming call (row 57). */
  reject(): void;
  /** Ends the call, in any state, by two spellings (rows 58, 65). */
  hangUp(): void;
  hangup(): void;
  /** Holds the call: nothing is sent or heard until `unHold` (row 59). */
  hold(): void;
  /** Takes one's own hold back, by two spellings (rows 59, 65). */
  unHold(): void;
  unhold(): void;
  /** Sends the caller of a call that rings here to `phoneNumber` (row 62). Needs the right to `calls`. */
  forward(phoneNumber: string | number): void;
  /** Joins the other party to `phoneNumber`, and this client leaves (row 61). Needs the right to `calls`. */
  transfer(phoneNumber: string | number): void;
  /** Joins the other party to that of `otherCall`, and this client leaves both (an addition). */
  attendedTransfer(otherCall: Call): void;
  /** Writes at most 10,000 characters; before `start` they wait (rows 63, 64). Needs the right to `messages`. */
  sendMessage(message: string | number): void;
  /** Presses keys: digits, `*` and `#` (an addition). */
  sendDtmf(keys: string | number): void;
  /** Sends no sound until `unmute`; the other side is still heard (additions). */
  mute(): void;
  unmute(): void;
  isMuted(): boolean;
  /** The state that was told last; empty for an outgoing call that does not ring yet (row 52). */
  getCallState(): CallState | "";
  /** Why the call has ended; `null` while it has not (an addition). */
  getEndReason(): EndReason | null;
  /** The other side's number; empty while a call with no number has not found anybody (row 54). */
  getOtherParty(): string;
  /** Sends the camera's picture, from `IN_CALL` on; an earlier wish waits (rows 75 to 77). Another one takes its place. */
  attachCamera(camera: OzCamera): void;
  /**
   * Shows the other side's picture inside the element of that id, `local` unless told otherwise (rows 79 to 82). A second
   * call moves it. An element that is not there yet is looked for again.
   */
  setRemoteDisplay(displayId?: string | null): void;
  /** Each change of the call's state, as the bare string (rows 43 to 51). */
  onCallStateChanged(handler: (state: CallState) => void): Unsubscribe;
  /** Each text that the other side writes (rows 63, 64). */
  onMessageReceived(handler: (message: string, call: Call) => void): Unsubscribe;
  /** Each key that the other side presses (an addition). */
  onDtmfReceived(handler: (key: string, call: Call) => void): Unsubscribe;
  /**
   * The first level of what is heard and seen, each change of it, and nothing else; measured every two seconds while the
   * call is established (an addition). The newest `thresholds` count for all handlers of the call.
   */
  onQualityChanged(
    handler: (quality: CallQuality) => void,
    thresholds?: QualityThresholds | null,
  ): Unsubscribe;
}

/** A camera, there before the user has given permission: what is set is kept until then (§1.4, rows 67 to 74). */
export interface OzCamera {
  /**
   * The size in pixels and the frames per second: the nearest that the device has, and not above it (rows 71, 72).
   * 640, 480 and 30 without this method. Throws a `TypeError` for what is no positive number.
   */
  setMode(width?: number, height?: number, fps?: number): void;
  /**
   * How much of the line the picture may take: `bandwidth` is the most bytes per second, 0 for as many as `quality`
   * takes; `quality` runs from 1 to 100, 0 for whatever fits the bandwidth. With both the frame rate gives. Throws a
   * `TypeError` for what is no such number (rows 73, 74).
   */
  setQuality(bandwidth: number, quality: number): void;
  /** Shows the own picture inside the element of that id; empty takes it away (row 70). */
  setDisplay(displayId?: string | null): void;
}

/** Where cameras come from. */
export declare const OzCamera: {
  /**
   * The camera of that name, or the default one, at once; the same name gives the same object. With a name that no
   * device has there is no picture, and `onErrorOccured` tells `camera-unknown` (rows 67, 68).
   */
  getCameraByName(name?: string | null): OzCamera;
};

/** What can be read of a call of others (§1.5). The object stays the same while the call runs, and is kept up to date. */
export interface SessionFields {
  /** The name of the call in the PBX: a call has but one. */
  readonly id: string;
  readonly masterSessionId: string;
  readonly sessionId: string;
  /** The state that was told last, by two names; `RINGING` before any (row 86). */
  readonly sessionState: CallState;
  readonly state: CallState;
  /** `YYYY-MM-DD hh:mm:ss`, in UTC (row 97). */
  readonly startTime: string;
  /** `hh:mm:ss` since the call was accepted, and since it came to its state; they move on (row 97). */
  readonly talkDuration: string;
  readonly stateDuration: string;
  /** The caller's number, and the number that was called, by the names that the vendor's pages have for them. */
  readonly caller: string;
  readonly source: string;
  readonly callee: string;
  readonly destination: string;
  readonly dialedNumber: string;
  /** The names of agents; others have none. */
  readonly callerDisplayName: string;
  readonly calleeDisplayName: string;
  readonly callerCallLegId: string;
  readonly calleeCallLegId: string;
  /** `Extension` for an agent, `OutsideLine` for a client of a line. */
  readonly sourceType: "Extension" | "OutsideLine";
  readonly destinationType: "Extension" | "OutsideLine";
  /** All calls are, as long as there is no trunk. */
  readonly direction: "Internal";
}

/**
 * A call of others, or one's own, its fields in both cases of the first letter (§1.5, row 85). The methods need the right
 * to `modify`, those to listen that to `listen`; what the PBX refuses comes through `onErrorOccured` (row 96).
 */
export interface Session extends SessionFields, Capitals<SessionFields> {
  /** Sends `transferor`, the caller's or the callee's number, to `phoneNumber`, after the answer (rows 91, 92). */
  blindTransfer(transferor: string | number, phoneNumber: string | number): void;
  /** Sends the caller of a call that still rings to `phoneNumber` (row 93). */
  forward(phoneNumber: string | number): void;
  /** Presses one key, a digit, `*` or `#`, for the party `phoneNumber` to hear (rows 89, 90). */
  sendDtmf(key: string | number, phoneNumber: string | number): void;
  /** Holds both parties (row 88). */
  hold(): void;
  /** Takes that hold back; what a party holds by itself stays held (row 88). */
  unhold(): void;
  unHold(): void;
  /** Ends the call for both, by four names (row 94, §1.8). */
  hangup(): void;
  hangUp(): void;
  close(): void;
  closeWithHangup(): void;
  /** Hears the call (row 95); until there is a media engine `onErrorOccured` tells `no-media-engine`. */
  startListen(): void;
  stopListen(): void;
  /** Each change of the call's state, with the session kept up to date before (rows 86, 87). */
  onSessionStateChanged(handler: (session: Session, sessionState: CallState) => void): Unsubscribe;
}

/** What can be read of an extension, which is an agent of the PBX, or of an outside line (§1.7). */
export interface ExtensionFields {
  /** The number of an extension, the name of a line. */
  readonly id: string;
  readonly type: "Webphone";
  readonly displayName: string;
  /** The number to dial; empty for a line. */
  readonly phoneNumber: string;
}

/** An extension or an outside line, its fields in both cases of the first letter (row 104). */
export interface Extension extends ExtensionFields, Capitals<ExtensionFields> {}

/** What can be read of a user, who is an agent of the PBX (§1.7). */
export interface UserFields {
  /** The number; `userName` and `phoneNumber` are the same. */
  readonly id: string;
  readonly userName: string;
  readonly phoneNumber: string;
  readonly fullName: string;
  /** These two are empty where they are not known, or this page has no right to `sessions`. */
  readonly emailAddress: string;
  readonly mobileNumber: string;
  /** Numbers for `createCall`. */
  readonly devices: readonly string[];
}

/** A user, the fields in both cases of the first letter (row 103). */
export interface User extends UserFields, Capitals<UserFields> {}

/**
 * What the PBX knows, as far as this page may: a mirror that is there when access is granted (§1.6, row 99). What is not
 * there is `null`, a list without anything is empty, and while not connected so is everything (rows 98 to 102).
 */
export interface Helper {
  getExtensionById(extensionId: string | number): Extension | null;
  getExtensions(): ListOf<Extension>;
  getExtensionsByType(extensionType: string): ListOf<Extension>;
  getOutsideLineById(outsideLineId: string | number): Extension | null;
  getOutsideLines(): ListOf<Extension>;
  getOutsideLinesByType(outsideLineType: string): ListOf<Extension>;
  getActiveCallsOfExtension(extensionId: string | number): ListOf<Session>;
  getActiveCallsOfUser(userId: string | number): ListOf<Session>;
  getActiveSessionById(sessionId: string): Session | null;
  /**
   * The calls in that state: a word of `CallState`, or one of the nineteen words for sessions, with or without `_` and in
   * any letter case (§1.1, row 102). A held call is `HOLD`, `ONHOLD` and `ONHOLDINACTIVE`, and where one party holds it
   * the other is `CALLERONHOLD` or `CALLEEONHOLD`. What has ended or is moving is no live state, and finds nothing.
   */
  getActiveSessionsBySessionState(sessionState: string): ListOf<Session>;
  /** As `getCallHistory`, for calls from or to the extension; a page may have less than `RowsPerPage` of them. */
  getCallHistoryOfExtension(
    extensionId: string | number,
    properties?: CallHistoryFilters | null,
  ): Promise<CallHistoryEntry[]>;
  getUserByExtension(extensionId: string | number): User | null;
  getUserById(userId: string | number): User | null;
}
