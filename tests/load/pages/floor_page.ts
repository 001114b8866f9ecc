/**
 * The floor: a bare page that calls another one as a textbook does, by a bare relay, with nothing checked. {@linkcode
 * FLOOR_SCRIPT} is served to the browser as it stands.
 *
 * What its address says: `me` and `other`, the ids of the two at the relay; `camera` such as `640x480`, none for none;
 * `naive` for a callee who waits for Accept and negotiates only then; `codec` such as `H264`, else the browser's first.
 *
 * @module
 */

/** What the two pages say to each other. */
type Said =
  | { readonly type: "offer" | "answer"; readonly sdp: string }
  | { readonly type: "candidate"; readonly candidate: RTCIceCandidateInit }
  | { readonly type: "hangup" };

/** One call of the page. */
class FloorCall {
  readonly connection = new RTCPeerConnection();
  readonly say: (said: Said) => void;
  /** Candidates that came before their description; `undefined` once it is there. */
  early: RTCIceCandidateInit[] | undefined = [];

  constructor(say: (said: Said) => void, video: HTMLVideoElement | null) {
    this.say = say;
    this.connection.onicecandidate = ({ candidate }) =>
      candidate && say({ type: "candidate", candidate: candidate.toJSON() });
    this.connection.ontrack = ({ streams: [stream] }) => {
      if (video && stream) video.srcObject = stream;
    };
  }

  /** Sends the camera's picture and sound, and has `codec` before all others. */
  fill(stream: MediaStream | undefined, codec: string): void {
    for (const track of stream?.getTracks() ?? []) this.connection.addTrack(track, stream as MediaStream);
    const all = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
    const first = all.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`.toLowerCase());
    if (first.length === 0) return;
    for (const transceiver of this.connection.getTransceivers()) {
      if (transceiver.receiver.track.kind !== "video") continue;
      transceiver.setCodecPreferences([...first, ...all.filter((each) => !first.includes(each))]);
    }
  }

  async describe(type: "offer" | "answer"): Promise<void> {
    await this.connection.setLocalDescription();
    this.say({ type, sdp: this.connection.localDescription?.sdp ?? "" });
  }

  async take(type: "offer" | "answer", sdp: string): Promise<void> {
    await this.connection.setRemoteDescription({ type, sdp });
    const waiting = this.early ?? [];
    this.early = undefined;
    for (const candidate of waiting) this.add(candidate);
  }

  add(candidate: RTCIceCandidateInit): void {
    if (this.early) this.early.push(candidate);
    else void this.connection.addIceCandidate(candidate);
  }
}

/** Runs the page. */
function runFloor(): void {
  const wishes = new URLSearchParams(location.search);
  const faces = document.documentElement.dataset;
  const video = document.querySelector("video");
  const [width, height] = wishes.get("camera")?.split("x").map(Number) ?? [];
  let call: FloorCall | undefined;
  /** What came of a call that rings. */
  let [offer, candidates]: [string, RTCIceCandidateInit[]] = ["", []];

  const camera = width && height
    ? navigator.mediaDevices.getUserMedia({ audio: true, video: { width, height, frameRate: 30 } })
    : undefined;
  void camera?.then(() => faces["camera"] = "open");

  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/socket?id=${wishes.get("me")}`);
  const say = (said: Said) => socket.send(JSON.stringify({ to: wishes.get("other"), ...said }));
  socket.onopen = () => faces["phone"] = "registered";
  socket.onmessage = ({ data }) => void hear(JSON.parse(data));

  async function hear(said: Said): Promise<void> {
    if (said.type === "hangup") end();
    else if (said.type === "candidate") call ? call.add(said.candidate) : candidates.push(said.candidate);
    else if (said.type === "answer") {
      await call?.take("answer", said.sdp);
      faces["call"] = "established";
    } else {
      [offer, faces["call"]] = [said.sdp, "ringing"];
      if (!wishes.has("naive")) await accept();
    }
  }
  async function dial(): Promise<void> {
    faces["call"] = "inviting";
    call = new FloorCall(say, video);
    call.fill(await camera, wishes.get("codec") ?? "");
    await call.describe("offer");
  }
  async function accept(): Promise<void> {
    call = new FloorCall(say, video);
    call.fill(await camera, wishes.get("codec") ?? "");
    await call.take("offer", offer);
    for (const candidate of candidates) call.add(candidate);
    await call.describe("answer");
    faces["call"] = "established";
  }
  function end(): void {
    call?.connection.close();
    [call, candidates, faces["call"]] = [undefined, [], "none"];
    if (video) video.srcObject = null;
  }
  const hangUp = () => (say({ type: "hangup" }), end());
  const buttons: Readonly<Record<string, () => unknown>> = { Call: dial, Accept: accept, "Hang up": hangUp };
  for (const button of document.querySelectorAll("button")) {
    button.onclick = () => void buttons[button.textContent ?? ""]?.();
  }
}

/** The page's script. */
export const FLOOR_SCRIPT = `{\n${FloorCall}\n(${runFloor})();\n}\n`;

/** The document around it. */
export const FLOOR_PAGE = `<!doctype html>
<html lang="en" data-phone="connecting" data-call="none"><meta charset="utf-8"><title>Floor</title>
<video aria-label="Remote video" autoplay playsinline width="640" height="480"></video>
<p><button>Call</button><button>Accept</button><button>Hang up</button></p>
<script src="/floor.js"></script></html>
`;
