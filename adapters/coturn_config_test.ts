import assert from "node:assert/strict";
import { configOf, type CoturnPlan, planOf, type Surroundings } from "./coturn_config.ts";
import { SettingError } from "./settings.ts";

const HERE = { host: "::", addresses: ["192.168.1.5", "172.17.0.1", "2001:db8::5"] };

const plan = (setting: string, change: Partial<Surroundings> = {}) =>
  planOf(new URL(setting), { ...HERE, ...change });

function linesOf(coturn: CoturnPlan): string[] {
  const { addresses } = HERE;
  return configOf(coturn, { folder: "/data/coturn", secret: "key-word", addresses }).split("\n");
}

const deniedBy = (coturn: CoturnPlan) =>
  linesOf(coturn).filter((line) => line.startsWith("denied-peer-ip=")).map((line) => line.split("=")[1]);

Deno.test("coturn: listens on the address that others know, by UDP, TCP and TLS on the usual ports", () => {
  assert.deepEqual(plan("coturn:"), {
    address: "192.168.1.5",
    external: undefined,
    host: "192.168.1.5",
    port: 3478,
    tlsPort: 5349,
    transports: ["udp", "tcp"],
    relayPorts: [49_152, 65_535],
  });
});

const WHERE: readonly [string, string, Partial<Surroundings>, string, string][] = [
  ["HOST of one card", "coturn:", { host: "10.0.0.9" }, "10.0.0.9", "10.0.0.9"],
  ["HOST of loopback", "coturn:", { host: "127.0.0.1" }, "127.0.0.1", "127.0.0.1"],
  ["HOST of loopback by IPv6", "coturn:", { host: "::1" }, "::1", "[::1]"],
  ["HOST by name", "coturn:", { host: "localhost" }, "127.0.0.1", "127.0.0.1"],
  ["no network", "coturn:", { addresses: [] }, "127.0.0.1", "127.0.0.1"],
  [
    "a proxy before loopback",
    "coturn:",
    { host: "127.0.0.1", publicUrl: "https://pbx.example" },
    "192.168.1.5",
    "pbx.example",
  ],
  ["a NAT before us", "coturn:?external=203.0.113.5", {}, "192.168.1.5", "203.0.113.5"],
  ["what the operator says", "coturn:?address=10.0.0.7&host=turn.example", {}, "10.0.0.7", "turn.example"],
];

for (const [what, setting, change, address, host] of WHERE) {
  Deno.test(`with ${what} coturn listens on ${address}, and phones are told ${host}`, () => {
    const made = plan(setting, change);
    assert.deepEqual([made.address, made.host], [address, host]);
  });
}

const WRONG: readonly [string, RegExp][] = [
  ["coturn:?prot=1", /^Cannot use TURN=coturn: with prot: this build knows address, port, /],
  ["coturn:?port=0", /^Cannot use TURN with port 0: expected one from 1 to 65535$/],
  ["coturn:?tls=65536", /^Cannot use TURN with port 65536/],
  ["coturn:?relay=50000", /^Cannot use TURN with port : /],
  ["coturn:?relay=50000-40000", /^Cannot use TURN with relay=50000-40000: expected the lesser port first$/],
  ["coturn:?address=0.0.0.0", /^Cannot use TURN with address 0.0.0.0: expected the IP address/],
  ["coturn:?external=1.2.3.4%0Ano-auth", /^Cannot use TURN with address 1.2.3.4\nno-auth: /],
];

for (const [setting, words] of WRONG) {
  Deno.test(`${setting} is refused in words`, () => {
    assert.throws(() => plan(setting), (error) => error instanceof SettingError && words.test(error.message));
  });
}

Deno.test("the configuration tells coturn all that the plan says, and nobody may steer or use it without the secret", () => {
  const lines = linesOf(plan("coturn:?port=4000&tls=4001&relay=5000-5099&external=203.0.113.5"));
  for (
    const line of [
      "listening-ip=192.168.1.5",
      "relay-ip=192.168.1.5",
      "external-ip=203.0.113.5/192.168.1.5",
      "listening-port=4000",
      "tls-listening-port=4001",
      "min-port=5000",
      "max-port=5099",
      "use-auth-secret",
      "static-auth-secret=key-word",
      "no-cli",
      "no-tcp-relay",
      "no-multicast-peers",
    ]
  ) assert.ok(lines.includes(line), line);
});

Deno.test("a relay in a house denies loopback, link-local and the machine's other cards, but not the house", () => {
  const denied = deniedBy(plan("coturn:"));
  for (
    const range of ["127.0.0.0-127.255.255.255", "169.254.0.0-169.254.255.255", "::1", "172.17.0.1"]
  ) assert.ok(denied.includes(range), range);
  assert.ok(!denied.includes("192.168.0.0-192.168.255.255") && !denied.includes("192.168.1.5"));
  assert.ok(!linesOf(plan("coturn:")).includes("allow-loopback-peers"));
});

for (const setting of ["coturn:?external=203.0.113.5", "coturn:?address=203.0.113.5"]) {
  Deno.test(`a relay for the internet (${setting}) is no door into private networks`, () => {
    const made = plan(setting);
    assert.ok(deniedBy(made).includes("192.168.0.0-192.168.255.255"));
    assert.ok(linesOf(made).includes(`allowed-peer-ip=${made.address}`));
  });
}

Deno.test("only a relay that listens on loopback may relay to it", () => {
  const made = plan("coturn:", { host: "127.0.0.1" });
  assert.ok(linesOf(made).includes("allow-loopback-peers"));
  assert.deepEqual(deniedBy(made), []);
});
