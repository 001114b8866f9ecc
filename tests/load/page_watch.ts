/**
 * What the soak counts inside a page. {@linkcode installCounts} runs there before any script of the page, so it stands
 * alone.
 *
 * @module
 */

/** What a page holds open. */
export interface Held {
  /** Tracks of microphone and camera that are not stopped. */
  readonly tracks: number;
  /** Peer connections that are not closed, but for those at hand for the next call. */
  readonly connections: number;
  /** WebSockets that are not closed. */
  readonly sockets: number;
}

declare global {
  var held: () => Held;
}

/** Keeps account of tracks, peer connections and sockets; what is over is let go of, so that the account leaks nothing. */
export function installCounts(): void {
  const tracks = new Set<MediaStreamTrack>();
  const connections = new Set<RTCPeerConnection>();
  const sockets = new Set<WebSocket>();

  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.add(this);
    }
  };
  const Socket = globalThis.WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.add(this);
    }
  };
  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function () {
    const copy = clone.call(this);
    if (tracks.has(this)) tracks.add(copy);
    return copy;
  };
  const devices = globalThis.MediaDevices?.prototype;
  const ask = devices?.getUserMedia;
  if (devices && ask) {
    devices.getUserMedia = async function (constraints) {
      const stream = await ask.call(this, constraints);
      for (const track of stream.getTracks()) tracks.add(track);
      return stream;
    };
  }

  function live<T>(all: Set<T>, isOver: (one: T) => boolean): number {
    for (const one of all) if (isOver(one)) all.delete(one);
    return all.size;
  }
  /** Besides those of calls a page has one at hand to offer with and one to answer with; a third one is left over. */
  const AT_HAND = 2;
  function open(): number {
    const all = live(connections, ({ connectionState }) => connectionState === "closed");
    const idle = [...connections].filter(({ remoteDescription }) => !remoteDescription).length;
    return all - Math.min(idle, AT_HAND);
  }
  globalThis.held = () => ({
    tracks: live(tracks, ({ readyState }) => readyState === "ended"),
    connections: open(),
    sockets: live(sockets, ({ readyState }) => readyState === Socket.CLOSED),
  });
}
