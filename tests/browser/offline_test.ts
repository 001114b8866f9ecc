import assert from "node:assert/strict";
import { launchProfile } from "../support/browsers.ts";
import { until } from "../support/until.ts";
import { PhonePage } from "./phone_page.ts";
import { stageTest } from "./stage.ts";

/** Waits until the page is kept by its service worker, so that it can do without the server. */
const isKept = (phone: PhonePage) =>
  until(
    () => phone.page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state ?? "none"),
    (state) => state === "activated",
  );

stageTest(
  "without the server the page opens, says that it is offline, and comes back by itself",
  async (stage) => {
    const phone = await stage.phone("1001");
    await phone.faces({ phone: "registered" });
    await isKept(phone);
    // A page is kept from its second visit on, when the worker stands between it and the server.
    await phone.page.reload();
    await phone.faces({ phone: "registered" });

    await stage.server.stop();
    await until(() => phone.words(), (words) => /offline|reconnect|cannot be reached/i.test(words));
    await phone.page.reload();
    await phone.says(/offline|cannot be reached/i);
    const { phone: state } = await phone.faces({ call: "none" });
    assert.ok(state === "offline" || state === "connecting", state);

    await stage.server.start();
    await phone.faces({ phone: "registered" });
  },
);

stageTest("the agent's page can be installed, as an app of this agent's own", async (stage) => {
  const profile = await Deno.makeTempDir({ prefix: "outside-line-profile-" });
  const context = await launchProfile(profile);
  try {
    await stage.watch(context);
    const page = await context.newPage();
    await page.goto(stage.server.url("1001"));
    await new PhonePage(page, "1001").faces({ phone: "registered" });
    const devtools = await context.newCDPSession(page);

    const { errors, url, data } = await devtools.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    const manifest = JSON.parse(data ?? "{}");
    const { id, start_url, scope, name } = manifest;
    assert.deepEqual({ id, start_url, scope }, {
      id: "/agent/1001",
      start_url: "/agent/1001",
      scope: "/agent/1001",
    });
    assert.match(name, /1001/);
    assert.equal(new URL(url).pathname, "/agent/1001/manifest.webmanifest");

    const { installabilityErrors } = await until(
      () => devtools.send("Page.getInstallabilityErrors"),
      (seen) => seen.installabilityErrors.length === 0,
    );
    assert.deepEqual(installabilityErrors, []);
  } finally {
    await context.close();
    await Deno.remove(profile, { recursive: true });
  }
});

stageTest("two agents are two apps, and a page that is nobody's is none", async (stage) => {
  const manifestOf = async (number: string) => {
    const response = await fetch(`${stage.server.origin}/agent/${number}/manifest.webmanifest`);
    return response.ok ? (await response.json()).id : (await response.body?.cancel(), response.status);
  };
  assert.deepEqual(await Promise.all(["1001", "1002", "1999"].map(manifestOf)), [
    "/agent/1001",
    "/agent/1002",
    404,
  ]);
});
