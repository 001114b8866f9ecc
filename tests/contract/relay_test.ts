import assert from "node:assert/strict";
import { openCoturn } from "../../adapters/coturn.ts";
import { planOf } from "../../adapters/coturn_config.ts";
import { makeAuthority, makeLeaf } from "../../adapters/certificate_authority.ts";
import { noRelay, turnRelay } from "../../adapters/turn.ts";
import type { Relay } from "../../pbx/ports.ts";
import { findProgram, SERVERS } from "../support/programs.ts";
import { freePort } from "../support/server.ts";
import { type Adapters, holdTo } from "./adapters.ts";

const DAY = 86_400_000;

async function coturn(folder: string): Promise<Relay> {
  const authority = await makeAuthority("Contract", Date.now());
  const setting = new URL(`coturn:?port=${freePort()}&tls=${freePort()}`);
  return await openCoturn({
    folder,
    plan: () => planOf(setting, { host: "127.0.0.1", addresses: [] }),
    addresses: () => [],
    certificate: () => makeLeaf(authority, { hosts: [], addresses: ["127.0.0.1"] }, Date.now()),
    log: () => {},
  });
}

const RELAYS: Adapters<Relay> = {
  none: () => noRelay(),
  turn: () => turnRelay(new URL("turn://relay.example?secret=north-wind&tls=5349")),
  turns: () => turnRelay(new URL("turns://relay.example?secret=north-wind")),
  ...(findProgram(SERVERS.turnserver) && { coturn }),
};

const promise = (words: string, test: (relay: Relay) => Promise<void>) =>
  holdTo("Relay", RELAYS, words, undefined, test);

promise("what a phone is given is its own, and ends within a day", (relay) => {
  const now = Date.now();
  for (const number of ["1001", "1002"]) {
    for (const { urls, username = "", credential = "" } of relay.iceServers({ number, device: "d" }, now)) {
      const [, end, name] = /^(\d+):(.+)$/.exec(username) ?? [];
      assert.equal(name, number);
      assert.ok(Number(end) * 1000 > now && Number(end) * 1000 <= now + DAY, "it ends within a day");
      assert.match(credential, /^[\w+/]{27}=$/);
      for (const url of urls) assert.match(url, /^turns?:[\w.]+:\d+\?transport=(udp|tcp)$/);
    }
  }
  return Promise.resolve();
});
