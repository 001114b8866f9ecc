import assert from "node:assert/strict";
import type { Server } from "../support/server.ts";
import { until } from "../support/until.ts";
import { facesOf, type PhonePage } from "./phone_page.ts";
import { stageTest } from "./stage.ts";

/** The process that serves: the task that was started only waits for it. Linux tells by `/proc`. */
function processOf({ origin }: Server): number {
  const port = `PORT=${new URL(origin).port}`;
  const found = [...Deno.readDirSync("/proc")].find(({ name }) => {
    const [words, environment] = [wordsIn(`/proc/${name}/cmdline`), wordsIn(`/proc/${name}/environ`)];
    return words.includes("main.ts") && environment.includes(port);
  });
  if (!found) throw new Error(`Cannot find the process with ${port}`);
  return Number(found.name);
}

function wordsIn(file: string): readonly string[] {
  try {
    return Deno.readTextFileSync(file).split("\0");
  } catch {
    // Not a process, one of somebody else, or one that is just leaving.
    return [];
  }
}

/** Waits until another half second of pictures and some sound have come. */
async function goesOn(phone: PhonePage): Promise<void> {
  const framesOf = async () => (await phone.media()).shown?.frames ?? 0;
  const energyOf = async () => (await phone.media()).connections.at(-1)?.audioEnergy ?? 0;
  const [frames, energy] = [await framesOf(), await energyOf()];
  await until(framesOf, (now) => now >= frames + 10);
  await until(energyOf, (now) => now > energy);
}

if (Deno.build.os === "linux") {
  stageTest(
    "a call outlives the server: killed and started again, it still ends it for both",
    async (stage) => {
      const both = [await stage.phone("1001"), await stage.phone("1002")];
      for (const phone of both) {
        await phone.faces({ phone: "registered", call: "established" });
        await phone.seesAndHears();
      }

      Deno.kill(processOf(stage.server), "SIGKILL");
      for (const { page } of both) await until(() => facesOf(page), ({ phone }) => phone !== "registered");
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
