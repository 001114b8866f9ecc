import { type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

/** The wait before code that could not be fetched is asked for again, in milliseconds. */
const RETRY = 2000;

/** Code that is fetched apart from the page. */
export interface Fetched<M> {
  /** The module, once it is there. */
  readonly module: ReadonlySignal<M | undefined>;
  /** Fetches it, unless it is there or on its way, and tries again until it is. */
  readonly fetch: () => void;
}

/** Code that `load` imports. */
export function fetched<M extends object>(load: () => Promise<M>): Fetched<M> {
  const module = signal<M>();
  let loading: Promise<void> | undefined;
  const fetch = () => {
    loading ??= load().then((loaded) => void (module.value = loaded), (error) => {
      reportError(error);
      loading = undefined;
      setTimeout(fetch, RETRY);
    });
  };
  return { module, fetch };
}

/** A view whose code is fetched when it is first drawn; until then there is nothing to see of it. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const { module, fetch } = fetched(async () => ({ View: await load() }));
  return function Later(props: P) {
    useEffect(fetch);
    const { View } = module.value ?? {};
    return View ? <View {...props} /> : null;
  };
}
