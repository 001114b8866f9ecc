/**
 * Whether the other side of the call on the screen can be reached, and whether there is a way to it at all.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { away } from "../call_words.ts";
import { phone } from "../the_phone.ts";

/** How long nothing may come from the other side before we say so, in milliseconds: as long as a new path takes. */
const AWAY = 2000;

/** How long two sides that speak with one another may look for a way, in milliseconds. */
const NO_WAY = 10_000;

/** Watches `call`; `true` when the other side answers, but no way to it was found. */
export function useNoWay(call: Call): boolean {
  const connection = call.connection.value;
  const recovering = call.recovering.value;
  // While our own line is away, nothing is known of the other side.
  const isUp = call.state.value.name === "established" && phone.state.value.name === "registered";
  const isSilent = recovering !== "well" || connection === "disconnected" || connection === "failed";
  const isAway = useLasting(isUp && isSilent, AWAY);
  const isCut = isUp && connection !== "connected";
  const hasAnswered = useRef(false);
  const answers = recovering === "proving" || connection === "connecting" ||
    (connection === "new" && recovering === "well");
  // Of somebody who has vanished nobody knows whether there would be a way.
  hasAnswered.current = isCut && (hasAnswered.current || answers);
  const isNoWay = useLasting(hasAnswered.current, NO_WAY);
  useEffect(() => {
    away.value = isAway || isNoWay ? call : undefined;
    return () => void (away.value = undefined);
  }, [isAway || isNoWay]);
  return isNoWay;
}

/** Whether something has held without a break for so many milliseconds. */
function useLasting(holds: boolean, milliseconds: number): boolean {
  const lasts = useSignal(false);
  useEffect(() => {
    lasts.value = false;
    if (!holds) return;
    const timer = setTimeout(() => lasts.value = true, milliseconds);
    return () => clearTimeout(timer);
  }, [holds]);
  return holds && lasts.value;
}
