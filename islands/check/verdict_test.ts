import assert from "node:assert/strict";
import { hasRelay, type Tried, wayOf } from "./relay.ts";
import { type Findings, noWayWords, rowsOf, verdictOf } from "./verdict.ts";

const UDP: Tried = { way: "UDP", works: true };
const TCP: Tried = { way: "TCP", works: true };
const TLS: Tried = { way: "TLS", works: true };
const unreachable = { works: false, error: { code: 701, text: "TURN allocate request timed out." } };
const unauthorized = { works: false, error: { code: 401, text: "Unauthorized" } };

const found = (relays: Findings["relays"] & object | "unknown", others: Findings = {}): Findings => ({
  signalling: { roundTrip: 2.6 },
  sendsUdp: true,
  relays,
  ...others,
});

const linesOf = (findings: Findings) => rowsOf(findings).map(({ what, words }) => `${what}: ${words}`);

Deno.test("rowsOf() says what is still being looked at", () => {
  assert.deepEqual(linesOf({}), ["Signalling: checking…", "Relay: checking…", "UDP: checking…"]);
  assert.equal(verdictOf({}), undefined);
  assert.equal(verdictOf({ signalling: { roundTrip: 1 }, relays: [] }), undefined);
});

const ROWS: readonly [string, Findings, readonly string[], RegExp][] = [
  [
    "all is well",
    found([UDP, TCP, TLS]),
    [
      "Signalling: works, 3 ms there and back",
      "Relay by UDP: works",
      "Relay by TCP: works",
      "Relay by TLS: works",
      "UDP: gets through to the relay",
    ],
    /^All is well/,
  ],
  [
    "no relay",
    found([], { signalling: { roundTrip: 0.2 } }),
    [
      "Signalling: works, 1 ms there and back",
      "Relay: this server has none",
      "UDP: cannot be told without a relay that speaks it",
    ],
    /^Signalling works, but calls to other networks may need a relay, and this server has none\.$/,
  ],
  [
    "no server",
    found("unknown", { signalling: { roundTrip: undefined } }),
    [
      "Signalling: the server does not answer",
      "Relay: unknown until this phone is on the line",
      "UDP: cannot be told without a relay that speaks it",
    ],
    /^The server cannot be reached/,
  ],
  [
    "a phone that was not let in",
    found("unknown"),
    [
      "Signalling: works, 3 ms there and back",
      "Relay: unknown until this phone is on the line",
      "UDP: cannot be told without a relay that speaks it",
    ],
    /once this phone is on the line/,
  ],
  [
    "a firewall against UDP",
    found([{ way: "UDP", ...unreachable }, TCP, TLS]),
    [
      "Signalling: works, 3 ms there and back",
      "Relay by UDP: does not answer (701 TURN allocate request timed out)",
      "Relay by TCP: works",
      "Relay by TLS: works",
      "UDP: does not get through to the relay",
    ],
    /the relay works by TCP and TLS, but not by UDP\.$/,
  ],
  [
    "a certificate that is not trusted",
    found([UDP, TCP, { way: "TLS", works: false }]),
    [
      "Signalling: works, 3 ms there and back",
      "Relay by UDP: works",
      "Relay by TCP: works",
      "Relay by TLS: does not answer",
      "UDP: gets through to the relay",
    ],
    /the relay works by UDP and TCP, but not by TLS\.$/,
  ],
  [
    "a wrong secret",
    found([{ way: "UDP", ...unauthorized }, { way: "TCP", ...unauthorized }]),
    [
      "Signalling: works, 3 ms there and back",
      "Relay by UDP: refuses this phone (401 Unauthorized)",
      "Relay by TCP: refuses this phone (401 Unauthorized)",
      "UDP: gets through to the relay",
    ],
    /^The relay refuses this phone: ask whoever runs the server\.$/,
  ],
  [
    "a relay that is away",
    found([{ way: "UDP", ...unreachable }]),
    [
      "Signalling: works, 3 ms there and back",
      "Relay by UDP: does not answer (701 TURN allocate request timed out)",
      "UDP: cannot be told while the relay does not answer",
    ],
    /^The relay does not answer: ask whoever runs the server\.$/,
  ],
  [
    "a browser without UDP",
    found([{ way: "UDP", works: false }, TCP], { sendsUdp: false }),
    [
      "Signalling: works, 3 ms there and back",
      "Relay by UDP: does not answer",
      "Relay by TCP: works",
      "UDP: this browser sends none",
    ],
    /works by TCP, but not by UDP/,
  ],
];

for (const [name, findings, lines, verdict] of ROWS) {
  Deno.test(`rowsOf() and verdictOf() tell of ${name}`, () => {
    assert.deepEqual(linesOf(findings), lines);
    assert.match(verdictOf(findings)?.words ?? "", verdict);
  });
}

Deno.test("verdictOf() names the setting that starts a relay where there is none", () => {
  assert.equal(verdictOf(found([]))?.setting, "TURN=coturn:");
  assert.equal(verdictOf(found([UDP]))?.setting, undefined);
});

Deno.test("noWayWords() tell why there is no connection", () => {
  const said = (relays: Parameters<typeof noWayWords>[1]) =>
    Object.values(noWayWords("Bob", relays)).join(" ");
  assert.match(
    said("none"),
    /^No direct way to Bob was found\. This call needs a relay, and this server has none/,
  );
  assert.match(said("pending"), /^No way to Bob was found\. Looking/);
  assert.match(said([{ way: "UDP", ...unreachable }, TCP]), /perhaps it cannot be where Bob is\.$/);
  assert.match(
    said([{ way: "UDP", ...unreachable }, { way: "TCP", ...unauthorized }]),
    /cannot be reached from here: UDP does not answer \(701 .*\), TCP refuses this phone \(401 Unauthorized\)\./,
  );
});

Deno.test("wayOf() reads how packets travel to a relay off its URL", () => {
  assert.equal(wayOf("turn:a.example"), "UDP");
  assert.equal(wayOf("turn:a.example:3478?transport=udp"), "UDP");
  assert.equal(wayOf("turn:[::1]:3478?transport=tcp"), "TCP");
  assert.equal(wayOf("turns:a.example:5349?transport=tcp"), "TLS");
});

Deno.test("hasRelay() does not take a STUN server for a relay", () => {
  assert.equal(hasRelay([]), false);
  assert.equal(hasRelay([{ urls: ["stun:a.example"] }]), false);
  assert.equal(hasRelay([{ urls: ["stun:a.example"] }, { urls: ["turns:a.example"] }]), true);
});
