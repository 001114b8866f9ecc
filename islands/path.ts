/**
 * Which way the media of a call takes, from what the browser counts (W3C webrtc-stats), and the words for it.
 *
 * @module
 */

/** How packets travel to a relay (TURN). */
export type RelayWay = "UDP" | "TCP" | "TLS";

/** The way of a call: direct, or over a relay. */
export interface Path {
  readonly isRelayed: boolean;
  /** How the relay is reached from this side; `undefined` where only the other side needs it. */
  readonly way?: RelayWay | undefined;
}

/** What is read of an entry of the report. */
interface Entry {
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly relayProtocol?: string;
  readonly port?: number;
}

/** The part of `RTCStatsReport` that is read. */
export interface Report {
  get(id: string): Entry | undefined;
  values(): Iterable<Entry>;
}

/** The way that is taken at the moment; `undefined` while there is none. */
export function pathOf(report: Report): Path | undefined {
  const pair = pairOf(report);
  const [local, remote] = [pair?.localCandidateId, pair?.remoteCandidateId].map((id = "") => report.get(id));
  if (!local || !remote) return undefined;
  if (local.candidateType === "relay") return { isRelayed: true, way: wayOf(local.relayProtocol) };
  return { isRelayed: remote.candidateType === "relay" || isRelayInDisguise(remote, report) };
}

/**
 * A check that comes in before the candidate it comes from makes that one peer-reflexive (RFC 8445 §7.3.1.3), and in
 * Chromium it may stay so. Its address is kept from pages, but not its port, which a relay gives to one call alone.
 */
function isRelayInDisguise({ candidateType, port }: Entry, report: Report): boolean {
  if (candidateType !== "prflx" || port === undefined) return false;
  return [...report.values()].some((each) =>
    each.type === "remote-candidate" && each.candidateType === "relay" && each.port === port
  );
}

/** Browsers name the pair in the transport's entry; older Firefoxes, which have none, mark the pair itself. */
function pairOf(report: Report): Entry | undefined {
  const entries = [...report.values()];
  const chosen = entries.find(({ type, selectedCandidatePairId }) =>
    type === "transport" && selectedCandidatePairId
  );
  if (chosen) return report.get(chosen.selectedCandidatePairId ?? "");
  return entries.find(({ type, selected }) => type === "candidate-pair" && selected);
}

const WAYS: Readonly<Record<string, RelayWay>> = { udp: "UDP", tcp: "TCP", tls: "TLS" };

const wayOf = (protocol = ""): RelayWay | undefined => WAYS[protocol];

/** The way in words, where there is something to say about it. */
export function pathWords({ isRelayed, way }: Path): string {
  if (!isRelayed) return "";
  return `The call goes over a relay${way ? ` (${way})` : ""}`;
}
