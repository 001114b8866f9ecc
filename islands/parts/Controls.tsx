import type { Call } from "../../phone/call.ts";
import { hangUp } from "../call_sequence.ts";
import { phone } from "../the_phone.ts";
import { Icon, type IconName } from "./icons.tsx";

/** The bar of round buttons at the thumb's reach. */
export function Controls({ call }: { call: Call }) {
  const sending = call.sending.value;
  const troubles = phone.camera.troubles.value;
  // What is refused or not there does not go out, whatever one wishes.
  const microphone = sending.microphone && !troubles.microphone;
  const camera = sending.camera && !troubles.camera;
  const isHeld = call.isHeldHere.value;
  return (
    <div class="bar" role="group" aria-label="Controls">
      <Toggle
        label="Mute"
        icon={microphone ? "microphone" : "muted"}
        isOn={!microphone}
        onPress={() => call.want({ microphone: !microphone })}
      />
      <Toggle
        label="Camera"
        icon={camera ? "camera" : "dark"}
        isOn={camera}
        onPress={() => call.want({ camera: !camera })}
      />
      {call.state.value.name === "established" && (
        <Toggle
          label="Hold"
          icon={isHeld ? "resume" : "hold"}
          isOn={isHeld}
          onPress={() => isHeld ? call.unhold() : call.hold()}
        />
      )}
      <button type="button" class="round stop" onClick={() => hangUp(call)}>
        <Icon name="call" />
        <span class="caption">Hang up</span>
      </button>
    </div>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly icon: IconName;
  readonly isOn: boolean;
  readonly onPress: () => void;
}

function Toggle({ label, icon, isOn, onPress }: ToggleProps) {
  return (
    <button type="button" class="round" data-control={label} aria-pressed={isOn} onClick={onPress}>
      <Icon name={icon} />
      <span class="caption">{label}</span>
    </button>
  );
}
