/**
 * The server of the floor's pages, as a process of its own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { freePort } from "../../support/server.ts";
import { adopt } from "../children.ts";

const PROGRAM = fileURLToPath(new URL("floor_server.ts", import.meta.url));

/** Where it is to run. */
export interface FloorPlace {
  readonly host?: string;
  readonly port?: number;
  /** The words that come before its command. */
  readonly before?: readonly string[];
}

/** A server that runs. */
export class FloorServer implements AsyncDisposable {
  readonly port: number;
  readonly #process: Deno.ChildProcess;

  private constructor(port: number, process: Deno.ChildProcess) {
    this.port = port;
    this.#process = process;
  }

  /** Starts it, on a free port of this machine unless told otherwise; resolves once it listens. */
  static async start({ host = "127.0.0.1", port = freePort(), before = [] }: FloorPlace = {}) {
    const flags = ["run", "--no-lock", "--allow-net", "--allow-env=HOST,PORT"];
    const [program = "", ...args] = [...before, Deno.execPath(), ...flags, PROGRAM];
    const process = adopt(
      new Deno.Command(program, {
        args,
        env: { HOST: host, PORT: `${port}` },
        stdin: "null",
        stdout: "piped",
        stderr: "inherit",
      }).spawn(),
    );
    // Its only word is that it listens.
    const { done } = await process.stdout.getReader().read();
    if (done) throw new Error("Cannot start the floor's server");
    return new FloorServer(port, process);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.status;
  }
}
