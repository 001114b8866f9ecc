/**
 * A network of its own for tests: a server and clients in network namespaces on one bridge, and the switches that
 * break it. It needs root, `ip`, `ss` and `nft`.
 *
 * @module
 */
import { findProgram, NETWORK } from "../support/programs.ts";

/** The server's name in the lab. */
export const SERVER = "srv";

/** The server's address in the lab. */
export const SERVER_ADDRESS = "10.77.0.1";

/** The names of our namespaces begin so; the process that made them follows. */
const PREFIX = "ol";

/** Where coturn listens without TLS. */
const TURN_PORT = 3478;

/** Why there can be no lab on this machine, or `undefined` when there can. */
export async function lacksForLab(): Promise<string | undefined> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "network namespaces need root on Linux";
  const missing = Object.values(NETWORK).filter((program) => !findProgram(program));
  if (missing.length > 0) {
    return `no ${missing.map(({ names }) => names[0]).join(" and no ")} on this machine`;
  }
  try {
    // In a container root may be there without the leave to do this.
    await using lab = await Lab.up(["try"]);
    await lab.blackHole("try");
    return undefined;
  } catch (error) {
    return `network namespaces cannot be made on this machine: ${String(error).split("\n")[0]}`;
  }
}

/** Runs a program to its end and answers what it printed. Throws with what it complained of. */
async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  const [printed = "", complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`Cannot run ${program} ${args.join(" ")}: ${complained}`);
  return printed;
}

/** A network that stands until it is disposed of. */
export class Lab implements AsyncDisposable {
  readonly #prefix = `${PREFIX}${Deno.pid}`;
  readonly #up: string[] = [];
  readonly #clients: readonly string[];
  readonly #addresses = new Map<string, string>();

  private constructor(clients: readonly string[]) {
    this.#clients = clients;
  }

  /**
   * Lays the network. The clients' names are to be short, for they become part of interface names. Throws when the
   * machine cannot, with nothing left behind.
   */
  static async up(clients: readonly string[]): Promise<Lab> {
    await sweep();
    const lab = new Lab(clients);
    try {
      await lab.#addServer();
      for (const [index, client] of clients.entries()) await lab.#addClient(client, index + 2);
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The words that come before a command to make it run at `node`. */
  at(node: string): string[] {
    return ["ip", "netns", "exec", this.#namespace(node)];
  }

  /** Lets nothing in or out of `node`, and tells nobody. */
  async blackHole(node: string): Promise<void> {
    await this.#rules(
      node,
      "add chain inet chaos i { type filter hook input priority 0; policy drop; }",
      "add chain inet chaos o { type filter hook output priority 0; policy drop; }",
      "add rule inet chaos i iif lo accept",
      "add rule inet chaos o oif lo accept",
    );
  }

  /** Firewalls everywhere that let no UDP through, and tell nobody. */
  async onlyTcp(): Promise<void> {
    for (const node of this.#up) {
      await this.#rules(
        node,
        "add chain inet chaos i { type filter hook input priority 0; }",
        "add rule inet chaos i iif != lo meta l4proto udp drop",
      );
    }
  }

  /** The same, and no plain TURN either: what is left are the pages and TURN over TLS. */
  async onlyTls(): Promise<void> {
    await this.onlyTcp();
    await this.#rules(SERVER, `add rule inet chaos i iif != lo tcp dport ${TURN_PORT} drop`);
  }

  /** Whether clients reach nobody but the server, as behind strict NATs; else they reach each other too. */
  async isolate(isIsolated: boolean): Promise<void> {
    for (const client of this.#clients) {
      const link = ["link", "set", `to_${client}`, "type", "bridge_slave"];
      await run("ip", "-n", this.#namespace(SERVER), ...link, "isolated", isIsolated ? "on" : "off");
    }
  }

  /** What a NAT does that forgets: the TCP connections that `node` has now are heard no more, new ones are. */
  async forgetConnections(node: string): Promise<void> {
    const listed = await this.#at(node, "ss", "-Htn", "state", "established", "dst", SERVER_ADDRESS);
    const ports = [...listed.matchAll(/:(\d+)\s+\S+:\d+\s*$/gm)].map(([, port]) => port);
    if (ports.length === 0) return;
    await this.#rules(
      node,
      "add chain inet chaos i { type filter hook input priority 0; }",
      "add chain inet chaos o { type filter hook output priority 0; }",
      `add rule inet chaos i tcp dport { ${ports.join(",")} } drop`,
      `add rule inet chaos o tcp sport { ${ports.join(",")} } drop`,
    );
  }

  /** Kills the TCP connections that `node` has, as a proxy does that restarts: both ends hear a reset. */
  async cutConnections(node: string): Promise<void> {
    await this.#at(node, "ss", "-K", "-tn", "state", "established");
  }

  /** Refuses new TCP connections to `node`, as a machine does where nobody listens. */
  async refuseConnections(node: string): Promise<void> {
    await this.#rules(
      node,
      "add chain inet chaos i { type filter hook input priority 0; }",
      "add rule inet chaos i iif != lo tcp flags syn reject with tcp reset",
    );
  }

  /** Takes every rule back that the switches above have made. */
  async heal(node: string): Promise<void> {
    await this.#at(node, "nft", "flush", "ruleset");
  }

  /** Makes everything whole again. */
  async restore(): Promise<void> {
    for (const node of this.#up) await this.heal(node);
    for (const client of this.#clients) await this.linkUp(client);
    await this.isolate(false);
  }

  /** Pulls the plug of `node`. */
  async linkDown(node: string): Promise<void> {
    await run("ip", "-n", this.#namespace(node), "link", "set", "eth0", "down");
  }

  /** Puts the plug in again. */
  async linkUp(node: string): Promise<void> {
    await run("ip", "-n", this.#namespace(node), "link", "set", "eth0", "up");
    await this.#route(node);
  }

  /** Moves `node` to another address, as changing the network does. */
  async changeAddress(node: string): Promise<void> {
    const before = this.#addresses.get(node) ?? "";
    const host = Number(before.split(".")[3]);
    const after = `10.77.0.${host < 100 ? host + 100 : host - 100}`;
    await run("ip", "-n", this.#namespace(node), "addr", "del", `${before}/24`, "dev", "eth0");
    await run("ip", "-n", this.#namespace(node), "addr", "add", `${after}/24`, "dev", "eth0");
    this.#addresses.set(node, after);
    await this.#route(node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#up.splice(0)) {
      await remove(this.#namespace(node)).catch((error) => console.error(error.message));
    }
  }

  #namespace(node: string): string {
    return `${this.#prefix}-${node}`;
  }

  #at(node: string, ...command: string[]): Promise<string> {
    const [program = "", ...args] = [...this.at(node), ...command];
    return run(program, ...args);
  }

  async #rules(node: string, ...rules: string[]): Promise<void> {
    await this.#at(node, "nft", ["add table inet chaos", ...rules].join("; "));
  }

  async #addNode(node: string): Promise<void> {
    await run("ip", "netns", "add", this.#namespace(node));
    this.#up.push(node);
    await run("ip", "-n", this.#namespace(node), "link", "set", "lo", "up");
  }

  async #addServer(): Promise<void> {
    await this.#addNode(SERVER);
    const inside = ["-n", this.#namespace(SERVER)];
    await run("ip", ...inside, "link", "add", "br0", "type", "bridge");
    await run("ip", ...inside, "addr", "add", `${SERVER_ADDRESS}/24`, "dev", "br0");
    await run("ip", ...inside, "link", "set", "br0", "up");
  }

  async #addClient(node: string, host: number): Promise<void> {
    await this.#addNode(node);
    const [here, server] = [this.#namespace(node), this.#namespace(SERVER)];
    const ends = ["name", "eth0", "netns", here, "type", "veth", "peer", "name", `to_${node}`];
    await run("ip", "link", "add", ...ends, "netns", server);
    await run("ip", "-n", server, "link", "set", `to_${node}`, "master", "br0");
    await run("ip", "-n", server, "link", "set", `to_${node}`, "up");
    const address = `10.77.0.${host}`;
    await run("ip", "-n", here, "addr", "add", `${address}/24`, "dev", "eth0");
    await run("ip", "-n", here, "link", "set", "eth0", "up");
    this.#addresses.set(node, address);
    await this.#route(node);
  }

  /** The route goes with the link or the address. */
  async #route(node: string): Promise<void> {
    await run("ip", "-n", this.#namespace(node), "route", "replace", "default", "via", SERVER_ADDRESS);
  }
}

/** Removes a namespace with all that runs in it. */
async function remove(namespace: string): Promise<void> {
  const left = await run("ip", "netns", "pids", namespace);
  for (const id of left.split("\n").filter(Boolean)) Deno.kill(Number(id), "SIGKILL");
  await run("ip", "netns", "del", namespace);
}

/** Removes the labs of processes that were killed before they could do so themselves. */
async function sweep(): Promise<void> {
  const listed = await run("ip", "netns", "list");
  for (const [namespace, owner] of listed.matchAll(new RegExp(`^${PREFIX}(\\d+)-\\w+`, "gm"))) {
    const isAlive = await Deno.stat(`/proc/${owner}`).then(() => true, () => false);
    if (!isAlive) await remove(namespace).catch(() => {});
  }
}
