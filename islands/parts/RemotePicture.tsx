import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { isHeld } from "../../protocol/call_state.ts";
import { browser } from "../the_phone.ts";
import { Icon } from "./icons.tsx";

interface RemotePictureProps {
  readonly call: Call;
  /** The first picture was seen. */
  readonly onFrame: () => void;
}

/**
 * The other side's picture and sound. Before the call is accepted they may come in already, but neither is the picture
 * seen nor the sound heard.
 */
export function RemotePicture({ call, onFrame }: RemotePictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  const isSilenced = useSignal(false);
  const state = call.state.value;
  const isTalking = state.name === "established";
  // It is there before anything comes: a player takes its time to be made.
  const stream = call.remote.value;
  useEffect(() => {
    if (video.current && stream) video.current.srcObject = stream;
  }, [stream]);
  useEffect(() => {
    const { current } = video;
    if (!current || !stream) return;
    current.muted = !isTalking;
    void start(current).then((silenced) => isSilenced.value = silenced && isTalking);
    return isTalking ? onFirstFrame(current, onFrame) : undefined;
  }, [stream, isTalking]);
  useEffect(() => {
    if (isHeld(state)) video.current?.pause();
    else if (stream) void video.current?.play().catch(() => {});
  }, [isHeld(state)]);
  const unsilence = () => {
    if (video.current) video.current.muted = isSilenced.value = false;
  };
  return (
    <>
      <video
        ref={video}
        class="remote"
        aria-label="Remote video"
        autoplay
        playsInline
        onResize={({ currentTarget: { style, videoWidth, videoHeight } }) =>
          style.setProperty("--ratio", String(videoWidth / videoHeight || 1))}
      />
      {isSilenced.value && (
        <button type="button" class="button hear" onClick={unsilence}>
          <Icon name="sound" />
          Tap to hear
        </button>
      )}
    </>
  );
}

/** Plays with sound, or where the browser refuses that without; whether it had to be without. */
async function start(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return false;
  } catch (error) {
    // Any other error is the call ending under it.
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return false;
    video.muted = true;
    await video.play().catch(() => {});
    return true;
  }
}

function onFirstFrame(video: HTMLVideoElement, listener: () => void): () => void {
  const arrived = () => {
    browser.mark("first-frame");
    listener();
  };
  // It has come in while it rang.
  if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) listener();
  if ("requestVideoFrameCallback" in video) {
    const handle = video.requestVideoFrameCallback(arrived);
    return () => video.cancelVideoFrameCallback(handle);
  }
  const element = video as HTMLVideoElement;
  element.addEventListener("loadeddata", arrived, { once: true });
  return () => element.removeEventListener("loadeddata", arrived);
}
