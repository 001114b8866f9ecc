import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

/** A view whose code is fetched when it is first drawn; until then there is nothing to see of it. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const loaded = signal<{ readonly View: ComponentType<P> }>();
  let loading: Promise<void> | undefined;
  const fetchView = () => {
    loading ??= load().then((View) => void (loaded.value = { View }), (error) => {
      // It is asked for again when it is next drawn.
      loading = undefined;
      reportError(error);
    });
  };
  return function Later(props: P) {
    useEffect(fetchView);
    const { View } = loaded.value ?? {};
    return View ? <View {...props} /> : null;
  };
}
