/**
 * The real server for tests: `deno task start` with free ports and a data folder of its own, and its commands.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

/** The folder that the repository was cloned to. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

const OPTIONAL_SETTINGS = [
  "PUBLIC_URL",
  "TLS_CERT",
  "TLS_KEY",
  "BUS",
  "CALLS",
  "BOOK",
  "MEDIA",
  "TURN",
  "SIP",
  "LOG",
];

/** How long a first start may take, in milliseconds: it installs and builds what is missing. */
const START_BUDGET = 180_000;

/** How long the server may take to leave after SIGTERM, in milliseconds. */
const STOP_BUDGET = 20_000;

/** Below those that systems give away by themselves: nobody else comes by one of these by chance. */
const PORTS = { from: 10_000, count: 20_000 } as const;

/** A TCP port of 127.0.0.1 that nobody listens on at this moment. */
export function freePort(): number {
  const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
  try {
    using _listener = Deno.listen({ hostname: "127.0.0.1", port });
    return port;
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return freePort();
  }
}

/** A server with its own ports and data folder; it can be stopped and started again as the same one. */
export class Server implements AsyncDisposable {
  /** Where its pages are, such as `http://127.0.0.1:40001`. */
  readonly origin: string;
  /** The same over HTTPS, with the certificate of its own CA. */
  readonly secureOrigin: string;
  /** The URLs that it printed when it made its first agents, by number. */
  readonly agents: Map<string, string> = new Map();
  readonly #env: Record<string, string>;
  #process: Deno.ChildProcess | undefined;
  #written = "";
  #reading: Promise<unknown> = Promise.resolve();

  private constructor(env: Record<string, string>) {
    const [port, httpsPort] = [freePort(), freePort()];
    const DATA_DIR = Deno.makeTempDirSync({ prefix: "outside-line-" });
    // What the developer has set for a server of their own must not reach this one.
    const unset = Object.fromEntries(OPTIONAL_SETTINGS.map((name) => [name, ""]));
    const own = { HOST: "127.0.0.1", PORT: `${port}`, HTTPS_PORT: `${httpsPort}`, DATA_DIR };
    this.#env = { ...unset, ...own, ...env };
    this.origin = `http://127.0.0.1:${port}`;
    this.secureOrigin = `https://127.0.0.1:${httpsPort}`;
  }

  /** Starts a server with an empty data folder; `env` adds settings. Throws with what it wrote when it does not come up. */
  static async start(env: Record<string, string> = {}): Promise<Server> {
    const server = new Server(env);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Starts it (again) on the same ports and data folder; resolves once it answers. */
  async start(): Promise<void> {
    const process = this.#spawn(["task", "start"]);
    this.#process = process;
    this.#reading = Promise.all([this.#read(process.stdout, true), this.#read(process.stderr, false)]);
    let exited: Deno.CommandStatus | undefined;
    void process.status.then((status) => exited = status);
    const state = await until(
      async () => exited ? "exited" : await this.#isUp() ? "up" : "starting",
      (seen) => seen !== "starting",
      START_BUDGET,
    ).catch((error: Error) => error.message);
    if (state !== "up") throw new Error(`Cannot start the server: ${state}\n${this.output}`);
  }

  /** Stops it as an operator does, by SIGTERM. Throws when it does not leave. */
  async stop(): Promise<void> {
    const process = this.#process;
    if (!process) return;
    this.#process = undefined;
    // deno task passes the signal on; the server's exit ends the task.
    if (isAlive(process)) process.kill("SIGTERM");
    let left = false;
    void process.status.then(() => left = true);
    await until(() => left, (seen) => seen, STOP_BUDGET).catch(() => {
      process.kill("SIGKILL");
      throw new Error(`Cannot stop the server within ${STOP_BUDGET} ms\n${this.output}`);
    });
    await this.#reading;
  }

  /** Makes an agent by `deno task agent add` and answers its URL. Throws with what was said. */
  async addAgent(number: string, ...flags: string[]): Promise<string> {
    await this.agent("add", number, ...flags);
    return this.url(number);
  }

  /** Runs `deno task agent …` on this server's book; a URL that it prints is noted. Throws with what it said. */
  async agent(verb: "add" | "change" | "link" | "remove", number: string, ...flags: string[]): Promise<void> {
    const { success, stdout, stderr } = await this.#spawn(["task", "agent", verb, number, ...flags]).output();
    const [printed = "", complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (!success) throw new Error(`Cannot ${verb} agent ${number}: ${printed}${complained}`);
    this.agents.delete(number);
    this.#note(printed.trim().split("\n").at(-1) ?? "");
  }

  /** The URL of agent `number`'s phone, key and all. */
  url(number: string): string {
    const url = this.agents.get(number);
    if (!url) throw new Error(`Cannot open agent ${number}: no URL of theirs was printed\n${this.output}`);
    return url;
  }

  /** The key of agent `number`, which is the `Password` of their extension in the classic API. */
  key(number: string): string {
    return new URLSearchParams(new URL(this.url(number)).hash.slice(1)).get("key") ?? "";
  }

  /** Makes a token by `deno task token new …` and answers it. Throws with what was said. */
  async token(...flags: string[]): Promise<string> {
    return (await this.#print(["task", "token", "new", ...flags])).trim().split("\n").at(-1) ?? "";
  }

  /** Writes one more line to the book. Throws with what was said. */
  async addLine(name: string): Promise<void> {
    await this.#print([
      "run",
      "-A",
      "tests/support/add_line.ts",
      `${this.#env["DATA_DIR"]}/book.sqlite`,
      name,
    ]);
  }

  /** Everything that it wrote, for messages of failing tests. */
  get output(): string {
    return this.#written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.#env["DATA_DIR"] ?? "", { recursive: true });
  }

  async #print(args: string[]): Promise<string> {
    const { success, stdout, stderr } = await this.#spawn(args).output();
    const [printed = "", complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (!success) throw new Error(`Cannot run ${args.join(" ")}: ${printed}${complained}`);
    return printed;
  }

  #spawn(args: string[]): Deno.ChildProcess {
    // Never "deno": it need not be on the PATH when npx has brought it.
    return new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      env: { ...this.#env, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  async #isUp(): Promise<boolean> {
    const response = await fetch(`${this.origin}/health`);
    await response.body?.cancel();
    return response.ok;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>, agents: boolean): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#written += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      if (agents) lines.forEach((line) => this.#note(line));
    }
  }

  /** The first URL of each agent counts: others are for other machines. */
  #note(line: string): void {
    const [url, number] = /https?:\/\/\S+\/agent\/(\w+)\S*/.exec(line) ?? [];
    if (url && number && !this.agents.has(number)) this.agents.set(number, url);
  }
}

/** Whether a process that was started here still runs. */
export function isAlive(process: Deno.ChildProcess): boolean {
  try {
    process.kill("SIGCONT");
    return true;
  } catch {
    return false;
  }
}
