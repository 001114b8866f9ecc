/**
 * A TURN client over UDP that asks for a relay and for leave to reach a peer (RFC 8656), for tests that want to know
 * what a server refuses.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";

const METHODS = { allocate: 0x003, refresh: 0x004, createPermission: 0x008 } as const;

const ATTRIBUTES = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  peerAddress: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  requestedTransport: 0x0019,
} as const;

const COOKIE = Buffer.from([0x21, 0x12, 0xa4, 0x42]);

/** Server and credentials, as a phone was given them. */
export interface TurnAccess {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly credential: string;
}

type Attribute = readonly [keyof typeof ATTRIBUTES, Buffer];

/** One client with one relay. Its answers are 0, or the code of the error that the server says. */
export class TurnClient implements AsyncDisposable {
  readonly #access: TurnAccess;
  readonly #socket: Socket;
  #realm: Buffer = Buffer.alloc(0);
  #nonce: Buffer = Buffer.alloc(0);

  constructor(access: TurnAccess) {
    this.#access = access;
    this.#socket = createSocket(isIPv6(access.host) ? "udp6" : "udp4");
  }

  /** Asks for a relay of its own. */
  async allocate(): Promise<number> {
    const udp: Attribute = ["requestedTransport", Buffer.from([17, 0, 0, 0])];
    const challenge = await this.#ask("allocate", [udp], false);
    this.#realm = challenge.get(ATTRIBUTES.realm) ?? this.#realm;
    this.#nonce = challenge.get(ATTRIBUTES.nonce) ?? this.#nonce;
    return codeOf(await this.#ask("allocate", [udp]));
  }

  /** Asks for leave to reach this address. */
  async permit(peer: string): Promise<number> {
    return codeOf(await this.#ask("createPermission", [], true, peer));
  }

  /** Gives the relay back. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#nonce.length > 0) await this.#ask("refresh", [["lifetime", Buffer.alloc(4)]]);
    await new Promise<void>((closed) => this.#socket.close(() => closed()));
  }

  async #ask(method: keyof typeof METHODS, attributes: readonly Attribute[], signed = true, peer?: string) {
    const { host, port } = this.#access;
    const transaction = randomBytes(12);
    const all: Attribute[] = peer
      ? [...attributes, ["peerAddress", xorAddress(peer, transaction)]]
      : [...attributes];
    const request = signed
      ? this.#signed(method, transaction, all)
      : message(METHODS[method], transaction, all);
    const { promise, resolve, reject } = Promise.withResolvers<Map<number, Buffer>>();
    const hear = (answer: Buffer) => answer.subarray(8, 20).equals(transaction) && resolve(read(answer));
    this.#socket.on("message", hear);
    const timer = setTimeout(() => reject(new Error(`Cannot ${method}: no answer`)), 5000);
    this.#socket.send(request, port, host);
    return await promise.finally(() => {
      clearTimeout(timer);
      this.#socket.off("message", hear);
    });
  }

  /** With the long-term credential (RFC 8489, section 9.2). */
  #signed(method: keyof typeof METHODS, transaction: Buffer, attributes: readonly Attribute[]): Buffer {
    const { username, credential } = this.#access;
    const who: Attribute[] = [["username", Buffer.from(username)], ["realm", this.#realm], [
      "nonce",
      this.#nonce,
    ]];
    const key = createHash("md5").update(`${username}:${this.#realm}:${credential}`).digest();
    const plain = [...attributes, ...who];
    // The length that is signed counts the signature in.
    const signed = message(METHODS[method], transaction, [...plain, ["messageIntegrity", Buffer.alloc(20)]]);
    const signature = createHmac("sha1", key).update(signed.subarray(0, -24)).digest();
    return message(METHODS[method], transaction, [...plain, ["messageIntegrity", signature]]);
  }
}

function message(method: number, transaction: Buffer, attributes: readonly Attribute[]): Buffer {
  const body = Buffer.concat(attributes.flatMap(([name, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(ATTRIBUTES[name]);
    head.writeUInt16BE(value.length, 2);
    return [head, value, Buffer.alloc(-value.length & 3)];
  }));
  const head = Buffer.alloc(4);
  head.writeUInt16BE(method);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, COOKIE, transaction, body]);
}

function read(answer: Buffer): Map<number, Buffer> {
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= answer.length;) {
    const length = answer.readUInt16BE(at + 2);
    attributes.set(answer.readUInt16BE(at), answer.subarray(at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  return attributes;
}

function codeOf(attributes: Map<number, Buffer>): number {
  const error = attributes.get(ATTRIBUTES.errorCode);
  return error ? error.readUInt8(2) * 100 + error.readUInt8(3) : 0;
}

/** XOR-PEER-ADDRESS (RFC 8489, section 14.2); the port does not matter to a permission. */
function xorAddress(address: string, transaction: Buffer): Buffer {
  const bytes = isIPv6(address) ? ipv6(address) : Buffer.from(address.split(".").map(Number));
  const mask = Buffer.concat([COOKIE, transaction]);
  const family = Buffer.from([0, isIPv6(address) ? 2 : 1, 0x21, 0x12]);
  return Buffer.concat([family, bytes.map((byte, index) => byte ^ (mask[index] ?? 0))]);
}

/** As the URL parser spells it: groups in hexadecimal, one gap at most. */
function ipv6(address: string): Buffer {
  const [head = "", tail = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => text.split(":").filter(Boolean).map((group) => parseInt(group, 16));
  const gap = Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => 0);
  const words = [...groups(head), ...gap, ...groups(tail)];
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}
