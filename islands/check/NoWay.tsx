import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../parts/icons.tsx";
import { phone } from "../the_phone.ts";
import { hasRelay, type Tried, tryRelays } from "./relay.ts";
import { noWayWords, RELAY_SETTING } from "./verdict.ts";

/** Why a call that was accepted has no connection, and what would help. */
export function NoWay({ name }: { name: string }) {
  const isRelayed = hasRelay(phone.iceServers);
  const tried = useSignal<readonly Tried[]>();
  useEffect(() => {
    if (isRelayed) void tryRelays(phone.iceServers).then((all) => tried.value = all);
  }, []);
  const { title, words } = noWayWords(name, isRelayed ? tried.value ?? "pending" : "none");
  return (
    <aside class="notice-card no-way">
      <Icon name="warning" />
      <p>
        <strong>{title}</strong> {words} {!isRelayed && <code>{RELAY_SETTING}</code>}
      </p>
    </aside>
  );
}
