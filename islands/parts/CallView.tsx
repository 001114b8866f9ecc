import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { isHeld } from "../../protocol/call_state.ts";
import { factsOf } from "../call_words.ts";
import { nameOf, openPanel, ringingHere, times } from "../screen.ts";
import { preview } from "../the_phone.ts";
import { clock, passingWords, stateWords } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import { Beside } from "./Beside.tsx";
import { Controls } from "./Controls.tsx";
import { later } from "./later.tsx";
import { Notice } from "./Notice.tsx";
import { OwnPicture } from "./OwnPicture.tsx";
import { PathWords } from "./PathWords.tsx";
import { useNoWay } from "./reach.ts";
import { RemotePicture } from "./RemotePicture.tsx";
import { useMirror, useSettled } from "./settled.ts";

/** How long the controls stay after the last movement of pointer or keyboard, in milliseconds. */
const LINGER = 4000;

const NoWay = later(async () => (await import("../check/NoWay.tsx")).NoWay);

/**
 * A call that is dialled or established: the other's picture, what there is to say, and the controls. While it `waits`
 * to be accepted nobody sees, hears or reaches it.
 */
export function CallView({ call, waits }: { call: Call; waits: boolean }) {
  const view = useRef<HTMLElement>(null);
  const name = nameOf(call.number.value);
  const state = call.state.value;
  const isTalking = state.name === "established";
  const hasFrames = useSignal(false);
  const hasPicture = isTalking && hasFrames.value && call.receiving.value.camera;
  const isSettled = useSettled(isTalking, hasFrames.value, times.get(call)?.began);
  const isRingingOut = !isTalking && call.outgoing;
  // What was seen while it rang stays until the other side's picture lies over it.
  const isLarge = useMirror(isRingingOut) && (isRingingOut || !isSettled);
  // Who rings out sees themselves; initials in the middle of one's own face are no help.
  const seesItself = isLarge && call.sending.value.camera && preview.value !== undefined;
  const isBusy = passingWords(factsOf(call)) || openPanel.value || ringingHere.value;
  const isNoWay = useNoWay(call);
  const isQuiet = useQuiet(view, hasPicture && !isBusy);
  useEffect(() => waits ? undefined : view.current?.focus({ preventScroll: true }), [waits]);
  useEffect(stayAwake, []);
  return (
    <section
      ref={view}
      class="call"
      tabIndex={-1}
      inert={waits}
      data-waits={waits}
      aria-label={`Call with ${name}`}
      data-state={state.name}
      data-held={isHeld(state)}
      data-picture={hasPicture}
      data-dark={!isTalking || !call.receiving.value.camera}
      data-mirror={seesItself}
      data-quiet={isQuiet}
      data-panel={openPanel.value}
    >
      <RemotePicture call={call} onFrame={() => hasFrames.value = true} />
      {!waits && (isSettled || call.outgoing) && (
        <>
          {(isLarge || isTalking) && <OwnPicture call={call} isLarge={isLarge} />}
          <Heading call={call} hasAvatar={!hasPicture && !seesItself} />
          <div aria-live="polite">{isNoWay && <NoWay name={name} />}</div>
          {!isNoWay && <Notice />}
          <div class="foot">
            <Beside call={call} isTalking={isTalking && isSettled} />
            <Controls call={call} isWhole={isTalking && isSettled} />
          </div>
        </>
      )}
    </section>
  );
}

/** Who is at the other side, and what there is to say of the call. */
function Heading({ call, hasAvatar }: { call: Call; hasAvatar: boolean }) {
  const name = nameOf(call.number.value);
  return (
    <div class="call-heading">
      {hasAvatar && <Avatar name={name} number={call.number.value ?? ""} />}
      <h1>{name}</h1>
      <p class="call-state">{stateWords(factsOf(call)) || <Clock call={call} />}</p>
      {call.state.value.name === "established" && <PathWords call={call} />}
    </div>
  );
}

/** How long the call has lasted; a screen reader is not told every second. */
function Clock({ call }: { call: Call }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => now.value = Date.now(), 1000);
    return () => clearInterval(timer);
  }, []);
  return <span role="timer">{clock(now.value - (times.get(call)?.began ?? now.value))}</span>;
}

/** A screen that goes dark in the middle of a call is of no use. */
function stayAwake(): () => void {
  let lock: Promise<WakeLockSentinel | undefined> | undefined;
  // Whoever looks at another page for a while has lost it by then.
  const ask = () => {
    if (document.visibilityState === "hidden") return;
    lock = navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    document.removeEventListener("visibilitychange", ask);
    lock?.then((held) => held?.release()).catch(() => {});
  };
}

/** Whether nobody has moved for a while, so that the picture may have the screen to itself. */
function useQuiet(view: RefObject<HTMLElement | null>, mayBeQuiet: boolean): boolean {
  const isQuiet = useSignal(false);
  useEffect(() => {
    isQuiet.value = false;
    return mayBeQuiet ? watchQuiet(view.current, (quiet) => isQuiet.value = quiet) : undefined;
  }, [mayBeQuiet]);
  return isQuiet.value;
}

const SIGNS_OF_LIFE = ["pointermove", "pointerdown", "keydown", "focusin"] as const;

function watchQuiet(view: HTMLElement | null, tell: (quiet: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isQuiet = false;
  const set = (quiet: boolean) => tell(isQuiet = quiet);
  const stir = (event?: Event) => {
    // A finger on the dark screen wants to see the controls, not to press the one that happens to be there.
    if (isQuiet && event instanceof PointerEvent && event.pointerType === "touch") swallowNextClick();
    set(false);
    clearTimeout(timer);
    timer = setTimeout(() => mayFade(view) ? set(true) : stir(), LINGER);
  };
  stir();
  for (const sign of SIGNS_OF_LIFE) addEventListener(sign, stir);
  return () => {
    clearTimeout(timer);
    for (const sign of SIGNS_OF_LIFE) removeEventListener(sign, stir);
  };
}

/** Never under the keyboard's focus, nor for people who want things to keep still. */
const mayFade = (view: HTMLElement | null): boolean =>
  !view?.querySelector(":focus-visible") && !matchMedia("(prefers-reduced-motion: reduce)").matches;

function swallowNextClick(): void {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("click", swallow, { capture: true, once: true });
  // A finger that moved away clicks nothing.
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 500);
}
