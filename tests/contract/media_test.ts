import assert from "node:assert/strict";
import { directMedia } from "../../adapters/direct.ts";
import type { Line, Media } from "../../pbx/ports.ts";
import { aCall, type Adapters, holdTo } from "./adapters.ts";

const MEDIA: Adapters<Media> = { direct: () => directMedia() };

const promise = (words: string, test: (media: Media) => Promise<void>) =>
  holdTo("Media", MEDIA, words, undefined, test);

const OFFER = { type: "offer", call: "call-0001", sdp: "v=0" } as const;

function aLine() {
  const delivered: [Parameters<Line["deliver"]>[0], unknown][] = [];
  const line: Line = {
    invite: () => Promise.resolve(true),
    deliver: (to, text) => void delivered.push([to, JSON.parse(text)]),
  };
  return { line, delivered };
}

promise("sees the negotiation of either party to the other's device", async (media) => {
  const { line, delivered } = aLine();
  const call = aCall("call-0001", { callee: { number: "1002", device: "device-b" } });
  await media.negotiate(call, "caller", OFFER, line);
  await media.negotiate(call, "callee", OFFER, line);
  const [callee, caller] = [{ number: "1002", device: "device-b" }, { number: "1001", device: "device-a" }];
  assert.deepEqual(delivered, [[callee, OFFER], [caller, OFFER]]);
});

promise("closing a call that it does not know does no harm", (media) => media.close(aCall("call-0009")));

promise("is well after opening", (media) => media.check());
