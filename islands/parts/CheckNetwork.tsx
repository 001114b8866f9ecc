import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { later } from "./later.tsx";

const Check = later(async () => (await import("../check/Check.tsx")).Check);

/** The button of an idle phone that opens the check of the network. */
export function CheckNetwork() {
  const button = useRef<HTMLButtonElement>(null);
  const isOpen = useSignal(false);
  const close = () => {
    isOpen.value = false;
    // Not every browser gives a pressed button the focus, and so cannot give it back.
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="button plain check-network"
        aria-haspopup="dialog"
        onClick={() => isOpen.value = true}
      >
        Check the network
      </button>
      {isOpen.value && <Check onClose={close} />}
    </>
  );
}
