import assert from "node:assert/strict";
import { processOf } from "./house_process.ts";
import { until } from "../support/until.ts";
import { facesOf, type PhonePage } from "./phone_page.ts";
import { stageTest } from "./stage.ts";

/** Waits until another half second of pictures and some sound have come. */
async function goesOn(phone: PhonePage): Promise<void> {
  const framesOf = async () => (await phone.media()).shown?.frames ?? 0;
  const energyOf = async () => (await phone.media()).connections.at(-1)?.audioEnergy ?? 0;
  const [frames, energy] = [await framesOf(), await energyOf()];
  await until(framesOf, (now) => now >= frames + 10);
  await until(energyOf, (now) => now > energy);
}

/** Waits until the words over the picture are seen, or have faded. */
const words = (phone: PhonePage, are: "seen" | "faded"): Promise<string> =>
  until(
    () => phone.page.locator(".call-heading").evaluate((heading) => getComputedStyle(heading).opacity),
    (opacity) => opacity === (are === "seen" ? "1" : "0"),
  );

if (Deno.build.os === "linux") {
  stageTest(
    "a call outlives the server: killed and started again, it still ends it for both",
    async (stage) => {
      const both = [await stage.phone("1001"), await stage.phone("1002")];
      for (const phone of both) {
        await phone.faces({ phone: "registered", call: "established" });
        await phone.seesAndHears();
      }
      for (const phone of both) await words(phone, "faded");

      Deno.kill(processOf(stage.server), "SIGKILL");
      for (const { page } of both) await until(() => facesOf(page), ({ phone }) => phone !== "registered");
      for (const phone of both) await words(phone, "seen");
      for (const phone of both) await goesOn(phone);

      await stage.server.stop();
      await stage.server.start();
      for (const phone of both) {
        await phone.faces({ phone: "registered", call: "established" });
        await goesOn(phone);
        assert.equal((await phone.media()).connections.length, 1, "it is the same connection all the time");
      }

      await both[0]?.press("Hang up");
      for (const phone of both) {
        await phone.faces({ phone: "registered", call: "ended" });
        await phone.isDark();
      }
    },
  );
}
