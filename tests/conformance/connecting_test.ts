import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { freePort, Server } from "../support/server.ts";
import { noted, plainPage, rowTest } from "./scene.ts";

const connect = (page: Page, host = "", token = "Webphone1") =>
  page.evaluate(([host, token]) => OzWebClient.connect(host, token), [host, token] as const);

/** Waits until the page was told just these: what came twice would stand before what came later. */
const told = (page: Page, ...states: string[]) =>
  noted(page, ({ connection }) => connection.join() === states.join());

rowTest("9", "the name of an outside line grants access without a password", async (scene) => {
  const page = await scene.person();
  await connect(page);
  await told(page, "ACCESS_GRANTED");
});

rowTest("12", "an unknown token is ACCESS_DENIED, once", async (scene) => {
  const page = await scene.person();
  await connect(page, "", "Nowhere");
  await told(page, "ACCESS_DENIED");
  await connect(page);
  await told(page, "ACCESS_DENIED", "ACCESS_GRANTED");
});

// After how long is told by the clock of phone/classic_client_test.ts.
rowTest("13", "a server that is not reachable is CONNECTION_FAILED, once", async (scene) => {
  const page = await scene.person();
  // Another loopback address, on which this server does not listen.
  await connect(page, "127.0.0.9");
  await told(page, "CONNECTION_FAILED");
  await connect(page);
  await told(page, "CONNECTION_FAILED", "ACCESS_GRANTED");
});

rowTest("14", "a connection that is lost for good is CONNECTION_CLOSED, once", async (scene) => {
  await using server = await Server.start();
  const page = await scene.person({ html: plainPage(server.origin) });
  await connect(page);
  await told(page, "ACCESS_GRANTED");
  await server.stop();
  await told(page, "ACCESS_GRANTED", "CONNECTION_CLOSED");
  await server.start();
  await connect(page);
  await told(page, "ACCESS_GRANTED", "CONNECTION_CLOSED", "ACCESS_GRANTED");
});

rowTest("14, 19", "disconnect() is CONNECTION_CLOSED, once, and connect() works again", async (scene) => {
  const page = await scene.connected();
  await page.evaluate(() => {
    OzWebClient.disconnect();
    OzWebClient.disconnect();
  });
  await told(page, "ACCESS_GRANTED", "CONNECTION_CLOSED");
  await connect(page);
  await told(page, "ACCESS_GRANTED", "CONNECTION_CLOSED", "ACCESS_GRANTED");
});

rowTest(
  "15, 16",
  "the argument has the field State, and no callback comes from inside connect()",
  async (scene) => {
    const page = await scene.person();
    const during = await page.evaluate(() => {
      OzWebClient.connect("", "Webphone1");
      return notes.connection.length;
    });
    assert.equal(during, 0);
    await told(page, "ACCESS_GRANTED");
  },
);

rowTest("17", "the host may be a name, an IP or empty; port and scheme are the script's", async (scene) => {
  const page = await scene.person();
  for (const host of ["127.0.0.1", "localhost", "phone.test", `127.0.0.1:${freePort()}`, ""]) {
    const before = (await page.evaluate(() => notes.connection)).length;
    await connect(page, host);
    await noted(
      page,
      ({ connection }) => connection.length > before && connection.at(-1) === "ACCESS_GRANTED",
    );
  }
});

rowTest("18", "what is registered in the granted callback, or later, loses nothing", async (scene) => {
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
      OzWebClient.connect("", "Webphone1");
    })
  );
  assert.deepEqual(order, ["granted", "returned", "client Ann"]);
});

rowTest("20", "each connection gets a new number that can be dialled", async (scene) => {
  const watcher = await scene.connected();
  const page = await scene.connected({ name: "Bob" });
  await connect(page);
  const { clients } = await noted(
    watcher,
    ({ clients }) => new Set(clients.map(({ phoneNumber }) => phoneNumber)).size === 2,
  );
  for (const { phoneNumber } of clients) assert.match(phoneNumber, /^[A-Za-z0-9]{5}$/);
});

rowTest("39, 41", "onErrorOccured and onConStateChanged exist under exactly these names", async (scene) => {
  const page = await scene.person();
  const types = await page.evaluate(() =>
    [OzWebClient.onErrorOccured, OzWebClient.onConStateChanged].map((m) => typeof m)
  );
  assert.deepEqual(types, ["function", "function"]);
});
