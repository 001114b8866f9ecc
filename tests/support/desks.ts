/**
 * Two phones that talk, for tests that begin there.
 *
 * @module
 */
import type { Call } from "../../phone/call.ts";
import { settle } from "./clock.ts";
import type { FakeTrack, ReceivedTrack } from "./fake_browser.ts";
import type { Desk, DeskOptions, Office } from "./office.ts";

/** Two agents on line. */
export async function twoDesks(office: Office, callee: DeskOptions = {}): Promise<[Desk, Desk]> {
  const desks: [Desk, Desk] = [office.desk("1001"), office.desk("1002", callee)];
  for (const desk of desks) {
    desk.connect();
    await settle();
  }
  return desks;
}

/** A call that is established between two agents: the caller's and the callee's end. */
export async function established(
  office: Office,
  options: DeskOptions = {},
): Promise<{ desks: [Desk, Desk]; caller: Call; callee: Call }> {
  const desks = await twoDesks(office, options);
  const caller = desks[0].phone.call("1002");
  await settle();
  const [callee] = desks[1].phone.calls.value;
  callee!.accept();
  await settle();
  return { desks, caller, callee: callee! };
}

/** What reaches one end of a call from the other, by kind; `null` when nothing does. */
export const received = (call: Call, kind: string): FakeTrack | null =>
  (call.remote.value?.getTracks() as ReceivedTrack[] | undefined)?.find((track) => track.kind === kind)
    ?.source ?? null;
