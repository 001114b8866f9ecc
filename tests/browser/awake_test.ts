import { until } from "../support/until.ts";
import type { PhonePage } from "./phone_page.ts";
import { stageTest } from "./stage.ts";

declare global {
  /** How many wake locks the page holds. */
  var locks: number;
}

/** A screen whose locks can be counted, and that drops them all when the page is hidden, as browsers do. */
function installScreen(): void {
  globalThis.locks = 0;
  const request = () => {
    globalThis.locks++;
    return Promise.resolve({ release: () => Promise.resolve(void globalThis.locks--) });
  };
  Object.defineProperty(navigator, "wakeLock", { value: { request } });
}

function becomes(phone: PhonePage, visibility: DocumentVisibilityState): Promise<void> {
  return phone.page.evaluate((visibility) => {
    if (visibility === "hidden") globalThis.locks = 0;
    Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, visibility);
}

const holds = (phone: PhonePage, hoped: number): Promise<number> =>
  until(() => phone.page.evaluate(() => locks), (count) => count === hoped, 10_000);

stageTest(
  "the screen stays on for a call, also after a look at another page, and no longer",
  async (stage) => {
    const phone = await stage.phone("1001", { before: installScreen });
    await phone.faces({ phone: "registered" });
    await holds(phone, 0);
    await stage.phone("1002");
    await phone.faces({ call: "established" });
    await holds(phone, 1);

    await becomes(phone, "hidden");
    await holds(phone, 0);
    await becomes(phone, "visible");
    await holds(phone, 1);
    await phone.press("Hang up");
    await phone.faces({ call: "ended" });
    await holds(phone, 0);
  },
);
