/**
 * A WebSocket (RFC 6455) of raw frames, for load: next to nothing of its own is spent on a message, and nothing is
 * added to its time. Deno's own client holds back what is longer than 1.4 kB for 44 ms.
 *
 * @module
 */

/** What the owner of a socket hears. */
export interface RawOwner {
  /** A text has come: the bytes of `data` from `start` to `end`, which are good only until this returns. */
  readonly heard: (data: Uint8Array, start: number, end: number) => void;
  /** Called once, however the socket ended. */
  readonly closed?: (why: string) => void;
}

/** What the upgrade asks for beside the path. */
export interface RawOptions {
  readonly port: number;
  readonly path: string;
  readonly protocol?: string;
}

const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const FIRST_BUFFER = 4096;
/** The upgrade's answer is ASCII. */
const END_OF_HEAD = "\r\n\r\n";

/** One frame from a client; its mask is of zeros, which is allowed, and leaves the payload as it is. */
export function frameOf(payload: Uint8Array, opcode: number = OPCODE.text): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  if (length > 0xffff) throw new Error(`Cannot frame ${length} bytes: at most 65,535`);
  const isShort = length < 126;
  const head = isShort ? [0x80 | length] : [0xfe, length >> 8, length & 0xff];
  const frame = new Uint8Array(1 + head.length + 4 + length);
  frame[0] = 0x80 | opcode;
  frame.set(head, 1);
  frame.set(payload, frame.length - length);
  return frame;
}

/** One frame with a text in it. */
export const textFrame = (text: string): Uint8Array<ArrayBuffer> => frameOf(new TextEncoder().encode(text));

/** One end of a socket, on the client's side. */
export class RawSocket {
  readonly #connection: Deno.TcpConn;
  readonly #owner: RawOwner;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #isWriting = false;
  #isOver = false;
  #buffer = new Uint8Array(FIRST_BUFFER);
  #from = 0;
  #to = 0;

  private constructor(connection: Deno.TcpConn, owner: RawOwner) {
    this.#connection = connection;
    this.#owner = owner;
  }

  /** Opens a socket to this machine. Throws when the upgrade is refused. */
  static async open(options: RawOptions, owner: RawOwner): Promise<RawSocket> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: options.port });
    connection.setNoDelay(true);
    const socket = new RawSocket(connection, owner);
    try {
      await socket.#upgrade(options);
    } catch (error) {
      connection.close();
      throw error;
    }
    void socket.#listen();
    return socket;
  }

  /** Sends frames that were made before. */
  write(frame: Uint8Array<ArrayBuffer>): void {
    this.#waiting.push(frame);
    if (!this.#isWriting && !this.#isOver) void this.#flush();
  }

  /** Sends a text. */
  send(text: string): void {
    this.write(textFrame(text));
  }

  /** Says goodbye with a close code; the server ends the connection. */
  close(code: number): void {
    this.write(frameOf(Uint8Array.of(code >> 8, code & 0xff), OPCODE.close));
  }

  /** Ends the connection without a word, as a lost network does. */
  kill(why = "it was lost"): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.close();
    this.#owner.closed?.(why);
  }

  async #upgrade({ port, path, protocol }: RawOptions): Promise<void> {
    const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `Origin: http://127.0.0.1:${port}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${key}`,
      "Sec-WebSocket-Version: 13",
      ...protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : [],
    ];
    this.write(new TextEncoder().encode(lines.join("\r\n") + END_OF_HEAD));
    for (let head = ""; !head.includes(END_OF_HEAD);) {
      if (!await this.#read()) throw new Error(`Cannot open ${path}: the server hung up`);
      head = new TextDecoder("latin1").decode(this.#buffer.subarray(0, this.#to));
      if (!head.includes(END_OF_HEAD)) continue;
      if (!head.startsWith("HTTP/1.1 101")) throw new Error(`Cannot open ${path}: ${head.split("\r\n")[0]}`);
      this.#from = head.indexOf(END_OF_HEAD) + END_OF_HEAD.length;
    }
  }

  async #listen(): Promise<void> {
    try {
      do this.#takeAll(); while (!this.#isOver && await this.#read());
    } catch (error) {
      if (!this.#isOver && !isGone(error)) throw error;
    } finally {
      this.kill();
    }
  }

  /** Reads some more; `false` when there is no more to come. */
  async #read(): Promise<boolean> {
    if (this.#from === this.#to) this.#from = this.#to = 0;
    if (this.#to === this.#buffer.length) this.#makeRoom();
    const count = await this.#connection.read(this.#buffer.subarray(this.#to));
    this.#to += count ?? 0;
    return count !== null;
  }

  #makeRoom(): void {
    const rest = this.#buffer.subarray(this.#from, this.#to);
    const isMostlyFree = rest.length * 2 < this.#buffer.length;
    const roomier = isMostlyFree ? this.#buffer : new Uint8Array(this.#buffer.length * 2);
    roomier.set(rest);
    this.#buffer = roomier;
    this.#from = 0;
    this.#to = rest.length;
  }

  #takeAll(): void {
    while (!this.#isOver && this.#takeOne());
  }

  /** Takes one whole frame, if it is there. */
  #takeOne(): boolean {
    const [buffer, from, there] = [this.#buffer, this.#from, this.#to - this.#from];
    if (there < 2) return false;
    const short = (buffer[from + 1] ?? 0) & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (there < head) return false;
    const length = short < 126 ? short : lengthIn(buffer, from + 2, head - 2);
    if (there < head + length) return false;
    const [start, end] = [from + head, from + head + length];
    this.#from = end;
    this.#take((buffer[from] ?? 0) & 0x0f, start, end);
    return true;
  }

  #take(opcode: number, start: number, end: number): void {
    if (opcode <= OPCODE.binary) this.#owner.heard(this.#buffer, start, end);
    else if (opcode === OPCODE.ping) this.write(frameOf(this.#buffer.slice(start, end), OPCODE.pong));
    else if (opcode === OPCODE.close) this.kill(goodbyeIn(this.#buffer.subarray(start, end)));
  }

  /** What is said while something is on its way goes out in one piece after it. */
  async #flush(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#waiting.length > 0 && !this.#isOver) {
        const all = joined(this.#waiting.splice(0));
        for (let sent = 0; sent < all.length;) sent += await this.#connection.write(all.subarray(sent));
      }
    } catch (error) {
      this.kill();
      if (!isGone(error)) throw error;
    } finally {
      this.#isWriting = false;
    }
  }
}

function lengthIn(buffer: Uint8Array, at: number, bytes: number): number {
  let length = 0;
  for (const byte of buffer.subarray(at, at + bytes)) length = length * 256 + byte;
  return length;
}

function joined(frames: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = frames;
  if (first && frames.length === 1) return first;
  const all = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  return all;
}

/** The other end has gone, or we have. */
const isGone = (error: unknown): boolean =>
  [Deno.errors.ConnectionReset, Deno.errors.BrokenPipe, Deno.errors.BadResource, Deno.errors.Interrupted]
    .some((kind) => error instanceof kind);

/** Code and reason of a close frame (RFC 6455). */
function goodbyeIn(payload: Uint8Array): string {
  const [high = 0, low = 0] = payload;
  return `${(high << 8) + low} ${new TextDecoder().decode(payload.subarray(2))}`.trim();
}
