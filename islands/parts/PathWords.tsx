import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Call } from "../../phone/call.ts";
import { pathOf, pathWords } from "../path.ts";

/** How often one looks which way a call takes, in milliseconds. */
const LOOK = 3000;

/**
 * Says when a call goes over a relay. Its words are not in the page's status line, which would repeat them with each
 * change of something else; they are read out when they come, and stay while another way is looked for.
 */
export function PathWords({ call }: { call: Call }) {
  const words = useSignal("");
  const connection = call.connection.value;
  const recovering = call.recovering.value;
  useEffect(() => {
    const look = async () => {
      const report = await call.stats();
      const path = report && call.connection.peek() === "connected" ? pathOf(report) : undefined;
      if (path) words.value = pathWords(path);
    };
    // What was closed meanwhile tells nothing any more.
    const lookOnce = () => void look().catch(() => {});
    lookOnce();
    const timer = setInterval(lookOnce, LOOK);
    return () => clearInterval(timer);
  }, [connection, recovering]);
  // Always there, for what comes with its words is not read out.
  return <p class="call-path" aria-live="polite">{words.value}</p>;
}
