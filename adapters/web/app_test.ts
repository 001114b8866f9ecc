import assert from "node:assert/strict";
import { createApp } from "./app.ts";
import * as health from "../../routes/health.ts";
import * as ready from "../../routes/ready.ts";
import * as webphoneApi from "../../routes/webphone_api.ts";
import type { House, Route } from "../../routes/house.ts";
import { testHouse } from "./test_site.ts";

const echo: Route = { path: "/echo/:word", GET: (c) => c.text(c.req.param("word") ?? "") };
const HTML = { headers: { accept: "text/html,*/*" } };

Deno.test("createApp() finds a route with and without a slash at its end, and answers HEAD", async () => {
  const app = createApp(testHouse(), [echo]);
  assert.equal(await (await app.request("/echo/one")).text(), "one");
  assert.equal(await (await app.request("/echo/one/")).text(), "one");
  const head = await app.request("/echo/one", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

Deno.test("createApp() refuses in words", async (t) => {
  const logged: unknown[] = [];
  const broken: Route = { path: "/broken", GET: () => Promise.reject(new Error("out of paper")) };
  const house = testHouse({ log: (level, event, fields) => void logged.push([level, event, fields?.path]) });
  const app = createApp(house, [echo, broken]);

  await t.step("an unknown path, to people and to programs", async () => {
    const forPeople = await app.request("/nowhere", HTML);
    assert.deepEqual([forPeople.status, await forPeople.text()], [404, "Nobody answers here – Outside Line"]);
    const forPrograms = await app.request("/nowhere");
    assert.equal(forPrograms.headers.get("content-type"), "application/problem+json");
    assert.equal((await forPrograms.json()).code, "not-found");
  });
  await t.step("a method that the path does not take", async () => {
    const response = await app.request("/echo/one", { method: "POST" });
    assert.deepEqual([response.status, response.headers.get("allow")], [405, "GET"]);
  });
  await t.step("its own failure, which it logs without the query", async () => {
    const response = await app.request("/broken?key=secret");
    assert.equal(response.status, 500);
    assert.ok(!(await response.text()).includes("paper"));
    assert.deepEqual(logged, [["error", "request", "/broken"]]);
  });
  await t.step("with the headers that every response has", async () => {
    const { headers } = await app.request("/nowhere");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
  });
});

Deno.test("createApp() serves files under their own folders only", async () => {
  const app = createApp(testHouse({ asset: (_request, path) => new Response(path) }), []);
  const text = async (path: string) => await (await app.request(path)).text();
  assert.equal(await text("/_i/a.js"), "/_i/a.js");
  assert.equal(await text("/favicon.ico"), "/static/icons/favicon-32.png");
  assert.equal((await app.request("/assets.json")).status, 404);
  assert.equal((await app.request("/_i/a.js", { method: "DELETE" })).status, 404);
});

Deno.test("/WebphoneAPI is for pages of any origin", async () => {
  const app = createApp(testHouse({ asset: (_request, path) => new Response(path) }), [webphoneApi]);
  const response = await app.request("/WebphoneAPI");
  assert.equal(await response.text(), "/WebphoneAPI.js");
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.equal(response.headers.get("cross-origin-resource-policy"), "cross-origin");
  assert.equal((await createApp(testHouse(), [webphoneApi]).request("/WebphoneAPI")).status, 404);
});

Deno.test("/health is ok while the process lives; /ready names the port that is ill", async () => {
  const ask = async (ports: Awaited<ReturnType<House["check"]>>, path: string) => {
    const app = createApp(testHouse({ check: () => Promise.resolve(ports) }), [health, ready]);
    const response = await app.request(path);
    return [response.status, await response.json()];
  };
  const well = { bus: "ok", book: "ok" } as const;
  const ill = { bus: "ok", book: "ill" } as const;
  assert.deepEqual(await ask(well, "/health"), [200, { status: "ok", ports: well }]);
  assert.deepEqual(await ask(ill, "/health"), [200, { status: "ok", ports: ill }]);
  assert.deepEqual(await ask(well, "/ready"), [200, { status: "ok", ports: well }]);
  assert.deepEqual(await ask(ill, "/ready"), [503, { status: "ill", ports: ill }]);
});
