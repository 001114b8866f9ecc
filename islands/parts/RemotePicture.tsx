import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { isHeld } from "../../protocol/call_state.ts";
import { browser, phone } from "../the_phone.ts";
import { Icon } from "./icons.tsx";
import { useStream } from "./stream.ts";

/** After how long a picture that came in while it rang counts as seen, though no further one has come, in milliseconds. */
const STILL = 300;

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
  const stream = call.remote.value;
  // It is there before anything comes: a player takes its time to be made.
  useStream(video, stream);
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
  // Browsers give sound to a page that somebody has touched, or that hears them: one of the two may come later.
  const isHeard = phone.camera.microphone.value !== undefined;
  useEffect(() => {
    if (!isSilenced.value) return;
    const hear = () => void unsilence(video.current).then((silenced) => isSilenced.value = silenced);
    if (isHeard || navigator.userActivation?.hasBeenActive) hear();
    return onTouch(hear);
  }, [isSilenced.value, isHeard]);
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
        <button type="button" class="button hear">
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

/** Tries to play with sound after all; whether it has to go on without. What is held stays as it is. */
async function unsilence(video: HTMLVideoElement | null): Promise<boolean> {
  if (!video || video.paused) return true;
  video.muted = false;
  return await start(video);
}

/** What browsers take for a touch of the page (HTML, "activation triggering input event"). */
const TOUCHES = ["pointerup", "keydown", "touchend"] as const;

function onTouch(listener: () => void): () => void {
  for (const touch of TOUCHES) addEventListener(touch, listener);
  return () => {
    for (const touch of TOUCHES) removeEventListener(touch, listener);
  };
}

function onFirstFrame(video: HTMLVideoElement, listener: () => void): () => void {
  const arrived = () => {
    browser.mark("first-frame");
    listener();
  };
  if ("requestVideoFrameCallback" in video) {
    const handle = video.requestVideoFrameCallback(arrived);
    const hasCome = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    const timer = hasCome ? setTimeout(listener, STILL) : undefined;
    return () => {
      clearTimeout(timer);
      video.cancelVideoFrameCallback(handle);
    };
  }
  const element = video as HTMLVideoElement;
  element.addEventListener("loadeddata", arrived, { once: true });
  return () => element.removeEventListener("loadeddata", arrived);
}
