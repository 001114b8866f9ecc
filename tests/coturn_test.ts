/** The relay that we start ourselves, with Debian's real coturn: what it allows, what it refuses, how it comes back. */
import assert from "node:assert/strict";
import { makeAuthority, makeLeaf } from "../adapters/certificate_authority.ts";
import { type CoturnOptions, openCoturn } from "../adapters/coturn.ts";
import { planOf } from "../adapters/coturn_config.ts";
import { lanAddresses } from "../adapters/web/listen.ts";
import type { Relay } from "../pbx/ports.ts";
import { programTest } from "./support/programs.ts";
import { freePort, Server } from "./support/server.ts";
import { TurnClient } from "./support/turn_client.ts";
import { until } from "./support/until.ts";

const PARTY = { number: "1001", device: "device-a" };
const HERE = { hosts: ["localhost"], addresses: ["127.0.0.1", ...lanAddresses()] };

/** A setting with ports that are free. */
function freeCoturn(more = ""): string {
  const first = Math.min(freePort(), 65_000);
  return `coturn:?port=${freePort()}&tls=${freePort()}&relay=${first}-${first + 99}${more}`;
}

/** A relay of its own, and all that it logged. */
class Bench implements AsyncDisposable {
  readonly logged: { level: string; event: string; fields: Record<string, unknown> }[] = [];
  readonly folder: string = Deno.makeTempDirSync();
  readonly #setting = new URL(freeCoturn());
  authority = makeAuthority("Bench", Date.now());
  #relay: Relay | undefined;

  async open(change: Partial<CoturnOptions> = {}, host = "127.0.0.1"): Promise<Relay> {
    const plan = planOf(this.#setting, { host, addresses: lanAddresses() });
    return this.#relay = await openCoturn({
      folder: this.folder,
      plan: () => plan,
      addresses: lanAddresses,
      certificate: async () => await this.#certificate(),
      log: (level, event, fields = {}) => this.logged.push({ level, event, fields }),
      ...change,
    });
  }

  get port(): number {
    return Number(this.#setting.searchParams.get("port"));
  }

  get tlsPort(): number {
    return Number(this.#setting.searchParams.get("tls"));
  }

  /** The process numbers that coturn has had, the last one last. */
  get pids(): number[] {
    return this.logged.filter(({ event }) => event === "coturn-started").map(({ fields }) =>
      Number(fields["pid"])
    );
  }

  #leaf: ReturnType<typeof makeLeaf> | undefined;
  #certificate() {
    return this.#leaf ??= this.authority.then((authority) => makeLeaf(authority, HERE, Date.now()));
  }

  /** From now on the certificate is another authority's. */
  renew(): void {
    this.authority = makeAuthority("Renewed", Date.now());
    this.#leaf = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay?.[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** What the relay gives a phone of 1001 at this moment, as a client has it. */
function accessOf(relay: Relay) {
  const [{ urls = [], username = "", credential = "" } = {}] = relay.iceServers(PARTY, Date.now());
  const [, host = "", port] = /^turn:(.*):(\d+)\?transport=udp$/.exec(urls[0] ?? "") ?? [];
  return { host, port: Number(port), username, credential };
}

/** What the server says to a client that asks for a relay and, when it has one, for leave to reach these peers. */
async function ask(access: ReturnType<typeof accessOf>, ...peers: string[]): Promise<number[]> {
  await using client = new TurnClient(access);
  const codes = [await client.allocate()];
  for (const peer of peers) codes.push(await client.permit(peer));
  return codes;
}

async function isAlive(pid: number): Promise<boolean> {
  const status = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => ") Z");
  return !/\) Z/.test(status);
}

const OK = 0;
const FORBIDDEN = 403;

const coturnTest = (name: string, test: () => Promise<void>) =>
  programTest(`coturn: ${name}`, ["turnserver"], test);

coturnTest("is well once it is open, relays for whom we gave credentials, and ends with us", async () => {
  await using bench = new Bench();
  const relay = await bench.open();
  await relay.check();
  assert.deepEqual(await ask(accessOf(relay)), [OK]);
  const [pid = 0] = bench.pids;
  await relay[Symbol.asyncDispose]();
  assert.ok(!await isAlive(pid));
  await assert.rejects(relay.check(), /^Error: Cannot reach 127\.0\.0\.1:\d+: /);
});

coturnTest(
  "refuses credentials that another secret made, that were changed, or whose time is over",
  async () => {
    await using bench = new Bench();
    const relay = await bench.open();
    const access = accessOf(relay);
    const [{ username = "", credential = "" } = {}] = relay.iceServers(PARTY, Date.now() - 13 * 3_600_000);
    const refused = [
      { ...access, credential: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
      { ...access, username: access.username.replace("1001", "1002") },
      { ...access, username, credential },
    ];
    for (const wrong of refused) assert.deepEqual(await ask(wrong), [401]);
  },
);

coturnTest("comes back after kill -9, and what phones were given is good still", async () => {
  await using bench = new Bench();
  const relay = await bench.open();
  const access = accessOf(relay);
  Deno.kill(bench.pids[0] ?? 0, "SIGKILL");
  await until(() => bench.pids.length, (count) => count === 2);
  await until(() => relay.check().then(() => true), (isWell) => isWell);
  assert.deepEqual(await ask(access), [OK]);
  assert.equal(bench.logged.find(({ event }) => event === "coturn-ended")?.fields["signal"], "SIGKILL");
});

coturnTest("shows a renewed certificate without being started again", async () => {
  await using bench = new Bench();
  await bench.open({ every: 20 });
  const connect = async () => {
    const caCerts = [(await bench.authority).cert];
    (await Deno.connectTls({ hostname: "127.0.0.1", port: bench.tlsPort, caCerts })).close();
    return true;
  };
  await connect();
  bench.renew();
  await until(connect, (isTrusted) => isTrusted);
  assert.equal(bench.pids.length, 1);
});

coturnTest("is no way into this machine, its neighbourhood or its other cards", async () => {
  const [lan, ...others] = lanAddresses();
  if (lan === undefined) return;
  await using bench = new Bench();
  const access = accessOf(await bench.open({}, "::"));
  assert.equal(access.host, lan);
  const denied = ["127.0.0.1", "127.1.2.3", "0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255"];
  assert.deepEqual(await ask(access, ...denied), [OK, ...denied.map(() => FORBIDDEN)]);
  assert.deepEqual(await ask(access, lan, "198.51.100.7"), [OK, OK, OK]);
  for (const other of others) assert.notEqual((await ask(access, other))[1], OK, other);
});

coturnTest("is no such way by IPv6 either, nor by IPv4 in the guise of it", async () => {
  const lan = lanAddresses().find((address) => address.includes(":"));
  if (lan === undefined) return;
  await using bench = new Bench();
  const access = { ...accessOf(await bench.open({}, lan)), host: lan };
  const denied = ["::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1", "ff02::1"];
  assert.deepEqual(await ask(access, ...denied), [OK, ...denied.map(() => FORBIDDEN)]);
  assert.deepEqual(await ask(access, lan), [OK, OK]);
});

coturnTest("logs no secret and no credential, whatever happens", async () => {
  await using bench = new Bench();
  const relay = await bench.open();
  const access = accessOf(relay);
  await ask(access);
  await ask({ ...access, credential: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" });
  const secret = await Deno.readTextFile(`${bench.folder}/secret`);
  const log = JSON.stringify(bench.logged);
  assert.ok(log.includes("Cannot find credentials of user"), "what coturn says is in the log");
  assert.ok(!log.includes(secret) && !log.includes(access.credential));
  for (const file of ["secret", "turnserver.conf", "key.pem"]) {
    assert.equal((await Deno.stat(`${bench.folder}/${file}`)).mode! & 0o777, 0o600, file);
  }
});

coturnTest("a port in use is told, not shared", async () => {
  await using bench = new Bench();
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: bench.port });
  const words = new RegExp(
    `^Error: Cannot start coturn: port ${bench.port} of 127\\.0\\.0\\.1: it is in use`,
  );
  await assert.rejects(bench.open(), words);
});

coturnTest("an address that this machine has not is told", async () => {
  await using bench = new Bench();
  const words = /^Error: Cannot start coturn: port \d+ of 198\.51\.100\.7: this machine has no such address$/;
  await assert.rejects(bench.open({}, "198.51.100.7"), words);
});

Deno.test("without coturn the server does not start, and says which package to install", async () => {
  const start = Server.start({ TURN: "coturn:", PATH: "/none" });
  const words = /\nCannot start coturn: there is no turnserver, install Debian's package coturn\n/;
  await assert.rejects(start.then((server) => server[Symbol.asyncDispose]()), words);
});

/** The process number of the server's coturn; the last one that it logged. */
const coturnOf = (server: Server): number =>
  Number([...server.output.matchAll(/"coturn-started".*?"pid":(\d+)/g)].at(-1)?.[1]);

coturnTest(
  "SIGTERM of the server ends it, and one that a crashed server left behind is replaced",
  async () => {
    await using server = await Server.start({ TURN: freeCoturn() });
    const ready = async () => (await (await fetch(`${server.origin}/ready`)).json()).ports.relay;
    assert.equal(await ready(), "ok");
    const left = await until(() => coturnOf(server), (pid) => pid > 0);
    await crash(left);
    assert.ok(await isAlive(left));

    await server.start();
    assert.equal(await ready(), "ok");
    assert.ok(!await isAlive(left));
    const last = await until(() => coturnOf(server), (pid) => pid !== left);
    await server.stop();
    assert.ok(!await isAlive(last));
  },
);

/** Kills the server that is the parent of this coturn, so that it can do nothing more. */
async function crash(coturn: number): Promise<void> {
  const [, parent] = /\) \w (\d+)/.exec(await Deno.readTextFile(`/proc/${coturn}/stat`)) ?? [];
  Deno.kill(Number(parent), "SIGKILL");
  await until(() => isAlive(Number(parent)), (alive) => !alive);
}
