import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { openPanel, type PanelName } from "../screen.ts";
import { Icon } from "../parts/icons.tsx";

interface PanelProps {
  readonly name: PanelName;
  readonly children: ComponentChildren;
}

const close = (): void => void (openPanel.value = undefined);

/** A panel: a sheet above the controls on a telephone, a column beside the picture on a desk. Escape closes it. */
export function Panel({ name, children }: PanelProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => takeFocus(panel.current), []);
  useEffect(onEscape, []);
  useEffect(makeRoomForKeyboard, []);
  return (
    <section ref={panel} class="panel" role="dialog" aria-label={name} tabIndex={-1} data-name={name}>
      <header class="panel-head">
        <h2>{name}</h2>
        <button type="button" class="round small plain" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </section>
  );
}

/** The field is ready for whoever has keys; on glass the keyboard would hide half of the screen unasked. */
function takeFocus(panel: HTMLElement | null): void {
  const field = matchMedia("(pointer: coarse)").matches ? null : panel?.querySelector<HTMLElement>("[name]");
  (field ?? panel)?.focus({ preventScroll: true });
}

function onEscape(): () => void {
  const listen = (event: KeyboardEvent) => {
    // It may have been for what lies above, or for the choice of letters of an input method.
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) close();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

/** Safari lays the keyboard over the page and tells only this much of it. */
function makeRoomForKeyboard(): (() => void) | undefined {
  const view = globalThis.visualViewport;
  const { style } = document.documentElement;
  const fit = () => {
    const hidden = view ? innerHeight - view.height - view.offsetTop : 0;
    style.setProperty("--keyboard", `${Math.max(0, hidden)}px`);
  };
  view?.addEventListener("resize", fit);
  view?.addEventListener("scroll", fit);
  return () => {
    view?.removeEventListener("resize", fit);
    view?.removeEventListener("scroll", fit);
    style.removeProperty("--keyboard");
  };
}
