import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../parts/icons.tsx";
import { phone } from "../the_phone.ts";
import { hasRelay, sendsUdp, tryRelays } from "./relay.ts";
import { roundTrip } from "./signalling.ts";
import { type Findings, rowsOf, type Verdict, verdictOf } from "./verdict.ts";

/** The check of the network: it runs as soon as it is opened. Escape closes it, as the browser has it. */
export function Check({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const findings = useSignal<Findings>({});
  const run = () => {
    findings.value = {};
    look((found) => findings.value = { ...findings.peek(), ...found });
  };
  useEffect(() => {
    dialog.current?.showModal();
    // Else the focus would be on the button that closes it, before anybody has read a word.
    dialog.current?.focus();
    run();
  }, []);
  const verdict = verdictOf(findings.value);
  return (
    <dialog ref={dialog} class="check" aria-labelledby="check" tabIndex={-1} onClose={onClose}>
      <header class="panel-head">
        <h2 id="check">Check of the network</h2>
        <button
          type="button"
          class="round small plain"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <ul role="list" aria-label="Findings">
        {rowsOf(findings.value).map(({ what, words, mood }) => (
          <li key={what} data-mood={mood}>
            <strong>{what}</strong> {words}
          </li>
        ))}
      </ul>
      <div class="verdict" role="status">
        <Words {...verdict ?? { words: "Checking the network…" }} />
      </div>
      <button type="button" class="button" disabled={!verdict} onClick={run}>Check again</button>
    </dialog>
  );
}

function Words({ words, advice, setting }: Verdict) {
  return (
    <>
      <p>{words}</p>
      {advice && <p class="quiet">{advice} {setting && <code>{setting}</code>}</p>}
    </>
  );
}

/** Looks at everything at once, and tells each thing as soon as it is known; what cannot be done counts as not working. */
function look(tell: (found: Findings) => void): void {
  void roundTrip().catch(() => undefined).then((roundTrip) => tell({ signalling: { roundTrip } }));
  void sendsUdp().catch(() => false).then((sendsUdp) => tell({ sendsUdp }));
  const servers = phone.iceServers;
  if (!hasRelay(servers)) {
    return tell({ relays: phone.state.peek().name === "registered" ? [] : "unknown" });
  }
  void tryRelays(servers).then((relays) => tell({ relays }));
}
