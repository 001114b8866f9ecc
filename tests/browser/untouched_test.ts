import { until } from "../support/until.ts";
import { type Evaluates, faces, type PhonePage, seesAndHears } from "./phone_page.ts";
import { type Stage, stageTest } from "./stage.ts";

declare global {
  /** Lets the page have its microphone and camera. */
  var giveDevices: () => void;
}

/** Runs in the page before its scripts: somebody is asked for microphone and camera, and has not answered yet. */
function asks(): void {
  const given = new Promise<void>((resolve) => globalThis.giveDevices = resolve);
  const devices = globalThis.MediaDevices?.prototype;
  const ask = devices?.getUserMedia;
  if (!devices || !ask) return;
  devices.getUserMedia = async function (constraints) {
    await given;
    return await ask.call(this, constraints);
  };
}

/** Looks at a page without touching it, which playwright's own looks do. */
async function onlooker({ page }: PhonePage): Promise<Evaluates> {
  const devtools = await page.context().newCDPSession(page);
  return {
    async evaluate(expression) {
      const { result } = await devtools.send("Runtime.evaluate", {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      return result.value;
    },
  };
}

const BUTTON = "document.querySelector('button.hear')?.innerText.trim() ?? 'none'";

const offers = (page: Evaluates, words: string) =>
  until(() => page.evaluate(BUTTON), (seen) => seen === words);

/** A page that nobody has touched, in a call whose other side it shows without sound. */
async function silenced(stage: Stage) {
  const phone = await stage.phone("1001", { before: asks });
  await stage.phone("1002");
  const page = await onlooker(phone);
  await faces(page, { call: "established" });
  await offers(page, "Tap to hear");
  return { phone, page };
}

stageTest("a page that nobody has touched is heard once it has its microphone", async (stage) => {
  const { page } = await silenced(stage);
  await page.evaluate("giveDevices()");
  await offers(page, "none");
  await seesAndHears(page);
});

for (const touch of ["a key", "a click anywhere"] as const) {
  stageTest(`a page that nobody has touched is heard after ${touch}`, async (stage) => {
    const { phone, page } = await silenced(stage);
    if (touch === "a key") await phone.page.keyboard.press("a");
    else await phone.page.mouse.click(195, 300);
    await offers(page, "none");
    await seesAndHears(page);
  });
}
