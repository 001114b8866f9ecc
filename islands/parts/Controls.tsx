import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { isHeld } from "../../protocol/call_state.ts";
import { hangUp } from "../call_actions.ts";
import { openPanel, type PanelName, unreadOf } from "../screen.ts";
import { phone } from "../the_phone.ts";
import { Icon, type IconName } from "./icons.tsx";

/**
 * The bar of round buttons at the thumb's reach; what only a call that is established can do stands in a row of its own
 * once it `isWhole`.
 */
export function Controls({ call, isWhole }: { call: Call; isWhole: boolean }) {
  const sending = call.sending.value;
  const troubles = phone.camera.troubles.value;
  // What is refused or not there does not go out, whatever one wishes.
  const microphone = sending.microphone && !troubles.microphone;
  const camera = sending.camera && !troubles.camera;
  const holds = isHeld(call.state.value, call.role);
  return (
    <div class="bar" role="group" aria-label="Controls">
      <div class="row">
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
        <ChatButton call={call} />
        <button type="button" class="round stop" onClick={() => hangUp(call)}>
          <Icon name="call" />
          <span class="caption">Hang up</span>
        </button>
      </div>
      {isWhole && (
        <div class="row more">
          <Toggle
            label="Hold"
            icon={holds ? "resume" : "hold"}
            isOn={holds}
            onPress={() => holds ? call.unhold() : call.hold()}
          />
          <PanelButton name="Keypad" icon="keys" />
          <PanelButton name="Transfer" icon="transfer" />
        </div>
      )}
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

/** Opens what is written in the call, and tells how much of it is new. */
export function ChatButton({ call }: { call: Call }) {
  return <PanelButton name="Chat" icon="chat" news={openPanel.value === "Chat" ? 0 : unreadOf(call)} />;
}

interface PanelButtonProps {
  readonly name: PanelName;
  readonly icon: IconName;
  /** How much there is in the panel that nobody has looked at. */
  readonly news?: number;
}

/** Opens and closes a panel; whoever closes it is back here. */
function PanelButton({ name, icon, news = 0 }: PanelButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const isOpen = openPanel.value === name;
  const hasNews = news > 0;
  useEffect(() => {
    if (isOpen) return () => void (openPanel.peek() ?? button.current?.focus());
  }, [isOpen]);
  return (
    <>
      <button
        ref={button}
        type="button"
        class="round"
        data-control={name}
        data-news={hasNews ? news : undefined}
        aria-expanded={isOpen}
        aria-describedby={hasNews ? `${name}-news` : undefined}
        onClick={() => openPanel.value = isOpen ? undefined : name}
      >
        <Icon name={icon} />
        <span class="caption">{name}</span>
      </button>
      {hasNews && <span id={`${name}-news`} class="unseen">{news} unread</span>}
    </>
  );
}
