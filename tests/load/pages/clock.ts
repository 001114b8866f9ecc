/**
 * The clock of the bench inside a page, ours and the floor's alike. {@linkcode installClock} runs there before any script
 * of the page, so it stands alone; it needs nothing of the page but what every browser has.
 *
 * @module
 */

/** One message of a socket. */
export interface Wired {
  readonly way: "in" | "out";
  /** Its `type`, where it is JSON and has one. */
  readonly type: string;
  readonly bytes: number;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
}

/** How long the main thread was held up since the last reset, in milliseconds. */
export interface Blocked {
  /** The longest task that the browser calls long; 0 when there was none. */
  readonly task: number;
  /** How much later a timer of 5 ms fired than it should have, at most. */
  readonly timer: number;
}

/** What the bench asks of a page; all times are in milliseconds since the epoch. */
export interface Clock {
  /** Forgets what was. Where the page `waits`, no frame counts before somebody has pressed something. */
  reset(waits: boolean): void;
  /** When somebody pressed something first, since the reset. */
  pressed(): number;
  /** When the first frame of the other side was on the screen, lit, since the reset. */
  frame(): Promise<number>;
  /** How wide that frame was, in pixels. */
  width(): number;
  wired(): readonly Wired[];
  /** Counts what holds the main thread up, from now on. */
  watch(): void;
  blocked(): Blocked;
  /** When the page was registered first, since its navigation began. */
  registered(): number;
  /** The peer connections that are not closed. */
  connections(): readonly RTCPeerConnection[];
}

declare global {
  var clock: Clock;
}

/** Puts a {@linkcode Clock} into the page. */
export function installClock(): void {
  const now = () => performance.timeOrigin + performance.now();
  const connections = new Set<RTCPeerConnection>();
  const videos = new Set<HTMLVideoElement>();
  const armed = new WeakSet<HTMLVideoElement>();
  let waits = false;
  let [pressed, width, registered] = [0, 0, 0];
  let frame = Promise.withResolvers<number>();
  let isSeen = false;
  let wired: Wired[] = [];
  const blocked = { task: 0, timer: 0 };

  addEventListener("click", () => pressed ||= now(), true);

  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.add(this);
    }
  };
  function open(): readonly RTCPeerConnection[] {
    for (const each of connections) if (each.signalingState === "closed") connections.delete(each);
    return [...connections];
  }

  const pixels = new OffscreenCanvas(16, 16).getContext("2d", { willReadFrequently: true });
  function isLit(video: HTMLVideoElement): boolean {
    pixels?.drawImage(video, 0, 0, 16, 16);
    const bytes = pixels?.getImageData(0, 0, 16, 16).data ?? [];
    let sum = 0;
    for (let at = 0; at < bytes.length; at++) if (at % 4 !== 3) sum += bytes[at] ?? 0;
    return sum / (16 * 16) > 24;
  }
  function shows(video: HTMLVideoElement): boolean {
    const stream = video.srcObject;
    const isRemote = stream instanceof MediaStream &&
      stream.getVideoTracks().some((track) =>
        open().some((each) => each.getReceivers().some((receiver) => receiver.track === track))
      );
    return isRemote && video.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      isLit(video);
  }
  function arm(video: HTMLVideoElement): void {
    if (armed.has(video)) return;
    armed.add(video);
    video.requestVideoFrameCallback((_, metadata) => {
      const at = now();
      armed.delete(video);
      if (isSeen) return;
      if ((waits && !pressed) || !shows(video)) return arm(video);
      isSeen = true;
      width = metadata.width;
      frame.resolve(at);
    });
  }
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject") ?? {};
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(this: HTMLMediaElement, stream: MediaStream | null) {
      source.set?.call(this, stream);
      if (!stream || !(this instanceof HTMLVideoElement)) return;
      videos.add(this);
      armed.delete(this);
      arm(this);
    },
  });

  function note(way: Wired["way"], data: unknown): void {
    const text = typeof data === "string" ? data : "";
    const [, type = ""] = /"type":"(\w+)"/.exec(text) ?? [];
    wired.push({ way, type, bytes: text.length, at: now() });
  }
  const Socket = globalThis.WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener("open", () => wired.push({ way: "in", type: "(open)", bytes: 0, at: now() }));
      this.addEventListener("message", ({ data }) => note("in", data));
    }
    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
      note("out", data);
      super.send(data as string);
    }
  };

  new MutationObserver(() => {
    if (document.documentElement?.dataset["phone"] === "registered") registered ||= performance.now();
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-phone"] });

  function watch(): void {
    let last = performance.now();
    setInterval(() => {
      const at = performance.now();
      blocked.timer = Math.max(blocked.timer, at - last - 5);
      last = at;
    }, 5);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) blocked.task = Math.max(blocked.task, duration);
    }).observe({ type: "longtask" });
  }

  globalThis.clock = {
    reset(mustWait) {
      [waits, pressed, isSeen, wired] = [mustWait, 0, false, []];
      [blocked.task, blocked.timer] = [0, 0];
      frame = Promise.withResolvers();
      for (const video of videos) video.isConnected ? arm(video) : videos.delete(video);
    },
    pressed: () => pressed,
    frame: () => frame.promise,
    width: () => width,
    wired: () => wired,
    watch,
    blocked: () => blocked,
    registered: () => registered,
    connections: open,
  };
}
