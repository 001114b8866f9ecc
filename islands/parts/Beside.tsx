import { useEffect } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { openPanel, otherCalls } from "../screen.ts";
import { panels } from "./views.ts";

/** Panels and words beside a call; nobody needs them to begin it. */
export function Beside({ call }: { call: Call }) {
  const isTalking = call.state.value.name === "established";
  const isNeeded = isTalking || call.messages.value.length + otherCalls.value.length > 0;
  const open = openPanel.value;
  const { Panels } = panels.module.value ?? {};
  useEffect(panels.fetch, []);
  return Panels && (isNeeded || open) ? <Panels call={call} open={open} /> : null;
}
