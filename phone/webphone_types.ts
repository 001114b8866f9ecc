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

/** What `onErrorOccured` tells: a stable word for programs, a sentence for people. */
export interface ErrorInfo {
  /** Such as `microphone-denied`, `camera-missing`, `camera-unknown`, `no-display`, `not-connected` or `failed`. */
  readonly code: string;
  readonly message: string;
}

/**
 * Ends one registration of a handler. A page may leave it alone: several handlers of one event are all called, in the
 * order in which they were registered.
 */
export type Unsubscribe = () => void;

/** The page's telephone; there is one (§1.2). */
export interface OzWebClient {
  /**
   * Goes on the line; how it went comes through `onConnectionStateChanged`, never from inside this call. A second
   * call replaces the first connection without a word.
   *
   * `serverAddress` is a name or an IP address without a port; empty means where the script came from, and port and
   * scheme are always the script's own (row 17). `token` is the name of an outside line. `properties` are shown to the
   * other clients of the line, at most 8 KiB as JSON; `Password` is not (rows 26, 27). Throws a `TypeError` when an
   * argument cannot be used.
   */
  connect(serverAddress?: string, token?: string | number, properties?: Record<string, unknown>): void;

  /** Leaves the line: calls end, cameras go dark, the others see `OFFLINE`. Harmless when not connected (row 14). */
  disconnect(): void;

  /** A call to `dialedNumber`, or with none to whom the PBX chooses; nothing is dialled until `start` (rows 30 to 32). */
  createCall(dialedNumber?: string | number, callType?: CallType): Call;

  /** Each change of the connection (rows 9 to 16). Throws a `TypeError` without a function, as all events do. */
  onConnectionStateChanged(handler: (info: ConnectionInfo) => void): Unsubscribe;

  /** Another name of `onConnectionStateChanged` (row 41). */
  onConStateChanged(handler: (info: ConnectionInfo) => void): Unsubscribe;

  /** Each other client of the line that comes or goes; also those who were there before (rows 21 to 29). */
  onClientStateChanged(handler: (client: ClientInfo) => void): Unsubscribe;

  /** Each call that rings here, also while another one runs (rows 33, 34). */
  onIncomingCall(handler: (call: Call) => void): Unsubscribe;

  /** What went wrong where no method could throw; spelt as it always was (row 39). */
  onErrorOccured(handler: (error: ErrorInfo) => void): Unsubscribe;
}

/** The page's telephone. */
export declare const OzWebClient: OzWebClient;

/** One call, from `createCall` or `onIncomingCall` (§1.3). Its methods are harmless in a state that they do not fit. */
export interface Call {
  /** Dials. No handler is called before it returns (row 42). */
  start(): void;

  /** Takes an incoming call; sound flows both ways with no further call (rows 55, 56). */
  accept(): void;

  /** Refuses an incoming call (row 57). */
  reject(): void;

  /** Ends the call, in any state (row 58). */
  hangUp(): void;

  /** Another spelling of `hangUp` (row 65). */
  hangup(): void;

  /** Holds the call: nothing is sent or heard until `unHold` (row 59). */
  hold(): void;

  /** Takes one's own hold back (row 59). */
  unHold(): void;

  /** Another spelling of `unHold` (row 65). */
  unhold(): void;

  /** The state that was told last; empty for an outgoing call that does not ring yet (row 52). */
  getCallState(): CallState | "";

  /** The other side's number; empty while a call with no number has not found anybody (row 54). */
  getOtherParty(): string;

  /**
   * Sends the camera's picture, from `IN_CALL` on: an earlier call is remembered until then (rows 75, 77). Another
   * camera takes the place of the first. Throws a `TypeError` without a camera (row 76).
   */
  attachCamera(camera: OzCamera): void;

  /**
   * Shows the other side's picture inside the element of that id, `local` unless told otherwise, whenever there is
   * one. A second call moves it (rows 79 to 82).
   */
  setRemoteDisplay(displayId?: string): void;

  /** Each change of the call's state, as the bare string (rows 43 to 51). */
  onCallStateChanged(handler: (state: CallState) => void): Unsubscribe;
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
  setDisplay(displayId: string): void;
}

/** Where cameras come from. */
export declare const OzCamera: {
  /**
   * The camera of that name, or the default one, at once; the same name gives the same object. With a name that no
   * device has there is no picture, and `onErrorOccured` tells `camera-unknown` (rows 67, 68).
   */
  getCameraByName(name?: string): OzCamera;
};
