/**
 * What tests look at inside a page. {@linkcode installProbe} runs there before any script of the page, and keeps
 * hold of every track that came from a microphone or camera, and of every peer connection; {@linkcode READ_MEDIA}
 * tells what became of them. Both run in the page, so each stands alone, with everything that it needs inside.
 *
 * @module
 */

/** One track that the page got from `getUserMedia`. */
export interface LocalTrack {
  readonly kind: string;
  readonly state: MediaStreamTrackState;
}

/** What one peer connection has carried (W3C webrtc-stats). */
export interface Carried {
  readonly connection: RTCPeerConnectionState;
  readonly framesDecoded: number;
  readonly audioPackets: number;
  /** Grows only with sound that is not silence. */
  readonly audioEnergy: number;
  /** Answered connectivity checks: the path's heartbeat, with or without media. */
  readonly checks: number;
  /** Payload of sound and picture that has left. */
  readonly mediaBytesSent: number;
  /** When all this was counted, in milliseconds. */
  readonly at: number;
  /** Tracks attached to its senders. */
  readonly sending: number;
}

/** What the element that shows the other side has presented. */
export interface Shown {
  /** Counted from the first look at the element on. */
  readonly frames: number;
  readonly width: number;
  readonly isLit: boolean;
  readonly isPlaying: boolean;
  readonly isMuted: boolean;
}

/** What a page's media did up to now. */
export interface Media {
  readonly connections: readonly Carried[];
  readonly shown: Shown | undefined;
  readonly local: readonly LocalTrack[];
}

declare global {
  var probe: {
    readonly connections: RTCPeerConnection[];
    readonly tracks: MediaStreamTrack[];
    /** Frames that each video element has presented since the first look at it. */
    readonly presented: WeakMap<HTMLVideoElement, number>;
  };
}

/** Keeps hold of the page's peer connections and of what its microphone and camera gave. */
export function installProbe(): void {
  const connections: RTCPeerConnection[] = [];
  const tracks: MediaStreamTrack[] = [];
  globalThis.probe = { connections, tracks, presented: new WeakMap() };
  const Original = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      // Those of the rehearsal are made with less.
      this.#isOfCall = configuration?.bundlePolicy !== undefined;
    }
    readonly #isOfCall: boolean;
    /** Those at hand for the next call have heard nothing yet. */
    override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      if (this.#isOfCall && !connections.includes(this)) connections.push(this);
      return super.setRemoteDescription(description);
    }
  };
  const devices = globalThis.MediaDevices?.prototype;
  const ask = devices?.getUserMedia;
  if (!devices || !ask) return;
  devices.getUserMedia = async function (constraints) {
    const stream = await ask.call(this, constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
}

/** The expression that answers a page's {@linkcode Media}. */
export const READ_MEDIA = `(${readMedia})()`;

async function readMedia(): Promise<Media> {
  const { connections, tracks, presented } = globalThis.probe;

  async function carried(connection: RTCPeerConnection): Promise<Carried> {
    const sum = { framesDecoded: 0, audioPackets: 0, audioEnergy: 0, checks: 0, mediaBytesSent: 0, at: 0 };
    for (const report of (await connection.getStats()).values()) {
      sum.at = Math.max(sum.at, report.timestamp);
      if (report.type === "candidate-pair") sum.checks += report.responsesReceived ?? 0;
      if (report.type === "outbound-rtp") sum.mediaBytesSent += report.bytesSent ?? 0;
      if (report.type !== "inbound-rtp") continue;
      sum.framesDecoded += report.framesDecoded ?? 0;
      if (report.kind !== "audio") continue;
      sum.audioPackets += report.packetsReceived ?? 0;
      sum.audioEnergy += report.totalAudioEnergy ?? 0;
    }
    const sending = connection.getSenders().filter((sender) => sender.track).length;
    return { connection: connection.connectionState, ...sum, sending };
  }

  function isLit(video: HTMLVideoElement): boolean {
    const canvas = new OffscreenCanvas(16, 16).getContext("2d");
    canvas?.drawImage(video, 0, 0, 16, 16);
    const bytes = [...canvas?.getImageData(0, 0, 16, 16).data ?? []];
    return bytes.reduce((sum, byte, index) => index % 4 === 3 ? sum : sum + byte, 0) / (16 * 16) > 24;
  }

  /** Firefox counts no frames of a live stream by itself; so every presented one is asked for from the first look on. */
  function countFrames(video: HTMLVideoElement): number {
    const count = () => {
      presented.set(video, (presented.get(video) ?? -1) + 1);
      video.requestVideoFrameCallback(count);
    };
    if (!presented.has(video)) count();
    return presented.get(video) ?? 0;
  }

  const video = document.querySelector<HTMLVideoElement>('video[aria-label="Remote video"]');
  const shown = video
    ? {
      frames: countFrames(video),
      width: video.videoWidth,
      isLit: video.videoWidth > 0 && isLit(video),
      isPlaying: !video.paused && video.readyState >= 2,
      isMuted: video.muted || video.volume === 0,
    }
    : undefined;
  const local = tracks.map((track) => ({ kind: track.kind, state: track.readyState }));
  return { connections: await Promise.all(connections.map(carried)), shown, local };
}
