/**
 * All that is to be seen of calls, in one chunk of its own.
 *
 * @module
 */
import { keyOf, liveCall, ringingHere } from "../screen.ts";
import { CallView } from "./CallView.tsx";
import { IncomingCall } from "./IncomingCall.tsx";

export { callWords } from "../call_words.ts";
export { Ended } from "./Ended.tsx";
export { Hints } from "./Hints.tsx";

/**
 * The calls that there are: the one on the screen, and the one that asks to be accepted, whose view waits behind the
 * question, so that its picture is there the moment it is accepted.
 */
export function Calls() {
  const call = liveCall.value;
  const asks = ringingHere.value;
  return (
    <>
      {call && <CallView key={keyOf(call)} call={call} waits={call === asks} />}
      {asks && (
        <IncomingCall
          key={`${keyOf(asks)}?`}
          call={asks}
          talking={call === asks ? undefined : call}
        />
      )}
    </>
  );
}
