import type { Call } from "../../phone/call.ts";
import { Icon } from "../parts/icons.tsx";
import { phone } from "../the_phone.ts";
import { dismissed, dismissRefusal } from "./several_calls.ts";

/** What the PBX would not do in this call, until it is dismissed. */
export function Refusal({ call }: { call: Call }) {
  const refused = phone.refused.value;
  const isNews = refused?.call === call.id && refused !== dismissed.value;
  return (
    <div role="alert">
      {isNews && (
        <div class="notice-card refusal">
          <Icon name="warning" />
          <p>{refused.message}</p>
          <button
            type="button"
            class="round small plain"
            aria-label="Dismiss"
            onClick={dismissRefusal}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
