import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { freePort } from "../support/server.ts";
import { noted, plainPage, rowTest } from "./scene.ts";

rowTest(
  "1",
  "GET /WebphoneAPI answers JavaScript that a cross-origin script tag runs",
  async ({ server }) => {
    const response = await fetch(`${server.origin}/WebphoneAPI`);
    await response.body?.cancel();
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /javascript/);
    assert.equal(response.headers.get("cross-origin-resource-policy"), "cross-origin");
  },
);

rowTest(
  "2, 5, 7",
  "five globals exist at once, no other, and their values are their names",
  async (scene) => {
    const before = "<script>var before = Object.keys(window)</script>";
    const after =
      "<script>var added = Object.keys(window).filter(function (key) { return before.indexOf(key) < 0 })</script>";
    const html = plainPage(scene.server.origin, after).replace("<script src", `${before}<script src`);
    const page = await scene.person({ html });
    const added = await page.evaluate(
      "added.filter(function (key) { return key !== 'before' && key !== 'added' }).sort()",
    ) as string[];
    assert.deepEqual(added, ["CallState", "CallType", "ConnectionState", "OzCamera", "OzWebClient"]);
    const { ANSWERED, ...states } = await page.evaluate(() => ({ ...CallState }));
    const values = await page.evaluate(() => ({ ...ConnectionState, ...CallType }));
    for (const [name, value] of Object.entries({ ...states, ...values })) assert.equal(value, name);
    assert.equal(Object.keys(states).length, 7);
    assert.equal(ANSWERED, "IN_CALL");
  },
);

rowTest("3", "no server, no global", async (scene) => {
  const page = await scene.person({ html: plainPage(`http://127.0.0.1:${freePort()}`) });
  const types = await page.evaluate("[typeof OzWebClient, typeof OzCamera, typeof CallState]");
  assert.deepEqual(types, ["undefined", "undefined", "undefined"]);
});

rowTest(
  "4, 6",
  "a page of any origin works, with string setTimeout and handlers in onclick",
  async (scene) => {
    const head = `<script>
    function begin() { OzWebClient.connect("127.0.0.1", "Webphone1"); }
    setTimeout("begin()", 50);
  </script>`;
    const page = await scene.person({ html: plainPage(scene.server.origin, head) });
    await noted(page, ({ connection }) => connection.at(-1) === "ACCESS_GRANTED");
    await page.evaluate(() => {
      document.body.insertAdjacentHTML(
        "beforeend",
        `<button onclick="OzWebClient.disconnect()">Leave</button>`,
      );
    });
    await page.getByRole("button", { name: "Leave" }).click();
    await noted(page, ({ connection }) => connection.at(-1) === "CONNECTION_CLOSED");
  },
);

rowTest("8", "an exception in one handler stops neither other handlers nor the client", async (scene) => {
  const page = await scene.person();
  await page.evaluate(() => {
    OzWebClient.onConnectionStateChanged(() => {
      throw new Error("bug of the page");
    });
    OzWebClient.onConnectionStateChanged(({ State }) => document.title = State);
    OzWebClient.connect("", "Webphone1");
  });
  await until(() => page.title(), (title) => title === "ACCESS_GRANTED");
  const { console } = await noted(page, ({ console }) => console.length > 0);
  assert.match(console[0] ?? "", /onConnectionStateChanged.*bug of the page/);
});

rowTest("2", "the script works under a strict policy of the page, with no eval", async (scene) => {
  const { origin } = scene.server;
  const policy = `default-src 'none'; script-src ${origin} 'unsafe-inline'; connect-src ${
    origin.replace("http", "ws")
  }`;
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const html = plainPage(origin).replace("<head>", `<head>${meta}`);
  const page = await scene.person({ html });
  await page.evaluate(() => OzWebClient.connect("", "Webphone1"));
  await noted(page, ({ connection }) => connection.at(-1) === "ACCESS_GRANTED");
});
