import assert from "node:assert/strict";
import { launchFirefox } from "../support/browsers.ts";
import { faces, isDark, seesAndHears } from "./phone_page.ts";
import { installProbe } from "./probe.ts";
import { stageTest } from "./stage.ts";

for (const caller of ["Firefox", "Chromium"] as const) {
  stageTest(
    `${caller} calls the other of Chromium and Firefox: both see and hear, and the one called ends it for both`,
    async (stage) => {
      const firefox = await launchFirefox();
      try {
        const page = await firefox.newPage();
        page.on("request", (request) => stage.note(request.url()));
        await page.evaluateOnNewDocument(installProbe);
        const openFirefox = async (number: string) => void await page.goto(stage.server.url(number));

        // Who has waited longer is called.
        if (caller === "Chromium") await openFirefox("1002");
        if (caller === "Chromium") await faces(page, { phone: "registered" });
        const chromium = await stage.phone("1001");
        await chromium.faces({ phone: "registered" });
        if (caller === "Firefox") await openFirefox("1002");

        for (const side of [page, chromium.page]) {
          await faces(side, { phone: "registered", call: "established" });
          const { connections } = await seesAndHears(side);
          assert.equal(connections.length, 1);
        }
        if (caller === "Firefox") await chromium.press("Hang up");
        else {await page.evaluate(
            `[...document.querySelectorAll("button")].find((each) => each.innerText === "Hang up").click()`,
          );}
        for (const side of [page, chromium.page]) {
          await faces(side, { call: "ended" });
          await isDark(side);
        }
      } finally {
        await firefox.close();
      }
    },
    ["chromium", "firefox"],
  );
}

stageTest(
  "Firefox keeps the cookie that comes with the answer to the question for the socket",
  async (stage) => {
    const firefox = await launchFirefox();
    try {
      const page = await firefox.newPage();
      const asked: string[] = [];
      page.on("request", (request) => {
        stage.note(request.url());
        if (request.method() === "POST") asked.push(request.url());
      });
      await page.goto(stage.server.url("1001"));
      await faces(page, { phone: "registered" });
      await page.goto(`${stage.server.origin}/agent/1001`);
      await faces(page, { phone: "registered" });
      assert.deepEqual(asked, [], "the key was exchanged by a request of its own");
    } finally {
      await firefox.close();
    }
  },
  ["firefox"],
);
