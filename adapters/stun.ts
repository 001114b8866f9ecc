/**
 * Asks a STUN server whether it is there (RFC 8489): a binding request over UDP, said again while no answer comes.
 *
 * @module
 */
import { createSocket } from "node:dgram";

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
/** Tells STUN from anything else (RFC 8489, section 5). */
const MAGIC_COOKIE = 0x2112a442;

/** How patiently to ask, in milliseconds. */
export interface StunPatience {
  /** How long to wait for an answer; 2000 unless told. */
  readonly budget?: number;
  /** How long until the request is said again; 500 unless told (RFC 8489, section 6.2.1). */
  readonly pause?: number;
  /** Gives up at once when it aborts. */
  readonly signal?: AbortSignal;
}

/** Resolves once the STUN server answers. Throws "Cannot reach …" when it does not in time. */
export async function askStun(host: string, port: number, patience: StunPatience = {}): Promise<void> {
  const { budget = 2000, pause = 500, signal } = patience;
  const request = bindingRequest();
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  const { promise: answered, resolve, reject } = Promise.withResolvers<void>();
  let trouble = `it did not answer within ${budget} ms`;
  socket.on("message", (message) => isAnswer(message, request) && resolve());
  // A refusal of the network is no last word: the server may be about to start.
  socket.on("error", ({ message }) => trouble = message);
  const ask = () => socket.send(request, port, host, (error) => trouble = error?.message ?? trouble);
  const giveUp = () => reject(new Error(`Cannot reach ${host}:${port}: ${trouble}`));
  signal?.addEventListener("abort", giveUp);
  const timers = [setInterval(ask, pause), setTimeout(giveUp, budget)];
  try {
    ask();
    await answered;
  } finally {
    signal?.removeEventListener("abort", giveUp);
    for (const timer of timers) clearTimeout(timer);
    await new Promise<void>((closed) => socket.close(() => closed()));
  }
}

/** The host of a URL as the system wants it: an IPv6 address without brackets. */
export const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, "$1");

function bindingRequest(): Uint8Array {
  const request = new Uint8Array(20);
  const view = new DataView(request.buffer);
  view.setUint16(0, BINDING_REQUEST);
  view.setUint32(4, MAGIC_COOKIE);
  crypto.getRandomValues(request.subarray(8));
  return request;
}

/** A success with the cookie and the transaction of the request; bytes 2 and 3 are its own length. */
function isAnswer(message: Uint8Array, request: Uint8Array): boolean {
  if (message.length < request.length) return false;
  const type = new DataView(message.buffer, message.byteOffset).getUint16(0);
  return type === BINDING_SUCCESS && request.every((byte, index) => index < 4 || byte === message[index]);
}
