/**
 * What a page's scripts find in their browser, as far as they ask for sockets with it: the page's address, a
 * `WebSocket` that does nothing by itself, and what is kept.
 *
 * @module
 */
import { firstWordIn, keyIn } from "../../protocol/first_word.ts";

/** What a page's `WebSocket` does, as far as it is asked for here. */
export class FakeSocket extends EventTarget {
  /** All that were made in this process. */
  static readonly made: FakeSocket[] = [];
  readonly sent: string[] = [];
  protocol = "";
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string, readonly protocols: readonly string[]) {
    super();
    FakeSocket.made.push(this);
  }

  /** The newest. */
  static get last(): FakeSocket {
    const last = FakeSocket.made.at(-1);
    if (!last) throw new Error("Cannot look at a socket: none was made");
    return last;
  }

  /** What it brought with the question. */
  get word(): string | undefined {
    return firstWordIn(this.protocols.join(", "));
  }

  /** The key that it brought with the question. */
  get key(): ReturnType<typeof keyIn> {
    return keyIn(this.protocols.join(", "));
  }

  /** Whether the page has closed it. */
  get closed(): boolean {
    return this.readyState >= 2;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = 2;
  }

  /** It has opened; `protocol` is the subprotocol that the server speaks, if any. */
  open(protocol: string): void {
    [this.protocol, this.readyState] = [protocol, 1];
    this.onopen?.();
  }

  /** The server has said something. */
  hears(data: string): void {
    const event = Object.assign(new Event("message"), { data });
    this.onmessage?.(event);
    this.dispatchEvent(event);
  }

  /** It is closed, by whomever. */
  ends(code: number): void {
    this.readyState = 3;
    const event = Object.assign(new Event("close"), { code });
    this.onclose?.(event);
    this.dispatchEvent(event);
  }
}

/** How a page is. */
export interface PageOptions {
  /** Its fragment, such as `#key=abc`. */
  readonly hash?: string;
  readonly secure?: boolean;
  readonly prerendering?: boolean;
  /** Whether its browser lets it keep something. */
  readonly keeps?: boolean;
}

/** A page of a test. */
export interface FakePage {
  /** What waits for its time, in milliseconds from the beginning. */
  readonly timers: Map<number, () => void>;
  readonly document: EventTarget & { prerendering: boolean };
}

/** Runs `test` with the globals of the page of agent 1001; nothing of it is left afterwards. */
export async function withPage(options: PageOptions, test: (page: FakePage) => Promise<void>): Promise<void> {
  const { hash = "", secure = true, prerendering = false, keeps = true } = options;
  const timers: FakePage["timers"] = new Map();
  const currentScript = { dataset: { number: "1001" } };
  const document = Object.assign(new EventTarget(), { prerendering, currentScript });
  const stopped = new AbortController();
  const { addEventListener } = globalThis;
  const globals: Record<string, unknown> = {
    WebSocket: FakeSocket,
    document,
    location: new URL(`https://pbx.example:7778/agent/1001${hash}`),
    isSecureContext: secure,
    setTimeout: (task: () => void, milliseconds: number) => void timers.set(milliseconds, task),
    addEventListener: (type: string, listener: EventListener) =>
      addEventListener(type, listener, { signal: stopped.signal }),
  };
  const before = Object.getOwnPropertyDescriptors(globalThis);
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const kept = {};
  const get = () => {
    if (keeps) return kept;
    throw new DOMException("nothing may be kept", "SecurityError");
  };
  Object.defineProperty(globalThis, "localStorage", { get, configurable: true });
  try {
    await test({ timers, document });
  } finally {
    stopped.abort();
    performance.clearMarks();
    for (const name of [...Object.keys(globals), "localStorage", "earlyLine", "passingDevice"]) {
      const earlier = before[name as keyof typeof before];
      if (earlier) Object.defineProperty(globalThis, name, earlier);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
}
