import assert from "node:assert/strict";
import { spoken, tune, withStartBitrate } from "./tuning.ts";

const codec = (mimeType: string, sdpFmtpLine?: string) =>
  ({ mimeType, clockRate: 90_000, ...(sdpFmtpLine && { sdpFmtpLine }) }) as RTCRtpCodec;

const BASELINE = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";

const namesOf = (codecs: readonly RTCRtpCodec[]) =>
  codecs.map(({ mimeType, sdpFmtpLine }) => sdpFmtpLine === BASELINE ? "baseline" : mimeType.slice(6));

Deno.test("spoken() puts H264 that everybody understands first, then VP8 and what mends losses, and no other", () => {
  const all = [
    codec("video/VP8"),
    codec("video/rtx"),
    codec("video/H264", "packetization-mode=0;profile-level-id=42e01f"),
    codec("video/VP9"),
    codec("video/H264", "packetization-mode=1;profile-level-id=640c1f"),
    codec("video/H264", BASELINE),
    codec("video/AV1"),
    codec("video/ulpfec"),
    codec("video/red"),
  ];
  assert.deepEqual(namesOf(spoken(all, false)), ["baseline", "VP8", "rtx", "red", "ulpfec"]);
});

Deno.test("spoken() leaves a browser without H264 its VP8, and one without either what it has", () => {
  const all = [codec("video/VP9"), codec("video/VP8"), codec("video/rtx")];
  assert.deepEqual(namesOf(spoken(all, false)), ["VP8", "rtx"]);
  assert.deepEqual(namesOf(spoken([codec("video/VP9"), codec("video/rtx")], false)), ["rtx", "VP9"]);
  assert.deepEqual(spoken([], false), []);
});

Deno.test("spoken() leaves out nothing in a browser that does not do that properly", () => {
  const all = [
    codec("video/VP9"),
    codec("video/red"),
    codec("video/VP8"),
    codec("video/rtx"),
    codec("video/AV1"),
  ];
  assert.deepEqual(namesOf(spoken(all, true)), ["VP8", "rtx", "red", "VP9", "AV1"]);
});

const SDP = [
  "v=0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10",
  "m=video 9 UDP/TLS/RTP/SAVPF 102 96 97",
  "a=rtpmap:102 H264/90000",
  `a=fmtp:102 ${BASELINE}`,
  "a=rtpmap:96 VP8/90000",
  "a=rtpmap:97 rtx/90000",
  "a=fmtp:97 apt=96",
  "",
].join("\r\n");

Deno.test("withStartBitrate() asks it of the codecs of pictures, and of nothing else", () => {
  const lines = withStartBitrate(SDP).split("\n");
  const asked = lines.filter((line) => line.includes("x-google-start-bitrate=2000"));
  assert.deepEqual(asked.map((line) => line.split(" ")[0]), ["a=fmtp:102", "a=fmtp:96"]);
  assert.ok(asked[0]?.startsWith(`a=fmtp:102 ${BASELINE};`), "beside what was there");
  assert.equal(lines.indexOf(asked[1] ?? ""), lines.findIndex((line) => line.startsWith("a=rtpmap:96")) + 1);
  assert.ok(lines.slice(0, -1).every((line) => line.endsWith("\r")), "lines end as they did");
});

Deno.test("withStartBitrate() leaves a call without pictures alone", () => {
  const sound = SDP.slice(0, SDP.indexOf("m=video"));
  assert.equal(withStartBitrate(sound), sound);
});

/** What a connection was asked for, in order: how transceivers were made, and by how much pictures are made smaller. */
type Asked = (string | number | undefined)[];

/** A peer connection as far as it is tuned; its one picture is made by {@linkcode RTCPeerConnection.addTransceiver}, or comes with an offer. */
function fakeConnection(asked: Asked, room?: number) {
  const transceivers: object[] = [];
  const make = (kind: string, encoding: RTCRtpEncodingParameters = {}) => {
    const parameters = { encodings: [encoding], degradationPreference: undefined as string | undefined };
    const sender = {
      track: null as unknown,
      getParameters: () => structuredClone(parameters),
      setParameters: ({ encodings, degradationPreference }: typeof parameters) => {
        asked.push(
          encodings[0]?.scaleResolutionDownBy,
          ...degradationPreference ? [degradationPreference] : [],
        );
        parameters.encodings = encodings;
        parameters.degradationPreference = degradationPreference;
        return Promise.resolve();
      },
      replaceTrack: (track: unknown) => {
        sender.track = track;
        return Promise.resolve(void asked.push("track"));
      },
    };
    const transceiver = { sender, receiver: { track: { kind } } };
    transceivers.push(transceiver);
    return transceiver;
  };
  return {
    connectionState: room === undefined ? "new" : "connected",
    addEventListener: () => {},
    removeEventListener: () => {},
    getStats: () => Promise.resolve(new Map([["pair", { availableOutgoingBitrate: room }]])),
    getTransceivers: () => transceivers,
    setRemoteDescription: () => Promise.resolve(void make("video")),
    addTransceiver: (kind: string, init: RTCRtpTransceiverInit = {}) => {
      asked.push(kind, init.direction, init.sendEncodings?.[0]?.scaleResolutionDownBy);
      return make(kind, init.sendEncodings?.[0]);
    },
  };
}

/** Tunes such a connection, which has room for so many bit/s, in a browser that knows of codecs what it takes: nothing. */
function tuned(asked: Asked, room?: number): RTCPeerConnection {
  Object.assign(globalThis, { RTCRtpReceiver: { getCapabilities: () => null } });
  return tune(fakeConnection(asked, room) as unknown as RTCPeerConnection);
}

const PICTURE = { getSettings: () => ({}) } as MediaStreamTrack;

Deno.test("whoever offers makes pictures small from the beginning, so that nothing is left to do when they begin", async () => {
  const asked: Asked = [];
  const connection = tuned(asked);
  connection.addTransceiver("audio", { direction: "sendrecv" });
  const { sender } = connection.addTransceiver("video", { direction: "sendrecv" });
  await sender.replaceTrack(PICTURE);
  assert.deepEqual(asked, ["audio", "sendrecv", undefined, "video", "sendrecv", 4, "track"]);
});

Deno.test("whoever answers makes pictures small as well, once, and no later than they begin", async () => {
  for (const waits of [false, true]) {
    const asked: Asked = [];
    const connection = tuned(asked);
    await connection.setRemoteDescription({ type: "offer", sdp: SDP });
    while (waits && asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await connection.getTransceivers()[0]?.sender.replaceTrack(PICTURE);
    assert.deepEqual(asked, [4, "track"]);
  }
});

Deno.test("where there is little room a picture keeps moving, else it keeps its size", async () => {
  const { setTimeout } = globalThis;
  for (
    const [room, preference] of [[100_000, "maintain-framerate"], [1_000_000, "maintain-resolution"]] as const
  ) {
    const [asked, due]: [Asked, (() => void)[]] = [[], []];
    globalThis.setTimeout = ((task: () => void) => due.push(task)) as unknown as typeof setTimeout;
    try {
      await tuned(asked, room).addTransceiver("video").sender.replaceTrack(PICTURE);
      for (const task of due.splice(0)) {
        task();
        await new Promise((resolve) => setTimeout(resolve));
      }
    } finally {
      globalThis.setTimeout = setTimeout;
    }
    assert.deepEqual(asked.slice(0, 6), ["video", undefined, 4, "track", 1, "maintain-resolution"]);
    assert.equal(asked.at(-1), preference);
  }
});
