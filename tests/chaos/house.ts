/**
 * The server in the lab: the command of `deno task start`, without the task around it, so that it can be killed.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { ROOT } from "../support/server.ts";
import { until } from "../support/until.ts";
import { type Lab, SERVER, SERVER_ADDRESS } from "./lab.ts";

const PORT = "7777";

/** Where the pages are, seen from a client of the lab. */
export const ORIGIN = `http://${SERVER_ADDRESS}:${PORT}`;

/** An agent of a house, who does not elect. */
export interface Agent {
  readonly number: string;
  readonly name: string;
}

/** How long a start may take, in milliseconds; everything is built by then. */
const START_BUDGET = 30_000;

/** A live call, or one that is remembered, as the server keeps it. */
export interface KeptCall {
  readonly id: string;
  readonly state: { readonly name: string; readonly heldBy?: readonly string[] };
}

/** One line of the record of calls. */
export interface RecordedCall {
  readonly id: string;
  readonly accepted_at: number | null;
  readonly ended_at: number;
  readonly reason: string;
}

/** A server that can be stopped, killed and started again as the same one. */
export class House implements AsyncDisposable {
  readonly #lab: Lab;
  readonly #folder = Deno.makeTempDirSync({ prefix: "outside-line-chaos-" });
  readonly #agents = new Map<string, string>();
  readonly #settings: Record<string, string>;
  #process: Deno.ChildProcess | undefined;
  #reading: Promise<unknown> = Promise.resolve();
  #written = "";

  private constructor(lab: Lab, settings: Record<string, string>) {
    this.#lab = lab;
    this.#settings = settings;
  }

  /** Starts a server with an empty data folder. What it serves must have been built. Throws with what it wrote. */
  static async open(
    lab: Lab,
    agents: readonly Agent[],
    settings: Record<string, string> = {},
  ): Promise<House> {
    const house = new House(lab, settings);
    try {
      for (const { number, name } of agents) {
        house.#note(await house.#run(["task", "agent", "add", number, "--name", name]));
      }
      await house.start();
      return house;
    } catch (error) {
      await house[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Starts it (again); resolves with the time when it has said that it is there. */
  async start(): Promise<number> {
    const [program = "", ...args] = [...this.#lab.at(SERVER), Deno.execPath(), ...startArguments()];
    const env = this.#env;
    const started = new Deno.Command(program, { args, cwd: ROOT, env, stdout: "piped", stderr: "piped" })
      .spawn();
    this.#process = started;
    const from = this.#written.length;
    this.#reading = Promise.all([this.#read(started.stdout), this.#read(started.stderr)]);
    await until(
      () => this.#written.slice(from).includes('"event":"started"'),
      (isThere) => isThere,
      START_BUDGET,
    ).catch((error) => {
      throw new Error(`Cannot start the server: ${error.message}\n${this.#written}`);
    });
    for (const line of this.#written.slice(from).split("\n")) this.#note(line);
    return Date.now();
  }

  /** Sends it a signal; resolves with how long it took to leave, in milliseconds. */
  async leave(signal: "SIGTERM" | "SIGKILL"): Promise<number> {
    const process = this.#process;
    if (!process) return 0;
    this.#process = undefined;
    const began = performance.now();
    try {
      process.kill(signal);
    } catch {
      // It has ended already.
    }
    await process.status;
    const took = performance.now() - began;
    await this.#reading;
    return took;
  }

  /** Kills its relay; resolves with the time when it has started another one. */
  async killRelay(): Promise<number> {
    const known = this.#relays;
    Deno.kill(known.at(-1) ?? 0, "SIGKILL");
    await until(() => this.#relays.length, (count) => count > known.length, START_BUDGET);
    return Date.now();
  }

  /** Whether it has been started, and not been stopped or killed since. */
  get isOpen(): boolean {
    return this.#process !== undefined;
  }

  /** The process numbers that its relay has had. */
  get #relays(): number[] {
    const started = /"event":"coturn-started".*"pid":(\d+)/;
    return this.log.split("\n").flatMap((line) => started.exec(line)?.[1] ?? []).map(Number);
  }

  /** The URL of agent `number`'s phone, key and all. */
  url(number: string): string {
    const url = this.#agents.get(number);
    if (!url) throw new Error(`Cannot open agent ${number}: no URL was printed\n${this.#written}`);
    return `${ORIGIN}${new URL(url).pathname}${new URL(url).hash}`;
  }

  /** The calls that are live for the server. */
  liveCalls(): readonly KeptCall[] {
    const rows = this.#ask("calls.sqlite", "SELECT record FROM calls WHERE state <> 'ended'");
    return rows.map(({ record }) => JSON.parse(String(record)));
  }

  /** The record of the call `id`: one line of it, if it is whole. */
  recordOf(id: string): readonly RecordedCall[] {
    const sql = "SELECT id, accepted_at, ended_at, reason FROM history WHERE id = ?";
    return this.#ask("book.sqlite", sql, id) as unknown as RecordedCall[];
  }

  /** All that the server has logged. */
  get log(): string {
    return this.#written.split("\n").filter((line) => line.startsWith("{")).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What is killed leaves its relay behind.
    await this.leave(this.#relays.length > 0 ? "SIGTERM" : "SIGKILL");
    await Deno.remove(this.#folder, { recursive: true });
  }

  get #env(): Record<string, string> {
    const own = {
      HOST: SERVER_ADDRESS,
      PORT,
      HTTPS_PORT: "7778",
      PUBLIC_URL: ORIGIN,
      DATA_DIR: this.#folder,
    };
    return { ...own, ...this.#settings, LOG: "debug", NO_COLOR: "1" };
  }

  async #run(args: string[]): Promise<string> {
    const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: this.#env, stdin: "null" });
    const { success, stdout, stderr } = await command.output();
    const [printed = "", complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (!success) throw new Error(`Cannot run deno ${args.join(" ")}: ${printed}${complained}`);
    return printed.trim().split("\n").at(-1) ?? "";
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) this.#written += text;
  }

  #note(line: string): void {
    const [url, number] = /https?:\/\/\S+\/agent\/(\w+)\S*/.exec(line) ?? [];
    if (url && number && !this.#agents.has(number)) this.#agents.set(number, url);
  }

  #ask(file: string, sql: string, ...values: string[]): Record<string, unknown>[] {
    using database = new DatabaseSync(`${this.#folder}/${file}`, { readOnly: true });
    return database.prepare(sql).all(...values);
  }
}

/** What `deno task start` runs after the build, so that the two cannot differ. */
function startArguments(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`));
  return tasks.start.command.split(" ").slice(1);
}
