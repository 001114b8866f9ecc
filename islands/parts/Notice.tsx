import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Trouble, Troubles } from "../../phone/camera.ts";
import { warmDevices } from "../call_sequence.ts";
import { liveCall } from "../screen.ts";
import { phone } from "../the_phone.ts";
import { Icon } from "./icons.tsx";

const WORDS: Record<Trouble, (what: string) => string> = {
  denied: (what) => `This page may not use your ${what}.`,
  missing: (what) => `No ${what} was found.`,
  "in-use": (what) => `Your ${what} is in use elsewhere.`,
  insecure: (what) => `Your browser gives no ${what} to this page.`,
};

const MOST_URGENT: readonly Trouble[] = ["insecure", "denied", "in-use", "missing"];

/** What hinders camera or microphone and how to mend it; the call goes on with what there is. */
export function Notice() {
  const dismissed = useSignal<Troubles>();
  const troubles = phone.camera.troubles.value;
  const trouble = MOST_URGENT.find((each) => Object.values(troubles).includes(each));
  const advice = useAdvice(trouble);
  if (!trouble || dismissed.value === troubles) return null;
  return (
    <aside class="notice-card">
      <Icon name="warning" />
      <p>
        <strong>{WORDS[trouble](devicesWith(troubles, trouble))}</strong> {advice}
      </p>
      <div class="notice-actions">
        <button type="button" class="button" onClick={tryAgain}>Try again</button>
        <button type="button" class="button plain" onClick={() => dismissed.value = troubles}>
          Go on without
        </button>
      </div>
    </aside>
  );
}

function useAdvice(trouble: Trouble | undefined): string {
  const advice = useSignal("");
  useEffect(() => {
    if (!trouble) return;
    void import("../mend.ts").then(({ howToMend }) => {
      advice.value = howToMend(trouble, navigator.userAgent);
    });
  }, [trouble]);
  return advice.value;
}

/** A live call asks again for what it lacks; an idle phone asks and lets go again. */
function tryAgain(): void {
  const call = liveCall.peek();
  if (call) phone.camera.retry();
  else warmDevices();
}

function devicesWith(troubles: Troubles, trouble: Trouble): string {
  const devices = (["camera", "microphone"] as const).filter((device) => troubles[device] === trouble);
  return devices.join(trouble === "missing" ? " or " : " and ");
}
