/** The front door to the code: the whole main job, on fakes, paragraph by paragraph. */
import assert from "node:assert/strict";
import { effect } from "@preact/signals-core";
import { end } from "../islands/call_actions.ts";
import { acceptCalls, electAndCall } from "../islands/call_sequence.ts";
import { settle } from "./support/clock.ts";
import type { ReceivedTrack } from "./support/fake_browser.ts";
import { Office } from "./support/office.ts";

Deno.test("two agents meet, talk and say goodbye", async () => {
  await using office = await Office.open(["1001", "1002"]);
  const alice = office.desk("1001");
  const bob = office.desk("1002");
  const picture = (desk: typeof alice) => {
    const tracks = desk.phone.calls.value[0]?.remote.value?.getTracks() as ReceivedTrack[] | undefined;
    return tracks?.find(({ kind }) => kind === "video")?.source?.readyState;
  };

  // Connect
  alice.connect();
  await settle();
  bob.connect();
  await settle();
  assert.equal(alice.phone.state.value.name, "registered");
  assert.equal(bob.phone.state.value.name, "registered");

  // Presence
  const seen = alice.phone.presence.value.map(({ number, status }) => `${number} ${status}`);
  assert.deepEqual(seen.sort(), ["1001 online", "1002 online"]);

  // Elect: whoever has waited longest is called, the other one calls
  const desks = [alice, bob];
  for (const { phone } of desks) effect(electAndCall(phone));
  await settle();
  const [dialled, ringing] = [bob.phone.calls.value[0], alice.phone.calls.value[0]];
  assert.equal(dialled?.outgoing, true);

  // Call
  assert.deepEqual([dialled?.state.value.name, ringing?.state.value.name], ["ringing", "ringing"]);
  assert.equal(dialled?.connection.value, "connected", "the media connects while it rings");
  assert.equal(picture(bob), undefined, "and nothing of the callee goes out before it accepts");

  // Accept: nobody need be asked
  for (const { phone } of desks) effect(acceptCalls(phone));
  await settle();
  assert.deepEqual([dialled?.state.value.name, ringing?.state.value.name], ["established", "established"]);

  // Video
  assert.deepEqual([picture(alice), picture(bob)], ["live", "live"]);

  // Goodbye: whoever says it is not called again before they are ready
  if (dialled) end(bob.phone, dialled, () => dialled.hangUp());
  await settle();
  assert.deepEqual(ringing?.state.value, { name: "ended", reason: "hangup" });
  const lights = [...alice.browser.tracks, ...bob.browser.tracks].map(({ readyState }) => readyState);
  assert.deepEqual(new Set(lights), new Set(["ended"]), "no camera stays on");
  assert.deepEqual(office.troubles, []);
});
