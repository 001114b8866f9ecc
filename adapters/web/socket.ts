/**
 * The server's end of a phone's WebSocket: it knows about frames, sizes and close codes and nothing of what is said.
 *
 * @module
 */
import {
  type AgentKey,
  FIRST_WORD,
  firstWordIn,
  keyIn,
  TOO_MANY_KEYS,
  WRONG_KEY,
} from "../../protocol/first_word.ts";
import { MAX_MESSAGE_BYTES, MessageError } from "../../protocol/messages.ts";
import type { Identity, Log, PhoneSocket } from "../../pbx/ports.ts";
import type { SignIn } from "./sign_in.ts";

/** What the PBX answers to a new socket. */
export interface Receiver {
  receive(text: string): void;
  /** The page sent what is no text message at all; the PBX says so and closes with `code`. */
  refuse(code: number, why: string): void;
  /** Called once; `clean` says that the page left of its own will. */
  closed(clean: boolean): void;
}

/** What sockets need of the world. */
export interface SocketNeeds extends SignIn {
  readonly connect: (identity: Identity, socket: PhoneSocket) => Receiver;
  readonly log: Log;
}

/** RFC 6455 and its registry; Deno puts them on the wire as they are, though a browser would not let a page. */
const CLOSE = {
  goingAway: 1001,
  protocol: 1002,
  text: 1003,
  tooBig: 1009,
  restart: 1012,
  later: 1013,
} as const;

/**
 * Half of this without a word, and a ping goes out; all of it without a pong, and the socket is closed.
 *
 * Deno 2.9 also closes the socket of a phone that speaks while the ping is on its way out: it loses hold of one of its
 * two timers. So what phones say by the clock, such as the answer to a probe, must not come just then.
 */
export const IDLE_SECONDS = 10;
/** A page that does not read what it is sent must not fill our memory. */
const MOST_BUFFERED_BYTES = 16_777_216;
const GOODBYE_MILLISECONDS = 1000;

/** All open sockets of this node. */
export class Sockets implements AsyncDisposable {
  readonly #open = new Set<OpenSocket>();

  constructor(readonly needs: SocketNeeds) {}

  /** Turns a request into a socket; a request that asks for something else is answered with 426. */
  async upgrade(request: Request): Promise<Response> {
    if (!asksForSocket(request)) {
      return new Response("This is a WebSocket.\n", { status: 426, headers: { upgrade: "websocket" } });
    }
    const said = saidBy(request);
    if (said instanceof Response) return said;
    const { word, key } = said;
    const exchanged = key && await this.needs.exchange(request, key.number, key.key);
    if (exchanged && "refused" in exchanged) return refuseKey(request, exchanged.refused);
    const signedIn = await this.needs.agentsOf(request);
    const agents = key ? new Set([...signedIn, key.number]) : signedIn;
    const origin = request.headers.get("origin") ?? undefined;
    const options = { idleTimeout: IDLE_SECONDS, ...word !== undefined && { protocol: FIRST_WORD } };
    const { socket, response } = Deno.upgradeWebSocket(request, options);
    // Browsers keep a cookie that comes with the answer to the question for a socket (RFC 6455 §4.1).
    if (exchanged) response.headers.append("set-cookie", exchanged.cookie);
    const phone = new OpenSocket(socket, this.#open, this.needs.log);
    const opened = () => {
      phone.attach(this.needs.connect({ agents, origin }, phone), word);
      letGo(request);
    };
    socket.addEventListener("open", opened, { once: true });
    return response;
  }

  /** How many phones are connected. */
  get size(): number {
    return this.#open.size;
  }

  /** Tells every phone that the server restarts (1012), and waits a moment for their goodbyes. */
  async [Symbol.asyncDispose](): Promise<void> {
    const goodbyes = [...this.#open].map((phone) => {
      phone.close(CLOSE.restart, "restart");
      return phone.gone();
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise((resolve) => timer = setTimeout(resolve, GOODBYE_MILLISECONDS));
    await Promise.race([Promise.all(goodbyes), enough]);
    clearTimeout(timer);
  }
}

/** Whether a request wants to become a WebSocket. */
export const asksForSocket = (request: Request): boolean =>
  request.headers.get("upgrade")?.toLowerCase() === "websocket";

/** What a page says with the question for its socket. */
interface Said {
  readonly word: string | undefined;
  readonly key: AgentKey | undefined;
}

/** What a page says with the question for its socket, if it does; a refusal in words when that can't be read. */
function saidBy({ headers }: Request): Said | Response {
  const said = headers.get("sec-websocket-protocol");
  try {
    return { word: firstWordIn(said), key: keyIn(said) };
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    return new Response(`${error.message}\n`, { status: 400 });
  }
}

/** Why a key opens nothing. */
type Refused = Extract<Awaited<ReturnType<SignIn["exchange"]>>, { refused: string }>["refused"];

/** A page is not told why a socket does not open, only why it was closed; that is for our own pages alone. */
function refuseKey(request: Request, refused: Refused): Response {
  if (refused === "foreign-origin") {
    return new Response("Cannot sign in: the page is not of this server\n", { status: 403 });
  }
  const { socket, response } = Deno.upgradeWebSocket(request, {
    idleTimeout: IDLE_SECONDS,
    protocol: FIRST_WORD,
  });
  const code = refused === "wrong-key" ? WRONG_KEY : TOO_MANY_KEYS;
  socket.addEventListener("open", () => socket.close(code, refused), { once: true });
  return response;
}

/**
 * Deno keeps the request for as long as the socket is open, and with it every header: as much as all else that is kept
 * of a phone. Nobody reads it any more, so what it holds is taken out.
 */
function letGo(request: Request): void {
  for (const name of Object.getOwnPropertySymbols(request)) Reflect.deleteProperty(request, name);
}

/** It listens by itself: ten thousand phones would else have four closures each. */
class OpenSocket implements PhoneSocket, EventListenerObject {
  #receiver: Receiver | undefined;
  #isOver = false;
  /** Whether the page knows that its socket is open: it has said something over it. */
  #isKnown = true;
  #whenGone: (() => void) | undefined;

  constructor(readonly socket: WebSocket, readonly open: Set<OpenSocket>, readonly log: Log) {
    socket.binaryType = "arraybuffer";
    for (const type of ["message", "close", "error"]) socket.addEventListener(type, this);
  }

  /** `word` is what the phone has said already, with the question for the socket. */
  attach(receiver: Receiver, word?: string): void {
    this.open.add(this);
    this.#receiver = receiver;
    // The PBX may have closed the socket before it answered.
    if (this.#isOver) return receiver.closed(false);
    if (word === undefined) return;
    this.#isKnown = false;
    receiver.receive(word);
  }

  handleEvent(event: Event): void {
    if (event.type === "message") this.#receive((event as MessageEvent).data);
    else if (event.type === "close") this.#closed(event as CloseEvent);
    else this.log("debug", "socket-error", { why: (event as ErrorEvent).message });
  }

  /** Resolves when the socket is closed. */
  gone(): Promise<void> {
    return new Promise((resolve) => this.#whenGone = resolve);
  }

  send(text: string): void {
    if (this.#isOver || this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > MOST_BUFFERED_BYTES) return this.close(CLOSE.later, "reads too slowly");
    this.socket.send(text);
  }

  close(code: number, reason: string): void {
    if (this.#isOver) return;
    this.socket.close(code, reason);
    // The page may never answer: what the PBX keeps of it must not wait for that.
    this.#end(false);
  }

  #receive(data: unknown): void {
    this.#isKnown = true;
    if (this.#isOver) return;
    if (typeof data !== "string") return this.#receiver?.refuse(CLOSE.text, "it is not text");
    if (isTooBig(data)) {
      return this.#receiver?.refuse(CLOSE.tooBig, `it has more than ${MAX_MESSAGE_BYTES} bytes`);
    }
    this.#receiver?.receive(data);
  }

  /**
   * Called twice after a ping without an answer. A page that gives up a socket which has not opened yet means no goodbye,
   * though its browser says 1001.
   */
  #closed({ code, wasClean }: CloseEvent): void {
    this.#end(this.#isKnown && wasClean && (code === 1000 || code === CLOSE.goingAway));
    this.open.delete(this);
    this.#whenGone?.();
  }

  #end(clean: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiver?.closed(clean);
  }
}

/** Counted in UTF-8; a short text is not encoded for it, as no character takes more than three bytes per unit. */
function isTooBig(text: string): boolean {
  if (text.length > MAX_MESSAGE_BYTES) return true;
  return text.length * 3 > MAX_MESSAGE_BYTES && new TextEncoder().encode(text).length > MAX_MESSAGE_BYTES;
}
