import type { ComponentChildren } from "preact";
import { type Agent, signIn } from "../screen.ts";
import { phone } from "../the_phone.ts";

interface ClosedProps {
  readonly agent: Agent;
  /** Makes this page the phone again. */
  readonly onUse: () => void;
}

/** Why this page is no phone at present, and what to do about it. */
export function Closed({ agent, onUse }: ClosedProps) {
  const state = phone.state.value;
  if (signIn.value === "insecure") return <Insecure {...agent} />;
  if (state.name === "denied" && state.code === "replaced") return <Replaced onUse={onUse} />;
  const isRefused = signIn.value === "refused";
  return (
    <Message title={isRefused ? "This link is no longer valid" : "This browser is not signed in"}>
      <p>Ask whoever runs this server for a new link to {agent.number}. They get it by</p>
      <p>
        <code>deno task agent link {agent.number}</code>
      </p>
    </Message>
  );
}

function Message({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main class="notice">
      <div role="status">
        <h1>{title}</h1>
      </div>
      {children}
    </main>
  );
}

function Replaced({ onUse }: Pick<ClosedProps, "onUse">) {
  return (
    <Message title="This phone is open in another tab">
      <p>Calls come in there. A phone can only be in one tab of a browser at a time.</p>
      <button type="button" class="button go" onClick={onUse}>Use it here</button>
    </Message>
  );
}

/** The key in the fragment goes along, for it is still unused. */
function Insecure({ httpsUrl }: Agent) {
  return (
    <Message title="This address cannot call">
      <p>Browsers give camera and microphone only to pages that come over HTTPS.</p>
      <p>
        <a class="button go" href={httpsUrl + location.hash}>Open over HTTPS</a>
      </p>
      <p>
        Your browser may warn you first. <a href="/ca">Why, and how to trust this server</a>
      </p>
    </Message>
  );
}
