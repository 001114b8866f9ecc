import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { ringingHere } from "../screen.ts";

/** How long what is drawn around a picture waits for its first frame, in milliseconds. */
const PATIENCE = 400;

/**
 * Whether it is time for what lies around the other side's picture. When a call has just been accepted the picture has
 * the browser to itself: whatever is drawn in the same frame holds it back. One that `began` some time ago, in milliseconds
 * since the epoch, and is only shown again, is drawn as a whole.
 */
export function useSettled(isTalking: boolean, hasFrames: boolean, began = Infinity): boolean {
  const isLate = useSignal(isTalking && Date.now() - began > PATIENCE);
  useEffect(() => {
    if (!isTalking) return;
    const timer = setTimeout(() => isLate.value = true, PATIENCE);
    return () => clearTimeout(timer);
  }, [isTalking]);
  return !isTalking || hasFrames || isLate.value;
}

/** How long a call rings out before one sees oneself at full size, in milliseconds: many are accepted by then. */
const MIRROR = 250;

/** Whether it rings out for long enough to look at oneself meanwhile; `true` from then on. */
export function useMirror(isRingingOut: boolean): boolean {
  const isLong = useSignal(false);
  useEffect(() => {
    if (!isRingingOut || isLong.peek()) return;
    const timer = setTimeout(() => isLong.value = true, MIRROR);
    return () => clearTimeout(timer);
  }, [isRingingOut]);
  return isLong.value;
}

/** How long it takes until a call that somebody else is to accept is on the screen, in milliseconds. */
const DUE = 150;

/**
 * Whether a call is to be seen: once it is established, or asks to be accepted, or has been dialled for a moment. One that
 * is accepted by itself is drawn once, and not while it is being connected. Whoever is in a call already sees the next one
 * at once.
 */
export function useDue(call: Call | undefined): boolean {
  const isOpen = useSignal(false);
  const isIdle = call === undefined;
  useEffect(() => {
    if (isIdle) return;
    const timer = setTimeout(() => isOpen.value = true, DUE);
    return () => {
      clearTimeout(timer);
      isOpen.value = false;
    };
  }, [isIdle]);
  return call !== undefined &&
    (isOpen.value || call === ringingHere.value || call.state.value.name === "established");
}
