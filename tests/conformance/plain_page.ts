/**
 * The page of these tests: it does nothing by itself but note what it hears, and has a few verbs for what every test
 * does with it.
 *
 * @module
 */
import type * as classic from "../../phone/webphone_types.ts";
import { until } from "../support/until.ts";
import type { Evaluates } from "../browser/phone_page.ts";

/** What a page of these tests has noted. */
export interface Notes {
  readonly connection: string[];
  readonly clients: classic.ClientInfo[];
  /** States of each call, told in the order of the calls. */
  readonly states: string[][];
  /** What was written to it, and the keys that were pressed for it, over all its calls. */
  readonly messages: string[];
  readonly keys: string[];
  /** The codes that `onErrorOccured` told. */
  readonly errors: string[];
  /** What the page wrote to the console as an error. */
  readonly console: string[];
  /** What a page that watches heard of each session: its id, and what happened. */
  readonly sessions: (readonly [id: string, what: string])[];
}

/** The globals of those pages, for the functions that run there. */
declare global {
  var OzWebClient: classic.OzWebClient;
  var OzCamera: typeof classic.OzCamera;
  var ConnectionState: typeof classic.ConnectionState;
  var CallState: typeof classic.CallState;
  var CallType: typeof classic.CallType;
  /** The calls of the page, own and incoming, oldest first. */
  var calls: classic.Call[];
  /** The sessions that a page which watches was told of, oldest first. */
  var sessions: classic.Session[];
  var notes: Notes;
  /** Whether incoming calls are accepted. */
  var accepts: boolean;
  /** Notes what becomes of a call, and keeps it in `calls`. */
  var keep: (call: classic.Call) => classic.Call;
  /** Breaks the page's connections to the PBX, which it may make again. */
  var dropSockets: () => void;
}

const SCRIPT = `
  var notes = {
    connection: [], clients: [], states: [], messages: [], keys: [], errors: [], console: [], sessions: []
  };
  var calls = [];
  var sessions = [];
  var accepts = false;
  console.error = function () { notes.console.push([].map.call(arguments, String).join(" ")); };
  function keep(call) {
    var states = [];
    calls.push(call);
    notes.states.push(states);
    call.onCallStateChanged(function (state) { states.push(state); });
    call.onMessageReceived(function (text) { notes.messages.push(text); });
    call.onDtmfReceived(function (key) { notes.keys.push(key); });
    return call;
  }
  function dial(number) {
    var call = OzWebClient.createCall(number);
    call.start();
    keep(call);
  }
  function watch() {
    OzWebClient.onSessionCreated(function (session) {
      sessions.push(session);
      notes.sessions.push([session.sessionId, "created"]);
      session.onSessionStateChanged(function (same, state) {
        var fits = same === session && state === session.sessionState;
        notes.sessions.push([session.sessionId, fits ? state : state + " does not fit"]);
      });
    });
    OzWebClient.onSessionClosed(function (session) { notes.sessions.push([session.sessionId, "closed"]); });
  }
  if (window.OzWebClient) {
    OzWebClient.onConnectionStateChanged(function (info) { notes.connection.push(info.State); });
    OzWebClient.onClientStateChanged(function (client) { notes.clients.push(client); });
    OzWebClient.onErrorOccured(function (error) { notes.errors.push(error.code); });
    OzWebClient.onIncomingCall(function (call) { keep(call); if (accepts) call.accept(); });
  }`;

const BODY = `<table><tr><td id="cell"></td></tr></table>
  <div id="local"></div><div id="other" style="width: 200px; height: 300px"></div>`;

/** A page with the script of `pbx` in it, or without any. */
export const plainPage = (pbx: string | undefined, head = ""): string =>
  `<!DOCTYPE html><html><head>
  <title>Plain</title><link rel="icon" href="data:,">
  ${pbx ? `<script src="${pbx}/WebphoneAPI"></script>` : ""}${head}<script>${SCRIPT}</script>
  </head><body>${BODY}</body></html>`;

/** The same with nothing inline: the page and its own script, which is at `script`. */
export const strictPage = (pbx: string, script: string): { readonly html: string; readonly js: string } => ({
  html: `<!DOCTYPE html><html><head><title>Strict</title><script src="${pbx}/WebphoneAPI"></script>
  <script src="${script}"></script></head><body><div id="local"></div><div id="other"></div></body></html>`,
  js: SCRIPT,
});

/** Runs before any script of the page, and gives it `dropSockets`. It stands alone, with everything inside. */
export function installSockets(): void {
  const sockets: WebSocket[] = [];
  const Original = globalThis.WebSocket;
  globalThis.WebSocket = class extends Original {
    constructor(url: string | URL) {
      super(url);
      sockets.push(this);
    }
  };
  // A code of its own: neither side takes that for a goodbye.
  globalThis.dropSockets = () => sockets.forEach((socket) => socket.close(4000));
}

/** What the page has noted so far. */
export const notesOf = async (page: Evaluates): Promise<Notes> => await page.evaluate("notes") as Notes;

/** Waits until the page has noted something. */
export const noted = (page: Evaluates, hoped: (notes: Notes) => boolean): Promise<Notes> =>
  until(() => notesOf(page), hoped);

/** Waits until the last call of the page has come to this state, and answers all its states. */
export async function reaches(page: Evaluates, state: string): Promise<string[]> {
  const isThere = ({ states }: Notes) => states.at(-1)?.at(-1) === state;
  isThere.toString = () => `the call to be ${state}`;
  return (await noted(page, isThere)).states.at(-1) ?? [];
}

/** Calls `number`, or with none whom the PBX chooses. */
export const dial = async (page: Evaluates, number?: string): Promise<void> =>
  void await page.evaluate(`dial(${JSON.stringify(number)})`);

/** Waits until so many calls have been there, and answers the page's calls so far. */
export const rings = async (page: Evaluates, count = 1): Promise<number> =>
  await until(() => page.evaluate("calls.length"), (seen) => Number(seen) >= count) as number;

/** Does something to the page's last call, such as `hangUp()`. */
export const act = async (page: Evaluates, what: string): Promise<void> =>
  void await page.evaluate(`void calls[calls.length - 1].${what}`);

/** The state of the page's last call, as it answers itself. */
export const stateOf = async (page: Evaluates): Promise<string> =>
  await page.evaluate("calls[calls.length - 1].getCallState()") as string;

/** The states in which a call is over. */
export const DEAD = ["NOT_FOUND", "REJECTED", "BUSY", "COMPLETED"];
