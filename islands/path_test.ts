import assert from "node:assert/strict";
import { pathOf, pathWords, type Report } from "./path.ts";

type Stats = Record<string, unknown> & { readonly id: string; readonly type: string };

const reportOf = (...stats: Stats[]): Report => new Map(stats.map((entry) => [entry.id, entry]));

const local = (candidateType: string, relayProtocol?: string): Stats => ({
  id: "L",
  type: "local-candidate",
  protocol: "udp",
  candidateType,
  ...relayProtocol && { relayProtocol },
});
const remote = (candidateType: string, port = 50_000, id = "R"): Stats => ({
  id,
  type: "remote-candidate",
  candidateType,
  port,
});
const pair = (more: object = {}): Stats => ({
  id: "P",
  type: "candidate-pair",
  localCandidateId: "L",
  remoteCandidateId: "R",
  nominated: true,
  state: "succeeded",
  ...more,
});
const transport: Stats = { id: "T", type: "transport", selectedCandidatePairId: "P" };
/** A pair that lost. */
const other: Stats = { id: "O", type: "candidate-pair", localCandidateId: "X", remoteCandidateId: "Y" };

const ROWS: readonly [string, string, Report][] = [
  ["", "a direct call", reportOf(other, pair(), local("host"), remote("prflx"), transport)],
  ["", "a direct call through NATs", reportOf(pair(), local("srflx"), remote("srflx"), transport)],
  [
    "The call goes over a relay (UDP)",
    "Chromium",
    reportOf(other, pair(), local("relay", "udp"), remote("relay"), transport),
  ],
  [
    "The call goes over a relay (TCP)",
    "Firefox",
    reportOf(pair({ selected: true }), local("relay", "tcp"), remote("relay"), transport),
  ],
  [
    "The call goes over a relay (TLS)",
    "a browser whose transports tell nothing",
    reportOf(other, local("relay", "tls"), remote("host"), pair({ selected: true })),
  ],
  [
    "The call goes over a relay",
    "the other side's relay",
    reportOf(pair(), local("host"), remote("relay"), transport),
  ],
  [
    "The call goes over a relay",
    "the other side's relay that was met before it was told of",
    reportOf(remote("relay", 49_200, "S"), pair(), local("host"), remote("prflx", 49_200), transport),
  ],
  [
    "",
    "a direct call whose other side has a relay at hand",
    reportOf(remote("relay", 49_200, "S"), pair(), local("host"), remote("prflx", 50_000), transport),
  ],
  [
    "The call goes over a relay",
    "a relay of which the browser does not say how it is reached",
    reportOf(pair(), local("relay"), remote("host"), transport),
  ],
];

for (const [words, what, report] of ROWS) {
  Deno.test(`pathOf() finds "${words}" for ${what}`, () => {
    const path = pathOf(report);
    assert.ok(path);
    assert.equal(pathWords(path), words);
  });
}

Deno.test("pathOf() knows nothing before there is a way", () => {
  assert.equal(pathOf(reportOf()), undefined);
  assert.equal(pathOf(reportOf({ id: "T", type: "transport" }, other, local("host"))), undefined);
  assert.equal(pathOf(reportOf(pair(), local("host"), transport)), undefined);
});
