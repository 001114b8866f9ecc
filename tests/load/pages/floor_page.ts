/**
 * The floor: a bare page that calls another one as a textbook does, by a bare relay, with nothing checked. {@linkcode
 * runFloor} is served to the browser as it stands.
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

/** Runs the page. */
export function runFloor(): void {
  const wishes = new URLSearchParams(location.search);
  const faces = document.documentElement.dataset;
  const video = document.querySelector("video");
  const [width, height] = wishes.get("camera")?.split("x").map(Number) ?? [];
  let connection: RTCPeerConnection | undefined;
  let stored: string | undefined;
  /** Candidates that came before their description; `undefined` once it is there. */
  let early: RTCIceCandidateInit[] | undefined = [];

  const camera = width && height
    ? navigator.mediaDevices.getUserMedia({ audio: true, video: { width, height, frameRate: 30 } })
    : undefined;
  void camera?.then(() => faces["camera"] = "open");

  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/socket?id=${wishes.get("me")}`);
  const say = (said: Said) => socket.send(JSON.stringify({ to: wishes.get("other"), ...said }));
  socket.onopen = () => faces["phone"] = "registered";
  socket.onmessage = ({ data }) => void hear(JSON.parse(data));

  async function hear(said: Said): Promise<void> {
    if (said.type === "hangup") return end();
    if (said.type === "candidate") {
      if (early) early.push(said.candidate);
      else await connection?.addIceCandidate(said.candidate);
    } else if (said.type === "answer") await take(said.type, said.sdp);
    else {
      stored = said.sdp;
      faces["call"] = "ringing";
      if (!wishes.has("naive")) await accept();
    }
  }

  async function make(): Promise<RTCPeerConnection> {
    const made = connection = new RTCPeerConnection();
    made.onicecandidate = ({ candidate }) =>
      candidate && say({ type: "candidate", candidate: candidate.toJSON() });
    made.ontrack = ({ streams: [stream] }) => {
      if (video && stream) video.srcObject = stream;
    };
    const stream = await camera;
    for (const track of stream?.getTracks() ?? []) made.addTrack(track, stream as MediaStream);
    prefer(made);
    return made;
  }

  function prefer(made: RTCPeerConnection): void {
    const codec = `video/${wishes.get("codec")}`.toLowerCase();
    const all = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
    const first = all.filter(({ mimeType }) => mimeType.toLowerCase() === codec);
    if (first.length === 0) return;
    for (const transceiver of made.getTransceivers()) {
      if (transceiver.receiver.track.kind !== "video") continue;
      transceiver.setCodecPreferences([...first, ...all.filter((each) => !first.includes(each))]);
    }
  }

  async function take(type: "offer" | "answer", sdp: string): Promise<void> {
    await connection?.setRemoteDescription({ type, sdp });
    const waiting = early ?? [];
    early = undefined;
    for (const candidate of waiting) void connection?.addIceCandidate(candidate);
    faces["call"] = "established";
  }

  async function call(): Promise<void> {
    faces["call"] = "inviting";
    const made = await make();
    await made.setLocalDescription();
    say({ type: "offer", sdp: made.localDescription?.sdp ?? "" });
  }

  async function accept(): Promise<void> {
    const made = await make();
    await take("offer", stored ?? "");
    await made.setLocalDescription();
    say({ type: "answer", sdp: made.localDescription?.sdp ?? "" });
  }

  function end(): void {
    connection?.close();
    [connection, stored, early] = [undefined, undefined, []];
    if (video) video.srcObject = null;
    faces["call"] = "none";
  }

  const buttons: Readonly<Record<string, () => unknown>> = {
    Call: call,
    Accept: accept,
    "Hang up": () => {
      say({ type: "hangup" });
      end();
    },
  };
  for (const button of document.querySelectorAll("button")) {
    button.onclick = () => void buttons[button.textContent ?? ""]?.();
  }
}

/** The document around it. */
export const FLOOR_PAGE = `<!doctype html>
<html lang="en" data-phone="connecting" data-call="none"><meta charset="utf-8"><title>Floor</title>
<video aria-label="Remote video" autoplay playsinline width="640" height="480"></video>
<p><button>Call</button><button>Accept</button><button>Hang up</button></p>
<script src="/floor.js"></script></html>
`;
