import assert from "node:assert/strict";
import { SettingError } from "./settings.ts";
import { credentialsOf, noRelay, turnRelay } from "./turn.ts";

const PARTY = { number: "1001", device: "device-a" };
const NOW = 1_800_000_000_000 - 12 * 3_600_000;

/** `printf 1800000000:1001 | openssl dgst -sha1 -hmac north+wind -binary | base64` */
const KNOWN = { username: "1800000000:1001", credential: "0p5bbJdbb8UCkhFGEJxBTtKhqng=" };

Deno.test("credentials are those that openssl computes", () => {
  assert.deepEqual(credentialsOf("north+wind", "1001", 1_800_000_000_999), KNOWN);
});

const URLS: readonly [string, readonly string[]][] = [
  ["turn://relay.example?secret=north+wind", [
    "turn:relay.example:3478?transport=udp",
    "turn:relay.example:3478?transport=tcp",
  ]],
  ["turn://relay.example:4000?secret=north%2Bwind&transport=tcp&tls=443", [
    "turn:relay.example:4000?transport=tcp",
    "turns:relay.example:443?transport=tcp",
  ]],
  ["turns://relay.example?secret=north+wind", ["turns:relay.example:5349?transport=tcp"]],
  ["turns://[2001:db8::1]:443?secret=north+wind", ["turns:[2001:db8::1]:443?transport=tcp"]],
];

for (const [setting, urls] of URLS) {
  Deno.test(`TURN=${setting} gives phones ${urls.join(" and ")}, with credentials for half a day`, () => {
    assert.deepEqual(turnRelay(new URL(setting)).iceServers(PARTY, NOW), [{ urls, ...KNOWN }]);
  });
}

const WRONG: readonly [string, RegExp][] = [
  ["turn:?secret=a", /^Cannot use TURN=turn:: expected turn:\/\/host\?secret=…$/],
  [
    "turn://relay.example",
    /^Cannot use TURN=turn:\/\/relay.example: expected turn:\/\/relay.example\?secret=…$/,
  ],
  ["turn://relay.example?secret=a&transport=sctp", /^Cannot use TURN with transport=sctp: /],
  ["turn://relay.example?secret=a&tls=no", /^Cannot use TURN with port no: /],
  [
    "turn://relay.example?key=hidden",
    /^Cannot use TURN=turn: with key: this build knows secret, transport, tls$/,
  ],
];

for (const [setting, words] of WRONG) {
  Deno.test(`TURN=${setting} is refused in words`, () => {
    assert.throws(
      () => turnRelay(new URL(setting)),
      (error) => error instanceof SettingError && words.test(error.message),
    );
  });
}

Deno.test("a relay of somebody else's that does not answer is ill", async () => {
  await using deaf = turnRelay(new URL("turns://127.0.0.1:1?secret=a"));
  await assert.rejects(deaf.check(), /^Error: Cannot reach 127\.0\.0\.1:1: .*refused/);
});

Deno.test("without a relay phones are told of none, and nothing is ill", async () => {
  await using none = noRelay();
  assert.deepEqual(none.iceServers(PARTY, NOW), []);
  await none.check();
});
