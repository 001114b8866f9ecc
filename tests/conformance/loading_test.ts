import assert from "node:assert/strict";
import jquery from "jquery/dist/jquery.min.js" with { type: "text" };
import jqueryUi from "jquery-ui/dist/jquery-ui.min.js" with { type: "text" };
import { mediaOf } from "../browser/phone_page.ts";
import { freePort } from "../support/server.ts";
import { until } from "../support/until.ts";
import { dial, noted, plainPage, reaches, strictPage } from "./plain_page.ts";
import { rowTest, type Scene, sceneTest } from "./scene.ts";

const GLOBALS = ["CallState", "CallType", "ConnectionState", "OzCamera", "OzWebClient"];

/** The plain page, which tells with `added` what the script's tag has added to the window. */
const countingPage = (pbx: string, before = "") =>
  plainPage(
    pbx,
    "<script>var added = Object.keys(window).filter(function (key) { return !(key in before); })</script>",
  ).replace(
    "<script src",
    `${before}<script>var before = {}, added;
    Object.keys(window).forEach(function (key) { before[key] = true; });</script><script src`,
  );

rowTest("1", async (scene) => {
  const response = await fetch(`${scene.server.origin}/WebphoneAPI`);
  await response.body?.cancel();
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /javascript/);
  assert.equal(response.headers.get("cross-origin-resource-policy"), "cross-origin");
  const page = await scene.person();
  assert.notEqual(new URL(page.url()).origin, scene.server.origin);
  assert.equal(await page.evaluate("typeof OzWebClient.connect"), "function");
});

rowTest("2", async (scene) => {
  const head = `<script>var there = [${GLOBALS.map((name) => `typeof ${name}`)}]</script>`;
  const page = await scene.person({ html: plainPage(scene.server.origin, head) });
  assert.deepEqual(await page.evaluate("there"), GLOBALS.map(() => "object"));
});

rowTest("3", async (scene) => {
  const page = await scene.person({ html: countingPage(`http://127.0.0.1:${freePort()}`) });
  assert.deepEqual(await page.evaluate("added"), []);
  const types = await page.evaluate(`[${GLOBALS.map((name) => `typeof ${name}`)}]`);
  assert.deepEqual(types, GLOBALS.map(() => "undefined"));
});

rowTest("4", async (scene) => {
  const url = new URL(scene.put());
  for (const host of ["127.0.0.1", "localhost", "phone.test"]) {
    const page = await scene.blank();
    url.hostname = host;
    await page.goto(url.href);
    await page.evaluate(() => void OzWebClient.connect("", "Webphone1"));
    await noted(page, ({ connection }) => connection.at(-1) === "ACCESS_GRANTED");
  }
});

rowTest("5", async (scene) => {
  const libraries = Object.entries({ jquery, jqueryUi }).map(([name, text]) =>
    `<script src="${scene.elsewhere.put(`/${name}.js`, text)}"></script>`
  ).join("");
  const page = await scene.person({ html: countingPage(scene.server.origin, libraries) });
  assert.deepEqual((await page.evaluate("added") as string[]).sort(), GLOBALS);
  await page.evaluate(`$(function () {
    OzWebClient.onConnectionStateChanged(function (info) { $("#other").dialog({ title: info.State }); });
    OzWebClient.connect("", "Webphone1");
  })`);
  await page.getByRole("dialog", { name: "ACCESS_GRANTED" }).waitFor();
});

rowTest("6", async (scene) => {
  const head = `<script>
    function begin() { OzWebClient.connect("127.0.0.1", "Webphone1"); }
    setTimeout("begin()", 50);
  </script>`;
  const button = `<button onclick="OzWebClient.disconnect()">Leave</button></body>`;
  const html = plainPage(scene.server.origin, head).replace("</body>", button);
  const page = await scene.person({ html });
  await noted(page, ({ connection }) => connection.at(-1) === "ACCESS_GRANTED");
  await page.getByRole("button", { name: "Leave" }).click();
  await noted(page, ({ connection }) => connection.at(-1) === "CONNECTION_CLOSED");
});

rowTest("7", async (scene) => {
  const page = await scene.person();
  const { ANSWERED, ...states } = await page.evaluate(() => ({ ...CallState }));
  const values = await page.evaluate(() => ({ ...ConnectionState, ...CallType }));
  for (const [name, value] of Object.entries({ ...states, ...values })) assert.equal(value, name);
  assert.equal(Object.keys(states).length, 7);
  assert.equal(ANSWERED, "IN_CALL");
});

rowTest("8", async (scene) => {
  const page = await scene.person();
  await page.evaluate(() => {
    OzWebClient.onConnectionStateChanged(() => {
      throw new Error("bug of the page");
    });
    OzWebClient.onConnectionStateChanged(({ State }) => document.title = State);
    void OzWebClient.connect("", "Webphone1");
  });
  await until(() => page.title(), (title) => title === "ACCESS_GRANTED");
  const { console } = await noted(page, ({ console }) => console.length > 0);
  assert.match(console[0] ?? "", /onConnectionStateChanged.*bug of the page/);
  await dial(page, "zzzzz");
  await reaches(page, "NOT_FOUND");
});

/** A page whose policy allows nothing but the PBX and its own scripts. */
async function strictPerson(scene: Scene, name: string) {
  const { origin } = scene.server;
  const policy = [
    "default-src 'none'",
    `script-src ${origin} ${scene.elsewhere.origin}`,
    `connect-src ${origin.replace("http", "ws")}`,
    "style-src 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
  const { html, js } = strictPage(origin, "/strict.js");
  scene.elsewhere.put("/strict.js", js);
  const page = await scene.blank();
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      const seen = JSON.parse(sessionStorage.getItem("violations") ?? "[]");
      sessionStorage.setItem("violations", JSON.stringify([...seen, `${effectiveDirective} ${blockedURI}`]));
    });
  });
  await page.goto(scene.elsewhere.put(`/${name}.html`, html, { "content-security-policy": policy }));
  await page.evaluate((name) => void OzWebClient.connect("", "Webphone1", { name }), name);
  await noted(page, ({ connection }) => connection.at(-1) === "ACCESS_GRANTED");
  return page;
}

sceneTest("a video call works under a strict policy of the page, which nothing violates", async (scene) => {
  const pages = [await strictPerson(scene, "strict-a"), await strictPerson(scene, "strict-b")] as const;
  const [ann, bob] = pages;
  const { clients } = await noted(ann, ({ clients }) => clients.some(({ name }) => name === "strict-b"));
  await bob.evaluate("accepts = true");
  await dial(ann, clients.find(({ name }) => name === "strict-b")?.phoneNumber);
  for (const page of pages) {
    await reaches(page, "IN_CALL");
    await page.evaluate(() => {
      const camera = OzCamera.getCameraByName();
      camera.setDisplay("local");
      calls[0]?.attachCamera(camera);
      calls[0]?.setRemoteDisplay("other");
    });
  }
  for (const page of pages) {
    await until(() => mediaOf(page), ({ connections }) => (connections.at(-1)?.framesDecoded ?? 0) > 10);
    await until(() => page.locator("#other video, #local video").count(), (count) => count === 2);
    const violations = () => page.evaluate(() => sessionStorage.getItem("violations"));
    assert.equal(await violations(), null);
    // What the policy forbids would have been seen.
    await page.evaluate(() => document.body.setAttribute("style", "color: red"));
    await until(violations, (seen) => seen?.includes("style-src") ?? false);
  }
});
