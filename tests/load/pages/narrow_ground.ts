/**
 * A bad link for the pages of the bench: each in a browser and a network of its own, of which little comes out and part
 * of that is lost. It needs root, and the programs of the chaos suite's lab.
 *
 * @module
 */
import { House } from "../../chaos/house.ts";
import { Lab, lacksForLab, SERVER, SERVER_ADDRESS } from "../../chaos/lab.ts";
import { BROWSERS, findProgram } from "../../support/programs.ts";
import { keep } from "../children.ts";
import { type Browser, launchChromium } from "../driver.ts";
import { FloorServer } from "./floor_process.ts";
import { Seat } from "./seat.ts";
import { CALLEE, CALLER, type End, type Ground, openPage, type Prepared } from "./stage.ts";

/** The clients of the lab that the two sit at. */
const CLIENTS: Readonly<Record<End, string>> = { caller: "a", callee: "b" };

/** What comes out of a client; what waits longer than the latency is lost. */
const OUT = ["rate", "200kbit", "burst", "4000", "latency", "300ms"];

/** How much of what comes in is lost, in percent. */
const LOSS = 10;

const FLOOR_PORT = 7780;

/** Why there can be no bad link on this machine, or `undefined` when there can. */
export async function lacksForNarrow(): Promise<string | undefined> {
  const lacking = findProgram({ names: ["tc"] }) ? await lacksForLab() : "no tc on this machine";
  if (lacking) return lacking;
  try {
    await using lab = await Lab.up(["try"]);
    await narrow(lab, "try");
    return undefined;
  } catch (error) {
    return `links cannot be narrowed on this machine: ${String(error).split("\n")[0]}`;
  }
}

async function at(lab: Lab, node: string, ...words: readonly string[]): Promise<void> {
  const [program = "", ...args] = [...lab.at(node), ...words];
  const { success, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  if (!success) throw new Error(`Cannot run ${words.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

async function narrow(lab: Lab, node: string): Promise<void> {
  await at(lab, node, "tc", "qdisc", "replace", "dev", "eth0", "root", "tbf", ...OUT);
  const rules = [
    "add table inet bench",
    "add chain inet bench i { type filter hook input priority 0; }",
    `add rule inet bench i iif != lo numgen random mod 100 < ${LOSS} drop`,
  ];
  await at(lab, node, "nft", rules.join("; "));
}

/** Both links, good until they are made narrow. */
export class NarrowGround implements AsyncDisposable, Ground {
  readonly roundTrip = 0;
  readonly #ends = new AsyncDisposableStack();
  readonly #lab: Lab;
  readonly #browsers = new Map<End, Browser>();
  #house: House | undefined;

  private constructor(lab: Lab) {
    this.#ends.defer(keep(this));
    this.#lab = this.#ends.use(lab);
  }

  /** Lays the network, and starts servers and browsers in it. What our house serves must have been built. */
  static async open(): Promise<NarrowGround> {
    const ground = new NarrowGround(await Lab.up(Object.values(CLIENTS)));
    try {
      await ground.#open();
      return ground;
    } catch (error) {
      await ground[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ends.disposeAsync();
  }

  /** Makes both links bad. */
  async narrow(): Promise<void> {
    for (const client of Object.values(CLIENTS)) await narrow(this.#lab, client);
  }

  /** Makes both links good. */
  async widen(): Promise<void> {
    for (const client of Object.values(CLIENTS)) {
      await at(this.#lab, client, "tc", "qdisc", "del", "dev", "eth0", "root");
      await this.#lab.heal(client);
    }
  }

  ourUrl(number: string): string {
    return this.#house?.url(number) ?? "";
  }

  floorUrl(wishes: Readonly<Record<string, string>>): string {
    return `http://${SERVER_ADDRESS}:${FLOOR_PORT}/?${new URLSearchParams(wishes)}`;
  }

  async seat(end: End, number: string | undefined, prepared?: Prepared): Promise<Seat> {
    const browser = this.#browsers.get(end);
    if (!browser) throw new Error(`Cannot open a page for the ${end}: there is no browser`);
    const { page, context } = await openPage(browser, prepared);
    return new Seat(page, context, number);
  }

  forget(): void {}

  async #open(): Promise<void> {
    const agents = [{ number: CALLER, name: "Alice" }, { number: CALLEE, name: "Bob" }];
    this.#house = this.#ends.use(await House.open(this.#lab, agents));
    const place = { host: SERVER_ADDRESS, port: FLOOR_PORT, before: this.#lab.at(SERVER) };
    this.#ends.use(await FloorServer.start(place));
    for (const end of ["caller", "callee"] as const) {
      const browser = await this.#launch(end);
      this.#browsers.set(end, browser);
      this.#ends.defer(() => browser.close());
    }
  }

  /** A program that is Chromium, but in the client's network; the driver reaches it through a pipe. */
  async #launch(end: End): Promise<Browser> {
    const words = [...this.#lab.at(CLIENTS[end]), findProgram(BROWSERS.chromium) ?? "chromium"];
    // Else a page of another host is given no camera over plain HTTP.
    const trusted = [new URL(this.ourUrl(CALLER)).origin, `http://${SERVER_ADDRESS}:${FLOOR_PORT}`];
    const trust = `--unsafely-treat-insecure-origin-as-secure=${trusted.join(",")}`;
    const path = await Deno.makeTempFile({ prefix: "outside-line-bench-" });
    await Deno.writeTextFile(path, `#!/bin/sh\nexec ${words.join(" ")} ${trust} "$@"\n`);
    await Deno.chmod(path, 0o755);
    const before = Deno.env.get("CHROMIUM");
    Deno.env.set("CHROMIUM", path);
    try {
      return await launchChromium("smooth");
    } finally {
      if (before === undefined) Deno.env.delete("CHROMIUM");
      else Deno.env.set("CHROMIUM", before);
      await Deno.remove(path);
    }
  }
}
