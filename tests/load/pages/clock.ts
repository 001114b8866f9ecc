/**
 * The clock of the bench inside a page, ours and the floor's alike. Its parts ({@linkcode CLOCK}) run there before any
 * script of the page, so each stands alone; they need nothing of the page but what every browser has.
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

/** Something that happened on the way to the first frame. */
export interface Step {
  readonly name: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** What the bench asks of a page; all times are in milliseconds since the epoch. */
export interface Clock {
  /** What else is to be forgotten at a reset. */
  readonly forgets: Set<(waits: boolean) => void>;
  /** Forgets what was. Where the page `waits`, no frame counts before somebody has pressed something. */
  reset(waits: boolean): void;
  /** When somebody pressed something first, since the reset. */
  pressed(): number;
  /** When the first frame of the other side was on the screen, lit, since the reset. */
  frame(): Promise<number>;
  /** When the last packet of that frame had come in. */
  received(): number;
  /** How wide the other side's picture was from when on, in pixels, since the reset. */
  widths(): readonly { readonly at: number; readonly width: number }[];
  wired(): readonly Wired[];
  pictures(): Promise<Pictures>;
  /** Whether a stream has come out of a peer connection of this page. */
  isRemote(stream: unknown): boolean;
  /** What else happened since the reset: changes of the connection, and the first frame's way. */
  steps(): readonly Step[];
  /** When the page was registered first, since its navigation began. */
  registered(): number;
}

declare global {
  var clock: Clock;
}

/** What holds for the whole page: what was pressed, whether it is registered, and its peer connections. */
function installClock(): void {
  const connections = new Set<RTCPeerConnection>();
  let [pressed, registered] = [0, 0];
  let steps: Step[] = [];

  addEventListener("click", () => pressed ||= performance.timeOrigin + performance.now(), true);
  const note = (name: string, at = performance.now()) =>
    steps.push({ name, at: performance.timeOrigin + at });
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) note(name, startTime);
  }).observe({ type: "mark" });

  new MutationObserver(() => {
    if (document.documentElement?.dataset["phone"] === "registered") registered ||= performance.now();
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-phone"] });

  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.add(this);
      this.addEventListener("connectionstatechange", () => note(this.connectionState));
    }
  };
  function open(): readonly RTCPeerConnection[] {
    for (const each of connections) if (each.signalingState === "closed") connections.delete(each);
    return [...connections];
  }

  async function pictures(): Promise<Pictures> {
    const sum = { frames: 0, freezes: 0, frozen: 0 };
    const stats = await Promise.all(open().map((each) => each.getStats()));
    for (const report of stats.flatMap((each) => [...each.values()])) {
      if (report.type !== "inbound-rtp" || report.kind !== "video") continue;
      sum.frames += (report.framesDecoded ?? 0) - (report.framesDropped ?? 0);
      sum.freezes += report.freezeCount ?? 0;
      sum.frozen += report.totalFreezesDuration ?? 0;
    }
    return sum;
  }

  const forgets: Clock["forgets"] = new Set([() => [pressed, steps] = [0, []]]);
  const more: Partial<Clock> = {
    forgets,
    reset: (waits) => forgets.forEach((forget) => forget(waits)),
    pressed: () => pressed,
    registered: () => registered,
    steps: () => steps,
    pictures,
    isRemote: (stream) =>
      stream instanceof MediaStream &&
      stream.getVideoTracks().some((track) =>
        open().some((each) => each.getReceivers().some((receiver) => receiver.track === track))
      ),
  };
  Object.assign(globalThis.clock ??= {} as Clock, more);
}

/** What is on the screen of the other side. */
function installFrames(): void {
  const videos = new Set<HTMLVideoElement>();
  const armed = new WeakSet<HTMLVideoElement>();
  const now = () => performance.timeOrigin + performance.now();
  let [waits, isSeen, received] = [false, false, NaN];
  let frame = Promise.withResolvers<number>();
  let widths: { at: number; width: number }[] = [];

  const pixels = new OffscreenCanvas(16, 16).getContext("2d", { willReadFrequently: true });
  function isLit(video: HTMLVideoElement): boolean {
    pixels?.drawImage(video, 0, 0, 16, 16);
    const bytes = pixels?.getImageData(0, 0, 16, 16).data ?? [];
    let sum = 0;
    for (let at = 0; at < bytes.length; at++) if (at % 4 !== 3) sum += bytes[at] ?? 0;
    return sum / (16 * 16) > 24;
  }
  const shows = (video: HTMLVideoElement) =>
    globalThis.clock.isRemote(video.srcObject) &&
    video.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && isLit(video);

  function arm(video: HTMLVideoElement): void {
    if (armed.has(video)) return;
    armed.add(video);
    video.requestVideoFrameCallback((_, { receiveTime = NaN }) => {
      const at = now();
      armed.delete(video);
      if (isSeen) return;
      if ((waits && !globalThis.clock.pressed()) || !shows(video)) return arm(video);
      isSeen = true;
      received = performance.timeOrigin + receiveTime;
      frame.resolve(at);
    });
  }
  function noteWidth({ srcObject, videoWidth: width }: HTMLVideoElement): void {
    if (globalThis.clock.isRemote(srcObject)) widths.push({ at: now(), width });
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

  globalThis.clock.forgets.add((mustWait) => {
    [waits, isSeen, received, widths, frame] = [mustWait, false, NaN, [], Promise.withResolvers()];
    for (const video of videos) video.isConnected ? arm(video) : videos.delete(video);
  });
  Object.assign(globalThis.clock, {
    frame: () => frame.promise,
    received: () => received,
    widths: () => widths,
  });
}

/** What goes over the page's sockets. */
function installWires(): void {
  let wired: Wired[] = [];

  function note(way: Wired["way"], text: string, type = /"type":"(\w+)"/.exec(text)?.[1] ?? ""): void {
    wired.push({ way, type, bytes: text.length, at: performance.timeOrigin + performance.now() });
  }
  const Socket = globalThis.WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener("open", () => note("in", "", "(open)"));
      this.addEventListener("message", ({ data }) => note("in", `${data}`));
    }
    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): void {
      note("out", `${data}`);
      super.send(data as string);
    }
  };
  globalThis.clock.forgets.add(() => wired = []);
  Object.assign(globalThis.clock, { wired: () => wired });
}

/** The parts of the {@linkcode Clock}, in the order in which a page needs them. */
export const CLOCK: readonly (() => void)[] = [installClock, installFrames, installWires];
