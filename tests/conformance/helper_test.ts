import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../support/until.ts";
import { act, dial, noted, notesOf, reaches, rings } from "./plain_page.ts";
import { connect, rowTest, type Scene, sceneTest } from "./scene.ts";

/** What `helper` answers to `call`, as data. */
const ask = (page: Page, call: string): Promise<unknown> => page.evaluate(`OzWebClient.helper.${call}`);

/** A page that knows all that there is to know. */
const clerk = async (scene: Scene): Promise<Page> => scene.connected({}, { token: await scene.token() });

rowTest("37", async (scene) => {
  for (const when of ["before", "granted"]) {
    const page = await scene.person();
    await page.evaluate((when) => {
      const listen = () => OzWebClient.onUserInfoReceived(({ userName }) => notes.messages.push(userName));
      if (when === "before") listen();
      else OzWebClient.onConnectionStateChanged(({ State }) => void (State === "ACCESS_GRANTED" && listen()));
    }, when);
    await connect(page);
    const { messages } = await noted(page, ({ messages }) => messages.length >= 2);
    assert.deepEqual(messages.sort(), ["1001", "1002"], when);
  }
});

/** The fields of §3.3. */
const FIELDS = [
  "StartTime",
  "Direction",
  "Source",
  "Destination",
  "State",
  "Dialed",
  "CallerId",
  "Type",
  "CallId",
];

rowTest("38", async (scene) => {
  const page = await clerk(scene);
  const { ann, number } = await scene.talk();
  await act(ann, "hangUp()");
  await reaches(ann, "COMPLETED");
  type Entries = Record<string, string>[];
  const history = (filters: unknown) =>
    page.evaluate((filters) =>
      new Promise<Entries>((resolve) => {
        const stop = OzWebClient.onCallHistoryInfoReceived((entries) => {
          stop();
          resolve(entries.map((entry) => ({ ...entry })));
        });
        void OzWebClient.getCallHistory(filters as Record<string, unknown>);
      }), filters);
  const [entry] = await until(() => history({ Destination: number }), ({ length }) => length === 1);
  for (const field of FIELDS) {
    const small = field[0]?.toLowerCase() + field.slice(1);
    assert.ok(entry?.[field], field);
    assert.equal(entry[small], entry[field], small);
  }
  assert.deepEqual([entry?.["Destination"], entry?.["State"]], [number, "CallerHungUp"]);
  assert.deepEqual(await history({ Destination: number, State: "Busy" }), []);
  const ofExtension = await page.evaluate(
    (number) => OzWebClient.helper.getCallHistoryOfExtension(number),
    number,
  );
  assert.deepEqual(ofExtension.map(({ callId }) => callId), [entry?.["CallId"]]);
});

sceneTest("getCallHistory() without the right to it is refused with forbidden", async (scene) => {
  const page = await scene.connected();
  const code = await page.evaluate(() => {
    try {
      return OzWebClient.getCallHistory().then(() => "", ({ code }) => code);
    } catch (error) {
      return (error as Error & { code?: string }).code;
    }
  });
  assert.equal(code, "forbidden");
});

rowTest("40", async (scene) => {
  const page = await scene.person();
  const check = () =>
    page.evaluate(() =>
      new Promise((resolve) => {
        const result = OzWebClient.checkWebPhoneState((state) => resolve([{ ...state }, { ...result }]));
      })
    );
  const ready = [{ ready: true }, { ready: true }];
  assert.deepEqual(await check(), ready);
  await connect(page);
  assert.deepEqual(await check(), ready);
  await page.evaluate(() => {
    OzWebClient.checkWebPhoneState();
    OzWebClient.disconnect();
  });
  assert.deepEqual(await check(), ready);
});

const METHODS = [
  "getExtensionById",
  "getExtensions",
  "getExtensionsByType",
  "getOutsideLineById",
  "getOutsideLines",
  "getOutsideLinesByType",
  "getActiveCallsOfExtension",
  "getActiveCallsOfUser",
  "getActiveSessionById",
  "getActiveSessionsBySessionState",
  "getCallHistoryOfExtension",
  "getUserByExtension",
  "getUserById",
];

rowTest("98", async (scene) => {
  const page = await scene.person();
  const types = await page.evaluate(
    (names) => names.map((name) => typeof OzWebClient.helper[name as "getExtensions"]),
    METHODS,
  );
  assert.deepEqual(types, METHODS.map(() => "function"));
});

rowTest("99", async (scene) => {
  const page = await scene.person();
  const found = await page.evaluate((token) =>
    new Promise((resolve) => {
      OzWebClient.onConnectionStateChanged(() => {
        const { helper } = OzWebClient;
        resolve([helper.getUserById("1001")?.fullName, helper.getUserByExtension("1002")?.fullName]);
      });
      void OzWebClient.connect("", token);
    }), await scene.token());
  assert.deepEqual(found, ["Agent 1001", "Agent 1002"]);
});

rowTest("100", async (scene) => {
  const page = await clerk(scene);
  const one = [
    "getExtensionById",
    "getOutsideLineById",
    "getActiveSessionById",
    "getUserByExtension",
    "getUserById",
  ];
  for (const id of ["nobody", "toString", "__proto__", ""]) {
    for (const method of one) assert.equal(await ask(page, `${method}(${JSON.stringify(id)})`), null, method);
  }
});

rowTest("101", async (scene) => {
  const page = await clerk(scene);
  await scene.talk();
  const lists = ["getExtensions()", "getOutsideLines()", 'getActiveSessionsBySessionState("IN_CALL")'];
  for (const list of lists) {
    const answer = () =>
      page.evaluate(`(function (list, keys) {
      for (var key in list) keys.push([key, list[key].id || list[key].sessionId, list.hasOwnProperty(key)]);
      return keys;
    })(OzWebClient.helper.${list}, [])`) as Promise<[string, string, boolean][]>;
    const keys = await until(answer, ({ length }) => length > 0);
    for (const [key, id, isOwn] of keys) assert.deepEqual([id, isOwn], [key, true], list);
  }
});

rowTest("102", async (scene) => {
  const page = await clerk(scene);
  const { ann, bob } = await scene.talk();
  const idsOf = (state: string) =>
    ask(page, `getActiveSessionsBySessionState("${state}")`).then((list) => Object.keys(list as object));
  const isOne = ({ length }: string[]) => length === 1;
  const [id = ""] = await until(() => idsOf("IN_CALL"), isOne);
  assert.deepEqual(await idsOf("INCALL"), [id]);
  assert.deepEqual(await idsOf("HOLD"), []);
  await act(ann, "hold()");
  await reaches(bob, "HOLD");
  assert.deepEqual(await until(() => idsOf("HOLD"), isOne), [id]);
  assert.deepEqual(await idsOf("ONHOLD"), [id]);
  for (const word of ["IN_CALL", "INCALL", "NOT_FOUND", "NOTFOUND"]) {
    assert.deepEqual(await idsOf(word), [], word);
  }
});

rowTest("103", async (scene) => {
  const reach = ["--email", "ada@example.com", "--mobile", "+36301234567"];
  await scene.server.addAgent("1003", "--name", "Ada Lovelace", ...reach);
  const ada = await scene.extension("1003");
  const page = await clerk(scene);
  const user = await page.evaluate(() => ({ ...OzWebClient.helper.getUserById("1003")! }));
  assert.deepEqual([user.fullName, user.emailAddress], ["Ada Lovelace", "ada@example.com"]);
  assert.deepEqual(user.devices, ["1003"]);
  await dial(page, user.devices[0]);
  await rings(ada);
  await scene.server.agent("remove", "1003");
});

rowTest("104", async (scene) => {
  const page = await clerk(scene);
  for (const call of ['getExtensionById("1001")', 'getOutsideLineById("Webphone1")']) {
    const { id, type } = await page.evaluate(`(function (one) { return { id: one.id, type: one.type }; })(
      OzWebClient.helper.${call})`) as { id: string; type: string };
    assert.ok(call.includes(id) && id && type, call);
  }
  const byType = await ask(page, 'getExtensionsByType("Webphone")') as object;
  assert.ok(Object.keys(byType).includes("1001"));
});

sceneTest(
  "a page with no right to sessions knows the people of its own line, without address and number",
  async (scene) => {
    await scene.server.agent("change", "1001", "--email", "one@example.com", "--mobile", "+36301111111");
    const page = await scene.connected();
    const { fullName, emailAddress, mobileNumber } = await page.evaluate(() => ({
      ...OzWebClient.helper.getUserById("1001")!,
    }));
    assert.deepEqual([fullName, emailAddress, mobileNumber], ["Agent 1001", "", ""]);
    assert.deepEqual(await ask(page, 'getActiveSessionsBySessionState("IN_CALL")'), {});
    assert.deepEqual((await notesOf(page)).errors, []);
  },
);
