import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { preview } from "../the_phone.ts";
import { Icon } from "./icons.tsx";
import { useStream } from "./stream.ts";

type Corner = `${"top" | "bottom"} ${"left" | "right"}`;

/** How far a pointer may stray before it drags, in CSS pixels. */
const SLACK = 4;

/**
 * The own picture, mirrored. While it rings out it fills the screen; in the call it lies in a corner, to be moved by
 * pointer or arrow keys.
 */
export function OwnPicture({ call, isLarge }: { call: Call; isLarge: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  const corner = useSignal<Corner>("top right");
  const picture = preview.value;
  const isShown = picture !== undefined && call.sending.value.camera;
  useStream(video, picture ?? null);
  useEffect(() => {
    if (picture) void video.current?.play().catch(() => {});
  }, [picture]);
  return (
    <div
      class="own"
      role="group"
      aria-label={`Your picture, ${corner.value}. Arrow keys move it.`}
      tabIndex={isLarge ? -1 : 0}
      data-large={isLarge}
      data-corner={corner.value}
      data-dark={!isShown}
      onKeyDown={(event) => moveByKey(event, corner)}
      onPointerDown={(event) => isLarge || drag(event, corner)}
    >
      <video ref={video} aria-label="Your camera" muted autoplay playsInline />
      {!isShown && <Icon name="dark" />}
    </div>
  );
}

const KEYS: Readonly<Record<string, (corner: Corner) => string>> = {
  ArrowUp: (corner) => corner.replace("bottom", "top"),
  ArrowDown: (corner) => corner.replace("top", "bottom"),
  ArrowLeft: (corner) => corner.replace("right", "left"),
  ArrowRight: (corner) => corner.replace("left", "right"),
};

function moveByKey(event: KeyboardEvent, corner: Signal<Corner>): void {
  const move = KEYS[event.key];
  if (!move) return;
  event.preventDefault();
  corner.value = move(corner.peek()) as Corner;
}

function drag(start: PointerEvent, corner: Signal<Corner>): void {
  const element = start.currentTarget as HTMLElement;
  const abort = new AbortController();
  const { signal } = abort;
  element.setPointerCapture(start.pointerId);
  element.addEventListener("pointermove", (event) => {
    const [x, y] = [event.clientX - start.clientX, event.clientY - start.clientY];
    if (!element.dataset.dragged && Math.hypot(x, y) < SLACK) return;
    element.dataset.dragged = "true";
    element.style.translate = `${x}px ${y}px`;
  }, { signal });
  const drop = () => {
    abort.abort();
    if (!element.dataset.dragged) return;
    corner.value = nearestCorner(element);
    delete element.dataset.dragged;
    element.style.translate = "";
  };
  element.addEventListener("pointerup", drop, { signal });
  element.addEventListener("pointercancel", drop, { signal });
}

function nearestCorner(element: HTMLElement): Corner {
  const { left, top, width, height } = element.getBoundingClientRect();
  const vertical = top + height / 2 < innerHeight / 2 ? "top" : "bottom";
  return `${vertical} ${left + width / 2 < innerWidth / 2 ? "left" : "right"}`;
}
