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

/** What came in of pictures up to now, over all connections that are not closed (W3C webrtc-stats). */
export interface Pictures {
  /** Frames that were decoded and not dropped. */
  readonly frames: number;
  readonly freezes: number;
  /** How long they lasted, in seconds. */
  readonly frozen: number;
}

/** What the bench asks of a page; all times are in milliseconds since the epoch. */
export interface Clock {
  /** Forgets what was. Where the page `waits`, no frame counts before somebody has pressed something. */
  reset(waits: boolean): void;
  /** When somebody pressed something first, since the reset. */
  pressed(): number;
  /** When the first frame of the other side was on the screen, lit, since the reset. */
  frame(): Promise<number>;
  /** How wide the other side's picture was from when on, in pixels, since the reset. */
  widths(): readonly { readonly at: number; readonly width: number }[];
  wired(): readonly Wired[];
  pictures(): Promise<Pictures>;
  /** When the page was registered first, since its navigation began. */
  registered(): number;
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
  let [pressed, registered] = [0, 0];
  let widths: { at: number; width: number }[] = [];
  let frame = Promise.withResolvers<number>();
  let isSeen = false;
  let wired: Wired[] = [];

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
  function isRemote({ srcObject: stream }: HTMLVideoElement): boolean {
    return stream instanceof MediaStream &&
      stream.getVideoTracks().some((track) =>
        open().some((each) => each.getReceivers().some((receiver) => receiver.track === track))
      );
  }
  function shows(video: HTMLVideoElement): boolean {
    return isRemote(video) && video.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      isLit(video);
  }
  function noteWidth(video: HTMLVideoElement): void {
    if (isRemote(video)) widths.push({ at: now(), width: video.videoWidth });
  }
  function arm(video: HTMLVideoElement): void {
    if (armed.has(video)) return;
    armed.add(video);
    video.requestVideoFrameCallback(() => {
      const at = now();
      armed.delete(video);
      if (isSeen) return;
      if ((waits && !pressed) || !shows(video)) return arm(video);
      isSeen = true;
      frame.resolve(at);
    });
  }
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject") ?? {};
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(this: HTMLMediaElement, stream: MediaStream | null) {
      source.set?.call(this, stream);
      if (!stream || !(this instanceof HTMLVideoElement)) return;
      if (!videos.has(this)) this.addEventListener("resize", () => noteWidth(this));
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

  async function pictures(): Promise<Pictures> {
    const sum = { frames: 0, freezes: 0, frozen: 0 };
    for (
      const report of (await Promise.all(open().map((each) => each.getStats()))).flatMap((
        all,
      ) => [...all.values()])
    ) {
      if (report.type !== "inbound-rtp" || report.kind !== "video") continue;
      sum.frames += (report.framesDecoded ?? 0) - (report.framesDropped ?? 0);
      sum.freezes += report.freezeCount ?? 0;
      sum.frozen += report.totalFreezesDuration ?? 0;
    }
    return sum;
  }

  globalThis.clock = {
    reset(mustWait) {
      [waits, pressed, isSeen, wired, widths] = [mustWait, 0, false, [], []];
      frame = Promise.withResolvers();
      for (const video of videos) video.isConnected ? arm(video) : videos.delete(video);
    },
    pressed: () => pressed,
    frame: () => frame.promise,
    widths: () => widths,
    wired: () => wired,
    pictures,
    registered: () => registered,
  };
}
