import { useEffect } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { openPanel, otherCalls } from "../screen.ts";
import { panels } from "./views.ts";

/** Panels and words beside a call; nobody needs them to begin it, unless something was written or opened before. */
export function Beside({ call, isTalking = false }: { call: Call; isTalking?: boolean }) {
  const isNeeded = isTalking || call.messages.value.length + otherCalls.value.length > 0;
  const open = openPanel.value;
  const { Panels } = panels.module.value ?? {};
  useEffect(panels.fetch, []);
  return Panels && (isNeeded || open) ? <Panels call={call} open={open} /> : null;
}
