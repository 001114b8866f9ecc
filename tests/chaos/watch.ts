/**
 * What the chaos suite sees inside a page: when sound and picture stood still, what went over the signalling socket,
 * and what the page showed. {@linkcode installWatch} runs there before any script of the page, so it stands alone.
 *
 * @module
 */

/** A stretch of time, in milliseconds since the epoch. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** No new sound, or no new picture, for so long. */
export interface Gap extends Stretch {
  readonly kind: "audio" | "video";
}

/** A message on the signalling socket. */
export interface Frame {
  readonly at: number;
  readonly type: string;
  /** Equal for equal contents. */
  readonly key: string;
  /** Grows with what a side says of itself. */
  readonly n?: number;
  /** What it says, where that is short. */
  readonly words?: string;
  /** Said again, because the line was resumed. */
  readonly again?: boolean;
  /** Of `registered`: the number, and the calls that the server knows. */
  readonly number?: string;
  readonly calls?: readonly string[];
}

/** Something that happened, in a word. */
export interface Moment {
  readonly at: number;
  readonly what: string;
}

/** All that was seen since the last time that it was forgotten. */
export interface Watched {
  readonly now: number;
  readonly gaps: Gap[];
  readonly said: Frame[];
  readonly heard: Frame[];
  /** Sockets that opened or closed, states of the page and of peer connections, errors. */
  readonly moments: Moment[];
  /** When the page's own camera was switched off on purpose. */
  readonly dark: Stretch[];
  /** When *Hold* was pressed here, on or off. */
  readonly holds: number[];
  /** When the page did not get to look, from the beginning: the machine was busy, or it slept. */
  readonly stalls: Stretch[];
  /** Frames decoded and packets of sound received since the page was loaded, whichever connection brought them. */
  readonly frames: number;
  readonly packets: number;
}

/** What was seen, as it grows. */
type Seen = Pick<Watched, "gaps" | "said" | "heard" | "moments" | "dark" | "holds" | "stalls">;

interface Watch {
  seen: Seen;
  /** All that the page has made, the last one last. */
  connections: RTCPeerConnection[];
  note(what: string): void;
  /** Forgets what was before `since`, in milliseconds since the epoch. */
  clear(since: number): void;
  read(): Watched;
  /** The path of the media in words, such as `relay/udp to host`. */
  path(): Promise<string>;
  /** Whether there is such a button. */
  offers(name: string, number?: string): boolean;
  /** What is to be known of the connection and its tracks when nothing comes. */
  media(): string;
  /** Presses the button of this name as soon as the clock says so (milliseconds since the epoch), if it is there. */
  pressAt(at: number, name: string, number?: string): void;
  /** Presses the button of this name, in the entry of the directory that tells `number` when there is one. */
  press(name: string, number?: string): void;
  /** Switches the camera off and on so many times; answers how many events that makes for the other side. */
  blink(times: number): Promise<number>;
}

declare global {
  var chaos: Watch;
}

function installLog(): void {
  const fresh = (): Seen => ({ gaps: [], said: [], heard: [], moments: [], dark: [], holds: [], stalls: [] });
  // What was seen outlives a reload; an empty page has no storage.
  const KEPT = "chaos";
  const storage = location.protocol === "http:" ? sessionStorage : undefined;
  const kept = storage?.getItem(KEPT);
  storage?.removeItem(KEPT);
  const chaos: Partial<Watch> & Pick<Watch, "seen"> = { seen: kept ? JSON.parse(kept) : fresh() };
  addEventListener("pagehide", () => storage?.setItem(KEPT, JSON.stringify(chaos.seen)));
  globalThis.chaos = chaos as Watch;
  chaos.clear = (since) => {
    const { gaps, said, heard, moments, dark, holds } = chaos.seen;
    const isNew = ({ at }: { at: number }) => at >= since;
    const isLong = ({ to }: Stretch) => to >= since;
    // A busy machine stays the reason of what was late before.
    chaos.seen = {
      ...chaos.seen,
      gaps: gaps.filter(isLong),
      said: said.filter(isNew),
      heard: heard.filter(isNew),
      moments: moments.filter(isNew),
      dark: dark.filter(isLong),
      holds: holds.filter((at) => at >= since),
    };
  };
  chaos.note = (what) => void chaos.seen.moments.push({ at: Date.now(), what });
  const { note } = globalThis.chaos;
  const watchFaces = () => {
    const html = document.documentElement;
    const faces = () => note(`page ${html.dataset.phone} ${html.dataset.call}`);
    new MutationObserver(faces).observe(html, { attributeFilter: ["data-phone", "data-call"] });
  };
  document.addEventListener("readystatechange", watchFaces, { once: true });
  for (const event of ["online", "offline", "pagehide"]) addEventListener(event, () => note(event));
  for (const event of ["freeze", "resume", "visibilitychange"]) {
    document.addEventListener(event, () => note(event));
  }
  (navigator as { connection?: EventTarget }).connection?.addEventListener("change", () => note("network"));
  const complain = console.error;
  console.error = (...words) => {
    note(`error ${words.join(" ")}`);
    complain(...words);
  };
}

function installSocket(): void {
  const { note } = globalThis.chaos;
  function frameOf(text: string): Frame {
    const { type, call: _call, number, calls, n, ...rest } = JSON.parse(text);
    let hash = 0;
    for (const letter of JSON.stringify(rest)) hash = (hash * 31 + letter.charCodeAt(0)) | 0;
    const frame = { at: Date.now(), type, key: `${type}:${hash}`, ...(n !== undefined && { n }) };
    if (type === "media") return { ...frame, words: JSON.stringify(rest) };
    if (type !== "registered") return frame;
    return { ...frame, number, calls: calls.map((entry: { call: string }) => entry.call) };
  }
  let isResuming = false;
  const newest = new Map<string, number>();
  function hear(data: string): void {
    const frame = frameOf(data);
    const { call } = JSON.parse(data);
    // What is said again after a restart of the server the page does not hear a second time.
    if (frame.n !== undefined && frame.n <= (newest.get(call) ?? 0)) {
      return note(`< ${frame.type}, once more`);
    }
    if (frame.n !== undefined) newest.set(call, frame.n);
    globalThis.chaos.seen.heard.push(frame);
    if (frame.type !== "registered") return;
    // The page says again what had not arrived as soon as it hears this, and therefore before any timer.
    isResuming = true;
    setTimeout(() => isResuming = false);
  }
  const Original = globalThis.WebSocket;
  globalThis.WebSocket = class extends Original {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      note("socket made");
      this.addEventListener("open", () => note("socket open"));
      this.addEventListener("close", ({ code }) => note(`socket closed ${code}`));
      this.addEventListener("message", ({ data }) => hear(data));
    }
    override send(text: string): void {
      globalThis.chaos.seen.said.push({ ...frameOf(text), ...isResuming && { again: true } });
      super.send(text);
    }
  };
}

function installConnections(): void {
  const connections: RTCPeerConnection[] = chaos.connections = [];
  const Original = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
      this.addEventListener("connectionstatechange", () => chaos.note(`media ${this.connectionState}`));
      this.addEventListener("icecandidate", ({ candidate }) => candidate && noteAddress(candidate));
    }
  };
  const addresses = new Set<string | null>();
  function noteAddress({ type, address }: RTCIceCandidate): void {
    if (type !== "host" || addresses.has(address)) return;
    addresses.add(address);
    chaos.note(`address ${address}`);
  }
  chaos.path = async () => {
    const live = connections.findLast(({ connectionState }) => connectionState === "connected");
    const reports = [...(await live?.getStats() ?? new Map()).values()];
    const find = (id: string) => reports.find((report) => report.id === id);
    const pair = find(reports.find(({ type }) => type === "transport")?.selectedCandidatePairId);
    const [local, remote] = [find(pair?.localCandidateId), find(pair?.remoteCandidateId)];
    const way = local?.relayProtocol ? `/${local.relayProtocol}` : "";
    return `${local?.candidateType}${way} to ${remote?.candidateType}`;
  };
  const isInUse = ({ connectionState, remoteDescription }: RTCPeerConnection) =>
    connectionState !== "closed" && remoteDescription !== null;
  const trackOf = (track: MediaStreamTrack | null) =>
    track
      ? [track.readyState, track.enabled ? "on" : "off", track.muted && "muted"].filter(Boolean).join(" ")
      : "none";
  chaos.media = () => {
    const live = connections.findLast(isInUse);
    const ways =
      live?.getTransceivers().map(({ currentDirection, sender, receiver }) =>
        `${receiver.track.kind} ${currentDirection}, out ${trackOf(sender.track)}, in ${
          trackOf(receiver.track)
        }`
      ) ?? [];
    return [`${live?.connectionState} ${live?.iceConnectionState} ${live?.signalingState}`, ...ways].join(
      "; ",
    );
  };
}

function installMedia(): void {
  /** Less than this is no gap, in milliseconds: jitter of the network, and of pictures on a busy machine. */
  const SHORTEST = { audio: 400, video: 1000 };
  const LOOK = 100;
  /** A packet of sound, in milliseconds. */
  const PACKET = 20;
  const last = { audio: { count: 0, at: 0 }, video: { count: 0, at: 0 } };
  const all = { audio: 0, video: 0 };
  function step(kind: "audio" | "video", count: number, isLate: boolean): void {
    const [now, { at, count: before }] = [Date.now(), last[kind]];
    // A new connection counts from the beginning.
    const news = count < before ? count : count - before;
    all[kind] += news;
    if (news === 0 && at > 0) return;
    // Who looks late finds packets that came in time.
    const missing = kind === "audio" ? now - at - news * PACKET : isLate ? 0 : now - at;
    if (at > 0 && missing > SHORTEST[kind]) chaos.seen.gaps.push({ kind, from: now - missing, to: now });
    last[kind] = { count, at: now };
  }
  let lookedAt = Date.now();
  async function look(): Promise<void> {
    const live = chaos.connections.findLast(({ connectionState, remoteDescription }) =>
      // Those at hand for the next call have heard nothing yet.
      connectionState !== "closed" && remoteDescription
    );
    const stats = await live?.getStats();
    const now = Date.now();
    const isLate = now - lookedAt > 4 * LOOK;
    if (isLate) chaos.seen.stalls.push({ from: lookedAt, to: now });
    lookedAt = now;
    const isOn = document.documentElement?.dataset.call === "established";
    if (!isOn) last.audio.at = last.video.at = 0;
    for (const report of isOn ? stats?.values() ?? [] : []) {
      if (report.type !== "inbound-rtp") continue;
      step(report.kind, report.kind === "audio" ? report.packetsReceived : report.framesDecoded ?? 0, isLate);
    }
    setTimeout(look, LOOK);
  }
  void look();
  chaos.read = () => {
    const now = Date.now();
    const open = (["audio", "video"] as const).map((kind) => ({ kind, from: last[kind].at, to: now }))
      .filter(({ kind, from }) => from > 0 && now - from > SHORTEST[kind]);
    const gaps = [...chaos.seen.gaps, ...open];
    return { ...chaos.seen, gaps, now, frames: all.video, packets: all.audio };
  };
}

function installHand(): void {
  const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  let asking = 0;
  // A page that stops a track itself hears of no end.
  function watchTracks(stream: MediaStream): MediaStream {
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => chaos.note(`the system took the ${track.kind}`));
    }
    return stream;
  }
  const devices = globalThis.MediaDevices?.prototype;
  const ask = devices?.getUserMedia;
  if (devices && ask) {
    devices.getUserMedia = function (constraints) {
      asking++;
      return ask.call(this, constraints).then(watchTracks).finally(() => asking--);
    };
  }
  const buttonOf = (name: string, number?: string) => {
    const entries = [...document.querySelectorAll("[aria-labelledby=directory] li")];
    const place = number ? entries.find(({ textContent }) => textContent?.includes(number)) : document;
    const isIt = (each: HTMLButtonElement) => (each.ariaLabel ?? each.textContent)?.trim() === name;
    const found = [...place?.querySelectorAll("button") ?? []].find(isIt);
    return found?.disabled ? undefined : found;
  };
  chaos.offers = (name, number) => buttonOf(name, number) !== undefined;
  chaos.press = (name, number) => {
    const found = buttonOf(name, number);
    if (!found) throw new Error(`Cannot press ${name}: the page has no such button`);
    if (name === "Hold") chaos.seen.holds.push(Date.now());
    found.click();
  };
  chaos.pressAt = (at, name, number) => {
    const press = () => {
      try {
        chaos.press(name, number);
      } catch (error) {
        chaos.note(String(error));
      }
    };
    setTimeout(press, at - Date.now());
  };
  chaos.blink = async (times) => {
    for (let left = times; left > 0; left--) {
      const from = Date.now();
      chaos.press("Camera");
      await wait(150);
      chaos.press("Camera");
      do await wait(50); while (asking > 0);
      chaos.seen.dark.push({ from, to: Date.now() });
      await wait(200);
    }
    return 2 * times;
  };
}

/** To be run in every page, in this order. */
export const WATCH: readonly (() => void)[] = [
  installLog,
  installSocket,
  installConnections,
  installMedia,
  installHand,
];
