/**
 * Distance on one machine, for kernels that have none to lend: what goes through it arrives later. TCP goes through a
 * proxy that holds back what it carries; for UDP the pages are given stand-ins for the other side's addresses.
 *
 * @module
 */
import { createSocket, type Socket } from "node:dgram";

/** Where stand-ins are: an address of this machine that no page has for its own. */
const STAND_IN = "127.0.0.2";

const until = (due: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));

/** A way to a port of this machine on which everything takes its time. */
export class LongWire implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #oneWay: number;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #accepting: Promise<void>;

  /** A wire to `target`, whose round trip takes so many milliseconds. */
  constructor(target: number, roundTrip: number) {
    this.#target = target;
    this.#oneWay = roundTrip / 2;
    this.#accepting = this.#accept();
  }

  /** The near end. */
  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) close(connection);
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    try {
      for await (const near of this.#listener) void this.#connect(near).catch(() => {});
    } catch {
      // It was closed.
    }
  }

  async #connect(near: Deno.TcpConn): Promise<void> {
    const began = performance.now();
    const far = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    for (const end of [near, far]) {
      end.setNoDelay(true);
      this.#open.add(end);
    }
    // Who opens a connection may speak after a round trip; here it is told so at once.
    await Promise.allSettled([
      this.#carry(near, far, began + 3 * this.#oneWay),
      this.#carry(far, near, began),
    ]);
    for (const end of [near, far]) {
      this.#open.delete(end);
      close(end);
    }
  }

  /** Carries what comes until the end; nothing arrives before `earliest`. */
  async #carry(from: Deno.TcpConn, to: Deno.TcpConn, earliest: number): Promise<void> {
    let written = Promise.resolve();
    const later = (step: () => Promise<unknown>) => {
      const due = Math.max(earliest, performance.now() + this.#oneWay);
      written = written.then(() => until(due)).then(step).then(() => {}, () => close(from));
    };
    const buffer = new Uint8Array(65_536);
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      const bytes = buffer.slice(0, count);
      later(() => writeAll(to, bytes));
    }
    later(() => to.closeWrite());
    await written;
  }
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await to.write(bytes.subarray(done));
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It was closed before.
  }
}

/**
 * Stand-ins for the addresses of pages: what is sent to the one of B by A leaves the one of A towards B, later. The
 * stand-in of an address has its port, so that a page can tell it without asking.
 */
export class LongAir implements Disposable {
  readonly #oneWay: number;
  readonly #standIns = new Map<number, Socket>();
  readonly #addresses = new Map<number, string>();

  /** Between any two pages a round trip takes so many milliseconds. */
  constructor(roundTrip: number) {
    this.#oneWay = roundTrip / 2;
  }

  /** A page has this address; it has to be said before the other one knows it. */
  announce(address: string, port: number): void {
    this.#addresses.set(port, address);
    this.#standIn(port);
  }

  /** Those who were announced have gone. */
  forget(): void {
    for (const socket of this.#standIns.values()) socket.close();
    this.#standIns.clear();
  }

  [Symbol.dispose](): void {
    this.forget();
  }

  #standIn(port: number): Socket {
    const before = this.#standIns.get(port);
    if (before) return before;
    const socket = createSocket("udp4");
    this.#standIns.set(port, socket);
    socket.on("error", (error) => console.error(`Cannot stand in for port ${port}: ${error.message}`));
    socket.on("message", (bytes, from) => {
      this.#addresses.set(from.port, from.address);
      const via = this.#standIn(from.port);
      setTimeout(() => this.#pass(via, bytes, port), this.#oneWay);
    });
    socket.bind(port, STAND_IN);
    return socket;
  }

  #pass(via: Socket, bytes: Uint8Array, port: number): void {
    try {
      via.send(bytes, port, this.#addresses.get(port));
    } catch {
      // Those who were to get it have gone.
    }
  }
}

declare global {
  /** Tells the bench an address of this page. */
  var announce: (address: string, port: number) => Promise<void>;
}

/** Has a page announce its own addresses, and take the stand-ins of the other side for those of the other side. */
export function installDistance(): void {
  const CANDIDATE = /(candidate:\S+ \d+ udp \d+) (\S+) (\d+)/gi;
  const announced = new Set<string>();

  function announceAll(text: string): void {
    for (const [, , address = "", port = ""] of text.matchAll(CANDIDATE)) {
      if (!address.includes(".") || announced.has(`${address} ${port}`)) continue;
      announced.add(`${address} ${port}`);
      void globalThis.announce(address, Number(port));
    }
  }
  /** Other ways than UDP by IPv4 would be shorter. */
  const isFar = (line: string) => !line.includes("candidate:") || / udp \d+ [\d.]+ /i.test(line);
  const standIn = (line: string) => line.replace(CANDIDATE, "$1 127.0.0.2 $3");
  const far = (sdp: string) => sdp.split("\r\n").filter(isFar).map(standIn).join("\r\n");

  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener("icecandidate", ({ candidate }) => announceAll(candidate?.candidate ?? ""));
    }
    override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
      await super.setLocalDescription(description);
      announceAll(this.localDescription?.sdp ?? "");
    }
    override setRemoteDescription({ type, sdp = "" }: RTCSessionDescriptionInit): Promise<void> {
      return super.setRemoteDescription({ type, sdp: far(sdp) });
    }
    override addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
      const text = candidate?.candidate ?? "";
      if (text && !isFar(text)) return Promise.resolve();
      return super.addIceCandidate(candidate && { ...candidate, candidate: standIn(text) });
    }
  };
}
