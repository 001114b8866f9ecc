/**
 * What our own pages ask of WebRTC beyond the textbook, each in one place with its reason; the figures are in
 * `docs/performance.md`. A browser that lacks one of them goes on without it.
 *
 * @module
 */

/**
 * The codecs of pictures, the most wanted first: H264 costs four fifths of VP8, and telephones have hardware for it. Every
 * browser has both (RFC 7742 §5), so that others would only make descriptions longer, and each step with them slower.
 * Behind them stands what mends losses.
 */
const CODECS = ["video/H264", "video/VP8", "video/rtx", "video/red", "video/ulpfec"];

/** The profile of H264 that everybody understands (constrained baseline), in packets of any size. */
const BASELINE =
  /packetization-mode=1.*profile-level-id=42[0-9a-f]{4}|profile-level-id=42[0-9a-f]{4}.*packetization-mode=1/i;

/** What is tried at first, in kbit/s. Browsers begin with 300, which is too little for a picture of any size for 14 s. */
const START_BITRATE = 2000;

/**
 * A connection that its browser takes for slower than this begins as the textbook says, in Mbit/s. Chromium tells 1.35 to
 * 1.65, a guess with noise upon it, where it has measured nothing yet: that is not slow.
 */
const SLOW = 1;

/** The first pictures have a quarter of the width and height: they fit into what may be sent at once. */
const SMALL = 4;

/** How long pictures stay small, in milliseconds. */
const SMALL_TIME = 200;

/** The most bits for each pixel of a moving picture. */
const ENOUGH = 0.09;

/** How often one looks whether full size still makes sense, in milliseconds. */
const LOOK = 2000;

/** Whoever may send less than this has a picture that moves rather than a large one, in bit/s. */
const NARROW = 500_000;

type Parameters = RTCRtpSendParameters & { degradationPreference?: RTCDegradationPreference };

/**
 * Firefox leaves the feedback of codecs that it was told to leave out in its description, and Chromium refuses such a one:
 * so it is told an order, and no more.
 */
const keepsAll = (): boolean => "mozGetUserMedia" in navigator;

/** Those of a browser's codecs that we speak, in our order; where it has none of ours, or must keep them all, all of them. */
export function spoken(codecs: readonly RTCRtpCodec[], isWhole = keepsAll()): RTCRtpCodec[] {
  const rank = ({ mimeType, sdpFmtpLine = "" }: RTCRtpCodec) => {
    const place = CODECS.indexOf(mimeType);
    return place < 0 || (place === 0 && !BASELINE.test(sdpFmtpLine)) ? CODECS.length : place;
  };
  const sorted = [...codecs].sort((one, other) => rank(one) - rank(other));
  const isOurs = sorted[0] && rank(sorted[0]) < 2;
  return isOurs && !isWhole ? sorted.filter((codec) => rank(codec) < CODECS.length) : sorted;
}

/** A description whose pictures begin with {@linkcode START_BITRATE}, as Chromium understands it; others ignore it. */
export function withStartBitrate(sdp: string): string {
  const [session = "", ...media] = sdp.split(/(?=^m=)/m);
  const begun = media.map((section) => {
    if (!section.startsWith("m=video")) return section;
    const codecs = [...section.matchAll(/^a=rtpmap:(\d+) (?:H264|VP8)\//gm)].map(([, type = ""]) => type);
    return codecs.reduce(
      (text, type) => withParameter(text, type, `x-google-start-bitrate=${START_BITRATE}`),
      section,
    );
  });
  return [session, ...begun].join("");
}

function withParameter(section: string, type: string, parameter: string): string {
  const line = new RegExp(`^(a=fmtp:${type} .*?)(\r?)$`, "m");
  if (line.test(section)) return section.replace(line, `$1;${parameter}$2`);
  return section.replace(
    new RegExp(`^(a=rtpmap:${type} .*?)(\r?)$`, "m"),
    `$1$2\na=fmtp:${type} ${parameter}$2`,
  );
}

/** Whether this browser takes its network for a slow one. */
function isSlow(): boolean {
  const { connection }: { connection?: { downlink?: number } } = navigator as object;
  return (connection?.downlink ?? Infinity) < SLOW;
}

/** How long a connection that answers is left to itself before its pictures are made small, in milliseconds. */
const PRIMING = 50;

/** A sender of pictures that begins small, and then keeps its size as long as there is room for it. */
class PictureSender {
  readonly #connection: RTCPeerConnection;
  readonly #sender: RTCRtpSender;

  /** `isSmall` tells that it was made so: whoever offers can say that beforehand. */
  constructor(connection: RTCPeerConnection, sender: RTCRtpSender, isSmall: boolean) {
    this.#connection = connection;
    this.#sender = sender;
    let shrinking = isSmall ? Promise.resolve() : undefined;
    const shrink = () => shrinking ??= this.#shrink();
    const priming = isSmall ? undefined : setTimeout(shrink, PRIMING);
    const replace = sender.replaceTrack.bind(sender);
    sender.replaceTrack = (track) => {
      if (!track) return replace(track);
      sender.replaceTrack = replace;
      clearTimeout(priming);
      this.#onceConnected(() => this.#begin());
      // Side by side: nobody waits for the one before the other is under way.
      return Promise.all([shrink(), replace(track)]).then(() => {});
    };
  }

  /** Small pictures are for those that are seen first. */
  #onceConnected(task: () => void): void {
    const look = () => {
      if (this.#connection.connectionState !== "connected") return;
      this.#connection.removeEventListener("connectionstatechange", look);
      task();
    };
    this.#connection.addEventListener("connectionstatechange", look);
    look();
  }

  #begin(): void {
    const grow = () => this.#sender.track && this.#grow(this.#sender.track);
    setTimeout(() => void grow(), SMALL_TIME);
    setTimeout(() => void this.#look(), LOOK);
  }

  /** A large picture that jerks is of no use: on a narrow way its size gives. */
  async #look(): Promise<void> {
    const { track } = this.#sender;
    if (this.#connection.connectionState === "closed") return;
    const reports = [...(await this.#connection.getStats()).values()];
    const isNarrow = reports.some(({ availableOutgoingBitrate = Infinity }) =>
      availableOutgoingBitrate < NARROW
    );
    if (track) await this.#grow(track, isNarrow ? "maintain-framerate" : undefined);
    setTimeout(() => void this.#look(), LOOK);
  }

  #shrink(): Promise<void> {
    return this.#set({ scaleResolutionDownBy: SMALL });
  }

  #grow(
    track: MediaStreamTrack,
    preference: RTCDegradationPreference = "maintain-resolution",
  ): Promise<void> {
    return this.#set({ scaleResolutionDownBy: 1, maxBitrate: enoughFor(track) }, preference);
  }

  /** What others have asked of the picture stays, and a browser that cannot is left alone. */
  async #set(
    change: RTCRtpEncodingParameters,
    degradationPreference?: RTCDegradationPreference,
  ): Promise<void> {
    const parameters: Parameters = this.#sender.getParameters();
    const [encoding] = parameters.encodings;
    if (!encoding || this.#connection.connectionState === "closed") return;
    const before = JSON.stringify(parameters);
    Object.assign(encoding, change);
    if (degradationPreference) parameters.degradationPreference = degradationPreference;
    if (JSON.stringify(parameters) === before) return;
    await this.#sender.setParameters(parameters).catch(() => {});
  }
}

/** The bits per second after which a picture gets no better, only dearer. */
function enoughFor(track: MediaStreamTrack): number {
  const { width = 1280, height = 720, frameRate = 30 } = track.getSettings();
  return Math.round(width * height * frameRate * ENOUGH);
}

/** Tunes a connection that nothing was done with yet, and gives it back. */
export function tune(connection: RTCPeerConnection): RTCPeerConnection {
  const known = new WeakSet<RTCRtpTransceiver>();
  const take = (transceiver: RTCRtpTransceiver, isSmall = false) => {
    if (known.has(transceiver) || transceiver.receiver.track.kind !== "video") return;
    known.add(transceiver);
    const { codecs = [] } = RTCRtpReceiver.getCapabilities("video") ?? {};
    if (codecs.length > 0) transceiver.setCodecPreferences?.(spoken(codecs));
    new PictureSender(connection, transceiver.sender, isSmall);
  };
  const add = connection.addTransceiver.bind(connection);
  connection.addTransceiver = (what, init) => {
    const isPicture = what === "video";
    const transceiver = add(what, {
      ...init,
      ...(isPicture && { sendEncodings: [{ scaleResolutionDownBy: SMALL }] }),
    });
    take(transceiver, isPicture);
    return transceiver;
  };
  const hear = connection.setRemoteDescription.bind(connection);
  connection.setRemoteDescription = async ({ type, sdp = "" }) => {
    await hear({ type, sdp: isSlow() ? sdp : withStartBitrate(sdp) });
    for (const transceiver of connection.getTransceivers()) take(transceiver);
  };
  return connection;
}
