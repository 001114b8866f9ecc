import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import type { PhonePage } from "./phone_page.ts";
import { stageTest } from "./stage.ts";

declare global {
  /** Every audio context that the page has made. */
  var audioContexts: AudioContext[];
}

/** Keeps hold of what the page sounds with. */
function keepAudioContexts(): void {
  const made: AudioContext[] = globalThis.audioContexts = [];
  globalThis.AudioContext = class extends globalThis.AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      made.push(this);
    }
  };
}

/** Waits until so many tones sound on the page. */
const tones = (phone: PhonePage, hoped: number): Promise<number> =>
  until(
    () => phone.page.evaluate(() => audioContexts.filter(({ state }) => state !== "closed").length),
    (open) => open === hoped,
    10_000,
  );

const ENDS = [
  ["the caller hangs up", "alice", "Hang up"],
  ["the callee declines", "bob", "Decline"],
  ["the callee accepts", "bob", "Accept"],
] as const;

for (const [what, who, button] of ENDS) {
  stageTest(`bell and ringback sound while it rings, and no longer once ${what}`, async (stage) => {
    await stage.server.agent("add", "1011", "--name", "Alice");
    await stage.server.agent("add", "1012", "--name", "Bob");
    const [alice, bob] = [
      await stage.phone("1011", { before: keepAudioContexts }),
      await stage.phone("1012", { before: keepAudioContexts }),
    ];
    for (const phone of [alice, bob]) await phone.faces({ phone: "registered", call: "none" });
    await alice.entry("1012").getByRole("button", { name: "Call", exact: true }).click();
    for (const phone of [alice, bob]) {
      await phone.faces({ call: "ringing" });
      await tones(phone, 1);
    }
    await { alice, bob }[who].press(button);
    for (const phone of [alice, bob]) {
      await phone.faces({ call: button === "Accept" ? "established" : "ended" });
      assert.equal(await tones(phone, 0), 0);
    }
  });
}
