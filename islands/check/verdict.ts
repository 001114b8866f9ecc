/**
 * What the check of the network has found, in words.
 *
 * @module
 */
import { hasAnswered, type RelayError, type Tried } from "./relay.ts";

/** What the check has found so far; what is missing is still being looked at. */
export interface Findings {
  /** Whether the server answers, and how long that takes in milliseconds. */
  readonly signalling?: { readonly roundTrip: number | undefined };
  /** What came of each way to the relay: of none where there is no relay, `unknown` where nobody has told us. */
  readonly relays?: readonly Tried[] | "unknown";
  /** Whether the browser sends UDP at all. */
  readonly sendsUdp?: boolean;
}

/** How something is: good, bad, not to be told, or still being looked at. */
export type Mood = "good" | "bad" | "open" | "pending";

/** One line of the findings. */
export interface Row {
  readonly what: string;
  readonly words: string;
  readonly mood: Mood;
}

/** What it all comes to. */
export interface Verdict {
  readonly words: string;
  /** What else to know, or to do about it. */
  readonly advice?: string;
  /** What whoever runs the server would set, if that is the advice. */
  readonly setting?: string;
}

/** What starts a relay. */
export const RELAY_SETTING = "TURN=coturn:";

const PENDING = { words: "checking…", mood: "pending" } as const;

/** Each finding in a line. */
export function rowsOf({ signalling, relays, sendsUdp }: Findings): readonly Row[] {
  return [
    { what: "Signalling", ...signalling ? signallingRow(signalling.roundTrip) : PENDING },
    ...relays ? relayRows(relays) : [{ what: "Relay", ...PENDING }],
    { what: "UDP", ...relays && sendsUdp !== undefined ? udpRow(relays, sendsUdp) : PENDING },
  ];
}

function signallingRow(roundTrip: number | undefined): Omit<Row, "what"> {
  if (roundTrip === undefined) return { words: "the server does not answer", mood: "bad" };
  return { words: `works, ${Math.max(1, Math.round(roundTrip))} ms there and back`, mood: "good" };
}

function relayRows(relays: readonly Tried[] | "unknown"): readonly Row[] {
  if (relays === "unknown") {
    return [{ what: "Relay", words: "unknown until this phone is on the line", mood: "open" }];
  }
  if (relays.length === 0) return [{ what: "Relay", words: "this server has none", mood: "open" }];
  return relays.map((tried) => ({
    what: `Relay by ${tried.way}`,
    words: triedWords(tried),
    mood: tried.works ? "good" : "bad",
  }));
}

/** What came of one way to the relay, with what the browser said about it. */
export function triedWords({ works, error, ...tried }: Tried): string {
  if (works) return "works";
  if (!error) return "does not answer";
  const kind = hasAnswered({ works, error, ...tried }) ? "refuses this phone" : "does not answer";
  return `${kind} (${said(error)})`;
}

/** Some browsers end their sentences, and ours goes on. */
const said = ({ code, text }: RelayError): string => `${code} ${text}`.trim().replace(/\.$/, "");

function udpRow(relays: readonly Tried[] | "unknown", sendsUdp: boolean): Omit<Row, "what"> {
  const tried = relays === "unknown" ? [] : relays;
  const byUdp = tried.find(({ way }) => way === "UDP");
  if (byUdp && hasAnswered(byUdp)) return { words: "gets through to the relay", mood: "good" };
  if (!sendsUdp) return { words: "this browser sends none", mood: "bad" };
  if (byUdp && tried.some(hasAnswered)) return { words: "does not get through to the relay", mood: "bad" };
  const why = byUdp ? "while the relay does not answer" : "without a relay that speaks it";
  return { words: `cannot be told ${why}`, mood: "open" };
}

/** The verdict in one sentence, and advice; `undefined` until everything is known. */
export function verdictOf({ signalling, relays, sendsUdp }: Findings): Verdict | undefined {
  if (!signalling || !relays || sendsUdp === undefined) return undefined;
  if (signalling.roundTrip === undefined) {
    return {
      words: "The server cannot be reached: until it answers, nobody can call from here or be called.",
    };
  }
  if (relays === "unknown") {
    return { words: "The server answers; its relay can be checked once this phone is on the line." };
  }
  if (relays.length === 0) return WITHOUT_RELAY;
  return relays.some(({ works }) => works) ? relayVerdict(relays) : relayAway(relays);
}

const WITHOUT_RELAY: Verdict = {
  words: "Signalling works, but calls to other networks may need a relay, and this server has none.",
  advice: "One is needed where strict routers (NAT) let no direct call through, or a firewall blocks UDP. " +
    "Whoever runs the server can start one with",
  setting: RELAY_SETTING,
};

function relayVerdict(relays: readonly Tried[]): Verdict {
  const good = waysIn(relays, true);
  const bad = waysIn(relays, false);
  if (bad === "") return { words: "All is well: calls find a way, over the relay where there is no other." };
  const words = `Calls find a way: the relay works by ${good}, but not by ${bad}.`;
  if (relays.some(({ way, works }) => way === "UDP" && !works)) {
    return {
      words,
      advice:
        "By UDP sound and picture are at their best; a firewall between here and the relay may block it.",
    };
  }
  return { words, advice: "That matters only in networks that let nothing else through." };
}

/** None of the ways to the relay works. */
function relayAway(relays: readonly Tried[]): Verdict {
  const isRefused = relays.some(hasAnswered);
  return {
    words: isRefused
      ? "The relay refuses this phone: ask whoever runs the server."
      : "The relay does not answer: ask whoever runs the server.",
    advice: isRefused ? "Its secret may not be the one that the server knows. " + ONLY_DIRECT : ONLY_DIRECT,
  };
}

const ONLY_DIRECT = "Calls that find a direct way do without it.";

/** Why a call to `name` has no connection: there is no relay, or it did not help. */
export function noWayWords(
  name: string,
  relays: readonly Tried[] | "none" | "pending",
): { readonly title: string; readonly words: string } {
  const title = `No ${relays === "none" ? "direct way" : "way"} to ${name} was found.`;
  if (relays === "none") {
    const words =
      "This call needs a relay, and this server has none. Whoever runs the server can start one with";
    return { title, words };
  }
  if (relays === "pending") return { title, words: "Looking whether the relay can be reached from here…" };
  if (relays.some(({ works }) => works)) {
    const words = `The relay can be reached from here; perhaps it cannot be where ${name} is.`;
    return { title, words };
  }
  const found = relays.map((tried) => `${tried.way} ${triedWords(tried)}`).join(", ");
  return { title, words: `The relay cannot be reached from here: ${found}. Ask whoever runs the server.` };
}

const waysIn = (relays: readonly Tried[], works: boolean): string =>
  relays.filter((tried) => tried.works === works).map(({ way }) => way).join(" and ");
