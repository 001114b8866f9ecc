/**
 * The server under load: the very process of `deno task start`, without the task around it, so that its memory, its
 * time and its files can be read.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { freePort, isAlive, ROOT } from "../support/server.ts";
import { adopt } from "./children.ts";
import { until } from "../support/until.ts";

/** How long a start may take, in milliseconds; everything is built by then. */
const START_BUDGET = 30_000;

/** How long the server may take to leave after SIGTERM, in milliseconds. */
const STOP_BUDGET = 15_000;

/** Settings of the developer's own that must not reach this server. */
const UNSET = ["PUBLIC_URL", "TLS_CERT", "TLS_KEY", "BUS", "CALLS", "BOOK", "MEDIA", "TURN", "SIP"];

/** How a server is started. */
export interface HouseOptions {
  /** Numbers of agents that do not elect. */
  readonly agents?: readonly string[];
  /** Numbers of agents that do. */
  readonly electing?: readonly string[];
  /** Names of lines beside the first one. */
  readonly lines?: readonly string[];
  /** The core that it may use, and no other. */
  readonly core?: number;
}

/** A server with its own ports and data folder. */
export class House implements AsyncDisposable {
  readonly port: number = freePort();
  readonly #httpsPort = freePort();
  readonly #folder = Deno.makeTempDirSync({ prefix: "outside-line-load-" });
  readonly #urls = new Map<string, string>();
  #process: Deno.ChildProcess | undefined;
  #reading: Promise<unknown> = Promise.resolve();
  /** What it has written, as far as somebody may want to read it. */
  #written = "";

  private constructor() {}

  /** Starts a server with an empty data folder. What it serves must have been built. */
  static async open({ agents = [], electing = [], lines = [], core }: HouseOptions = {}): Promise<House> {
    const house = new House();
    try {
      for (const number of agents) await house.#hire(number);
      for (const number of electing) await house.#hire(number, "--elect");
      if (lines.length > 0) {
        await house.#run("tests/support/add_line.ts", [`${house.#folder}/book.sqlite`, ...lines]);
      }
      await house.#start(core);
      return house;
    } catch (error) {
      await house[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Its process. */
  get pid(): number {
    if (!this.#process) throw new Error("Cannot look at the server: it is not running");
    return this.#process.pid;
  }

  /** The URL of agent `number`'s phone, key and all. */
  url(number: string): string {
    const url = this.#urls.get(number);
    if (!url) throw new Error(`Cannot open agent ${number}: no URL was printed`);
    return url;
  }

  /** The key of agent `number`. */
  key(number: string): string {
    return new URLSearchParams(new URL(this.url(number)).hash.slice(1)).get("key") ?? "";
  }

  /** How many rows the table of calls has: of calls that live, and of all that are remembered. */
  rows(): { readonly live: number; readonly all: number } {
    using database = new DatabaseSync(`${this.#folder}/calls.sqlite`, { readOnly: true });
    const count = (sql: string) => Number(database.prepare(sql).get()?.["count"]);
    return {
      live: count("SELECT count(*) AS count FROM calls WHERE state <> 'ended'"),
      all: count("SELECT count(*) AS count FROM calls"),
    };
  }

  /** What it has written last, and every warning and error since the start. */
  get log(): string {
    return this.#written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await Deno.remove(this.#folder, { recursive: true });
  }

  get #env(): Record<string, string> {
    return {
      ...Object.fromEntries(UNSET.map((name) => [name, ""])),
      HOST: "127.0.0.1",
      PORT: `${this.port}`,
      HTTPS_PORT: `${this.#httpsPort}`,
      DATA_DIR: this.#folder,
      NO_COLOR: "1",
    };
  }

  async #hire(number: string, ...flags: readonly string[]): Promise<void> {
    const printed = await this.#run("main.ts", ["agent", "add", number, ...flags]);
    this.#urls.set(number, printed.trim().split("\n").at(-1) ?? "");
  }

  async #run(script: string, words: readonly string[]): Promise<string> {
    const args = ["run", "-A", script, ...words];
    const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: this.#env, stdin: "null" });
    const { success, stdout, stderr } = await command.output();
    const [printed = "", complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (!success) throw new Error(`Cannot run ${script}: ${printed}${complained}`);
    return printed;
  }

  async #start(core: number | undefined): Promise<void> {
    const pinned = core === undefined ? [] : ["taskset", "-c", `${core}`];
    const [program = "", ...args] = [...pinned, Deno.execPath(), ...startArguments()];
    const env = this.#env;
    const started = adopt(new Deno.Command(program, {
      args,
      cwd: ROOT,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn());
    this.#process = started;
    this.#reading = Promise.all([this.#read(started.stdout), this.#read(started.stderr)]);
    await until(() => this.#written.includes('"event":"started"'), Boolean, START_BUDGET).catch((error) => {
      throw new Error(`Cannot start the server: ${error.message}\n${this.#written}`);
    });
  }

  async #stop(): Promise<void> {
    const process = this.#process;
    if (!process) return;
    this.#process = undefined;
    const patience = setTimeout(() => process.kill("SIGKILL"), STOP_BUDGET);
    if (isAlive(process)) process.kill("SIGTERM");
    await process.status;
    clearTimeout(patience);
    await this.#reading;
  }

  /** An hour of calls writes a lot: what went well is not kept. */
  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#written += text;
      if (this.#written.length < 100_000) continue;
      const lines = this.#written.split("\n");
      const bad = lines.slice(0, -100).filter((line) => /"level":"(warn|error)"/.test(line));
      this.#written = [...bad.slice(-100), ...lines.slice(-100)].join("\n");
    }
  }
}

/** What `deno task start` runs after the build, so that the two cannot differ. */
function startArguments(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`));
  return tasks.start.command.split(" ").slice(1);
}
