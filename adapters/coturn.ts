/**
 * Debian's coturn as our own relay: started with a configuration of ours, looked after, and stopped with us.
 *
 * @module
 */
import type { IceServer } from "../protocol/messages.ts";
import type { Log, Party, Relay } from "../pbx/ports.ts";
import { configOf, type CoturnPlan } from "./coturn_config.ts";
import { newSecret } from "./keys.ts";
import { endLeftover } from "./leftover.ts";
import { readIfThere, writeIfNew } from "./private_files.ts";
import { askStun } from "./stun.ts";
import { turnServer } from "./turn.ts";

/** What a relay of our own needs. */
export interface CoturnOptions {
  /** Where its secret and configuration are kept; readable by us only. */
  readonly folder: string;
  /** The plan as it would be now: this machine's addresses may change. */
  readonly plan: () => CoturnPlan;
  /** All addresses of this machine but those of loopback: it is not to relay to the others. */
  readonly addresses: () => readonly string[];
  /** The certificate for TLS as it is now, as PEM. */
  readonly certificate: () => Promise<{ readonly cert: string; readonly key: string }>;
  readonly log: Log;
  /** How often to look whether address or certificate have changed, in milliseconds; a minute unless told. */
  readonly every?: number;
  /** The program; `turnserver` unless told. */
  readonly program?: string;
}

const MINUTE = 60_000;

/** How long until it must have answered, and until it must have stopped, in milliseconds. */
const START_BUDGET = 10_000;
const STOP_BUDGET = 3000;

/** How long to wait before it is started again, in milliseconds. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;

/** The pause that follows one of `last` milliseconds: twice as long, but short again once coturn has lived a minute. */
export const nextPause = (last: number, lived: number): number =>
  last === 0 || lived >= MINUTE ? FIRST_PAUSE : Math.min(2 * last, LONGEST_PAUSE);

/** Starts coturn and resolves once it answers. Throws "Cannot start coturn: …" when it cannot. */
export async function openCoturn(options: CoturnOptions): Promise<Relay> {
  await Deno.mkdir(options.folder, { recursive: true, mode: 0o700 });
  const folder = await Deno.realPath(options.folder);
  const coturn = new Coturn({ ...options, folder }, await keptSecret(`${folder}/secret`));
  try {
    await coturn.open();
    return coturn;
  } catch (error) {
    await coturn[Symbol.asyncDispose]();
    throw new Error(`Cannot start coturn: ${wordsOf(error)}`);
  }
}

/** Made once: what phones were given stays good when coturn or we start again. */
async function keptSecret(path: string): Promise<string> {
  const kept = await readIfThere(path);
  if (kept) return kept;
  const made = newSecret();
  await writeIfNew(path, made);
  return made;
}

class Coturn implements Relay {
  readonly #options: CoturnOptions;
  readonly #secret: string;
  readonly #stopping = new AbortController();
  #plan: CoturnPlan;
  #process: Deno.ChildProcess | undefined;
  #supervision: Promise<void> = Promise.resolve();
  #looks: ReturnType<typeof setInterval> | undefined;
  #look: Promise<void> = Promise.resolve();
  /** The last it complained of, to tell why it did not start. */
  #complaint: string | undefined;

  /** `options.folder` is absolute. */
  constructor(options: CoturnOptions, secret: string) {
    this.#options = options;
    this.#secret = secret;
    this.#plan = options.plan();
  }

  async open(): Promise<void> {
    const { every = MINUTE, folder } = this.#options;
    const { address, port, tlsPort } = this.#plan;
    await this.#writeConfig();
    await this.#writeCertificate();
    await endLeftover(this.#pidFile, this.#configFile);
    for (const each of [port, tlsPort]) assertFree(address, each);
    const process = this.#spawn();
    await this.#answers(process);
    this.#supervision = this.#supervise(process);
    this.#looks = setInterval(() => this.#look = this.#follow(), every);
    this.#options.log("info", "coturn-started", { address, port, tlsPort, pid: process.pid, folder });
  }

  async check(): Promise<void> {
    await askStun(this.#plan.address, this.#plan.port);
  }

  iceServers({ number }: Party, now: number): readonly IceServer[] {
    return [turnServer(this.#plan, this.#secret, number, now)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#looks);
    await this.#look;
    await this.#end();
    await this.#supervision;
    await Deno.remove(this.#pidFile).catch(() => {});
  }

  get #configFile(): string {
    return `${this.#options.folder}/turnserver.conf`;
  }

  get #pidFile(): string {
    return `${this.#options.folder}/turnserver.pid`;
  }

  #writeConfig(): Promise<boolean> {
    const { folder, addresses } = this.#options;
    const text = configOf(this.#plan, { folder, secret: this.#secret, addresses: addresses() });
    return writeIfNew(this.#configFile, text);
  }

  async #writeCertificate(): Promise<boolean> {
    const { folder, certificate } = this.#options;
    const { cert, key } = await certificate();
    const isNew = [await writeIfNew(`${folder}/key.pem`, key), await writeIfNew(`${folder}/cert.pem`, cert)];
    return isNew.includes(true);
  }

  /** The secret is in the file, as everybody may read a command line. */
  #spawn(): Deno.ChildProcess {
    const { program = "turnserver" } = this.#options;
    const args = ["-c", this.#configFile];
    try {
      const process = new Deno.Command(program, {
        args,
        clearEnv: true,
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      void this.#read(process.stdout);
      return this.#process = process;
    } catch (error) {
      throw new Error(whyNoProgram(program, error));
    }
  }

  async #answers({ status }: Deno.ChildProcess): Promise<void> {
    const { address, port } = this.#plan;
    const ended = new AbortController();
    const patience = { budget: START_BUDGET, pause: 25, signal: ended.signal };
    const end = status.then(({ code }) => {
      ended.abort();
      throw new Error(`it ended with code ${code}${this.#complaint ? `: ${this.#complaint}` : ""}`);
    });
    await Promise.race([end, askStun(address, port, patience)]);
  }

  /** Starts it again whenever it ends, until we are told to stop. */
  async #supervise(first: Deno.ChildProcess): Promise<void> {
    const { signal } = this.#stopping;
    let process: Deno.ChildProcess | undefined = first;
    let pause = 0;
    while (!signal.aborted) {
      const since = performance.now();
      const status: Deno.CommandStatus | undefined = await process?.status;
      if (signal.aborted) return;
      pause = nextPause(pause, performance.now() - since);
      this.#options.log("error", "coturn-ended", { code: status?.code, signal: status?.signal, pause });
      await sleep(pause, signal);
      if (!signal.aborted) process = this.#respawn();
    }
  }

  #respawn(): Deno.ChildProcess | undefined {
    try {
      const process = this.#spawn();
      this.#options.log("info", "coturn-started", { pid: process.pid });
      return process;
    } catch (error) {
      this.#options.log("error", "coturn", { error });
      return undefined;
    }
  }

  /** Follows the machine to a new address, which costs the relayed calls, and takes a new certificate, which does not. */
  async #follow(): Promise<void> {
    const { plan, addresses, log } = this.#options;
    try {
      const known = addresses();
      const next = plan();
      // Without any network nothing is to be had; and as long as the old address is there, calls run over it.
      const hasMoved = known.length > 0 && next.address !== this.#plan.address &&
        !known.includes(this.#plan.address);
      if (hasMoved) {
        this.#plan = next;
        await this.#writeConfig();
        log("info", "coturn-moves", { address: next.address });
        this.#signal("SIGTERM");
      }
      if (await this.#writeCertificate()) this.#signal("SIGUSR2");
    } catch (error) {
      log("warn", "coturn", { error });
    }
  }

  async #end(): Promise<void> {
    const process = this.#process;
    if (!process) return;
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), STOP_BUDGET);
    await process.status;
    clearTimeout(timer);
  }

  /** Harmless when it has ended already. */
  #signal(signal: Deno.Signal): void {
    try {
      this.#process?.kill(signal);
    } catch {
      // It was quicker.
    }
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#hear(line);
    }
  }

  /** What the clients did wrong, it calls an error too; that may be much, and is nothing for the operator to mend. */
  #hear(line: string): void {
    const text = line.replace(/^\d*: :?/, "").replaceAll(this.#secret, "…").trim();
    if (text === "") return;
    const isTrouble = /\bERROR\b|^cannot/i.test(text) && !/check_stun_auth|user </.test(text);
    if (isTrouble) this.#complaint = text;
    this.#options.log(isTrouble ? "warn" : "debug", "coturn", { text });
  }
}

/** Throws in words when somebody listens there: coturn would share the port with them rather than complain. */
function assertFree(hostname: string, port: number): void {
  try {
    Deno.listen({ hostname, port }).close();
  } catch (error) {
    throw new Error(`port ${port} of ${hostname}: ${whyNotFree(error)}`);
  }
}

function whyNotFree(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return "it is in use (by Debian's own service? systemctl disable --now coturn), or set TURN=coturn:?port=…&tls=…";
  }
  if (error instanceof Deno.errors.AddrNotAvailable) return "this machine has no such address";
  return wordsOf(error);
}

function whyNoProgram(program: string, error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return `there is no ${program}, install Debian's package coturn`;
  if (error instanceof Deno.errors.NotCapable) {
    return `Deno may not run it, start us with --allow-run=${program},ps,kill`;
  }
  return wordsOf(error);
}

const wordsOf = (error: unknown): string => error instanceof Error ? error.message : String(error);

/** Resolves after so many milliseconds, or when `signal` aborts. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
