import type { Call } from "../../phone/call.ts";
import { openPanel, otherCalls } from "../screen.ts";
import { later } from "./later.tsx";

const Panels = later(async () => (await import("../panels/Panels.tsx")).Panels);

/** Panels and words beside a call. They are fetched once there is one, for nobody needs them to begin it. */
export function Beside({ call }: { call: Call }) {
  const isTalking = call.state.value.name === "established";
  const isNeeded = isTalking || call.messages.value.length + otherCalls.value.length > 0;
  const open = openPanel.value;
  return isNeeded || open ? <Panels call={call} open={open} /> : null;
}
