import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { freePort } from "../support/server.ts";
import { until } from "../support/until.ts";
import { dial, noted, notesOf, reaches, rings } from "./plain_page.ts";
import { rowTest } from "./scene.ts";

const connect = (page: Page, host = "", token = "Webphone1", properties: Record<string, unknown> = {}) =>
  page.evaluate(
    ([host, token, properties]) => void OzWebClient.connect(host, token, properties),
    [host, token, properties] as const,
  );

/** Waits until the page was told just these: what came twice would stand before what came later. */
const told = (page: Page, ...states: string[]) =>
  noted(page, ({ connection }) => connection.join() === states.join());

rowTest("9", async (scene) => {
  const page = await scene.person();
  await connect(page);
  await told(page, "ACCESS_GRANTED");
});

rowTest("10", async (scene) => {
  const page = await scene.person();
  const Password = scene.server.key("1001");
  await connect(page, "", "1001", { Password: `${Password}x` });
  await told(page, "ACCESS_DENIED");
  await connect(page, "", "1001");
  await told(page, "ACCESS_DENIED", "ACCESS_DENIED");
  await connect(page, "", "1001", { Password });
  await told(page, "ACCESS_DENIED", "ACCESS_DENIED", "ACCESS_GRANTED");
  // It is that extension: whoever dials its number reaches this page.
  await dial(await scene.connected(), "1001");
  await rings(page);
});

rowTest("11", async (scene) => {
  const page = await scene.person();
  const [good, foreign, short] = [
    await scene.lesser({ seconds: 600 }),
    await scene.lesser({ origins: ["https://shop.example"] }),
    await scene.lesser({ seconds: 1 }),
  ];
  await connect(page, "", good);
  await told(page, "ACCESS_GRANTED");
  await connect(page, "", foreign);
  await told(page, "ACCESS_GRANTED", "ACCESS_DENIED");
  const answer = async () => {
    const { length } = (await notesOf(page)).connection;
    await connect(page, "", short);
    return (await noted(page, ({ connection }) => connection.length > length)).connection.at(-1);
  };
  await until(answer, (state) => state === "ACCESS_DENIED");
});

rowTest("12", async (scene) => {
  const page = await scene.person();
  await connect(page, "", "Nowhere");
  await told(page, "ACCESS_DENIED");
  await connect(page);
  await told(page, "ACCESS_DENIED", "ACCESS_GRANTED");
});

rowTest("14", async (scene) => {
  const page = await scene.connected();
  await page.evaluate(() => {
    OzWebClient.disconnect();
    OzWebClient.disconnect();
  });
  await told(page, "ACCESS_GRANTED", "CONNECTION_CLOSED");
  await connect(page);
  await told(page, "ACCESS_GRANTED", "CONNECTION_CLOSED", "ACCESS_GRANTED");
}, "disconnect()");

rowTest("15", async (scene) => {
  const page = await scene.person();
  const info = await page.evaluate(() =>
    new Promise((resolve) => {
      OzWebClient.onConnectionStateChanged((info) => resolve({ ...info }));
      void OzWebClient.connect("", "Webphone1");
    })
  );
  assert.deepEqual(info, { State: "ACCESS_GRANTED" });
});

rowTest("16", async (scene) => {
  const page = await scene.person();
  const during = await page.evaluate(() => {
    // Once more on a connection that stands, and once with what is denied.
    void OzWebClient.connect("", "Webphone1");
    void OzWebClient.connect("", "Nowhere");
    return notes.connection.length;
  });
  assert.equal(during, 0);
  await told(page, "ACCESS_DENIED");
});

rowTest("17", async (scene) => {
  const page = await scene.person();
  for (const host of ["127.0.0.1", "localhost", "phone.test", `127.0.0.1:${freePort()}`, ""]) {
    const { length } = (await notesOf(page)).connection;
    await connect(page, host);
    await noted(
      page,
      ({ connection }) => connection.length > length && connection.at(-1) === "ACCESS_GRANTED",
    );
  }
});

rowTest("18", async (scene) => {
  await scene.connected({ name: "Ann" });
  const page = await scene.person();
  const order = await page.evaluate(() =>
    new Promise<string[]>((resolve) => {
      const order: string[] = [];
      OzWebClient.onConnectionStateChanged(() => {
        order.push("granted");
        OzWebClient.onClientStateChanged(({ name }) => {
          order.push(`client ${name}`);
          resolve(order);
        });
        order.push("returned");
      });
      void OzWebClient.connect("", "Webphone1");
    })
  );
  assert.deepEqual(order, ["granted", "returned", "client Ann"]);
});

rowTest("19", async (scene) => {
  const page = await scene.connected();
  await page.evaluate(() => OzWebClient.disconnect());
  await told(page, "ACCESS_GRANTED", "CONNECTION_CLOSED");
  await connect(page);
  await told(page, "ACCESS_GRANTED", "CONNECTION_CLOSED", "ACCESS_GRANTED");
  await dial(page, "zzzzz");
  await reaches(page, "NOT_FOUND");
});

rowTest("20", async (scene) => {
  const watcher = await scene.connected();
  const page = await scene.connected({ name: "Bob" });
  await connect(page);
  const { clients } = await noted(
    watcher,
    ({ clients }) => new Set(clients.map(({ phoneNumber }) => phoneNumber)).size === 2,
  );
  for (const { phoneNumber } of clients) assert.match(phoneNumber, /^[A-Za-z0-9]{5}$/);
  await dial(watcher, clients.findLast(({ status }) => status === "ONLINE")?.phoneNumber);
  await rings(page);
});

rowTest("39", async (scene) => {
  const page = await scene.person();
  assert.equal(await page.evaluate("typeof OzWebClient.onErrorOccured"), "function");
  await page.evaluate(() => OzCamera.getCameraByName("no such camera").setDisplay("local"));
  await noted(page, ({ errors }) => errors.join() === "camera-unknown");
});

rowTest("41", async (scene) => {
  const page = await scene.person();
  await page.evaluate(() => void OzWebClient.onConStateChanged(({ State }) => document.title = State));
  await connect(page);
  await until(() => page.title(), (title) => title === "ACCESS_GRANTED");
});
