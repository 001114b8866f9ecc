/** The HTTP API in its words: what is asked, what is answered, and that the description is true. */
import assert from "node:assert/strict";
import { hashOf } from "../adapters/keys.ts";
import type { CallHistoryEntry } from "../pbx/ports.ts";
import { ApiDesk, type Asking, refusalOf } from "../tests/support/api_desk.ts";
import { callId, Robot } from "../tests/support/robot.ts";
import { REFUSALS } from "./api_house.ts";
import { openApi } from "./api_openapi.ts";
import { OPERATIONS, pathOf } from "./api_operations.ts";
import { elementsIn, xmlOf } from "./api_xml.ts";
import { ROUTES } from "./mod.ts";

const NOON = Date.UTC(2026, 10, 23, 12);

const aCall = (id: string, change: Partial<CallHistoryEntry> = {}): CallHistoryEntry => ({
  id,
  caller: "1001",
  callee: "1002",
  createdAt: NOON,
  acceptedAt: NOON + 1000,
  endedAt: NOON + 5000,
  reason: "hangup",
  endedBy: "callee",
  ...change,
});

const CALLS: readonly CallHistoryEntry[] = [
  aCall("call-0001"),
  aCall("call-0002", { createdAt: NOON + 1000, endedBy: "caller" }),
  aCall("call-0003", { createdAt: NOON + 2000, callee: "Qdb3W", reason: "no-answer", endedBy: undefined }),
  aCall("call-0004", { createdAt: NOON + 86_400_000, caller: "1002", callee: "1001", reason: "rejected" }),
];

/** A desk with four calls behind it and the token `word`, which may everything. */
async function aDesk(): Promise<ApiDesk> {
  const desk = await ApiDesk.open();
  await desk.token("word");
  for (const call of CALLS) await desk.office.book.addHistory(call);
  return desk;
}

const ask = (desk: ApiDesk, path: string, asking: Asking = {}) =>
  desk.ask(path, { token: "word", ...asking });

Deno.test("GetCallHistory tells of each call in the classic words", async () => {
  await using desk = await aDesk();
  const { NumberOfCalls, Calls } = await (await ask(desk, "GetCallHistory?CallId=call-0001")).json();
  assert.equal(NumberOfCalls, 1);
  assert.deepEqual(Calls, [{
    StartTime: "2026-11-23 12:00:00",
    Direction: "Internal",
    Source: "1001",
    Destination: "1002",
    State: "CalleeHungUp",
    Dialed: "1002",
    CallerId: "1001",
    Type: "Audio",
    CallId: "call-0001",
    Reason: "hangup",
    ReasonText: "Somebody hung up",
    Duration: 4,
  }]);
});

const MEANT: readonly [string, readonly number[]][] = [
  ["", [4, 3, 2, 1]],
  ["From=2026-11-24", [4]],
  ["From=2026-11-23 12:00:01", [4, 3, 2]],
  ["From=2026-11-23T12:00:02", [4, 3]],
  ["Source=1002", [4]],
  ["CallerId=1002", [4]],
  ["Destination=Qdb3W", [3]],
  ["Dialed=1002", [2, 1]],
  ["Source=1001&Destination=1002&State=CallerHungUp", [2]],
  ["State=notanswered", [3]],
  ["State=TransferCompleted", []],
  ["Direction=Internal", [4, 3, 2, 1]],
  ["Direction=Outbound", []],
  ["General=qdb", [3]],
  ["General=0004", [4]],
  ["Source=1001&CallerId=1002", []],
  ["Extension=1002", [4, 2, 1]],
  ["Extension=Qdb3W&State=NotAnswered", [3]],
  ["Extension=100", []],
  ["CallId=call", []],
];

for (const [query, calls] of MEANT) {
  Deno.test(`GetCallHistory?${query} answers ${calls.length} calls and their number`, async () => {
    await using desk = await aDesk();
    const { NumberOfCalls, Calls } = await (await ask(desk, `GetCallHistory?${query}`)).json();
    assert.equal(NumberOfCalls, calls.length);
    assert.deepEqual(Calls.map(({ CallId }: { CallId: string }) => Number(CallId.slice(-4))), calls);
  });
}

Deno.test("GetCallHistory gives pages, and the number of calls on all of them", async () => {
  await using desk = await aDesk();
  for (
    const [page, ids] of [[1, ["call-0004", "call-0003", "call-0002"]], [2, ["call-0001"]], [3, []]] as const
  ) {
    const query = `RowsPerPage=3&PageNumber=${page}`;
    const { NumberOfCalls, Calls } = await (await ask(desk, `GetCallHistory?${query}`)).json();
    assert.equal(NumberOfCalls, 4);
    assert.deepEqual(Calls.map(({ CallId }: { CallId: string }) => CallId), ids);
  }
});

const BAD: readonly (readonly [string, Asking, number, RegExp])[] = [
  ["GetCallHistory?PageNumber=0", {}, 400, /PageNumber: expected a number from 1 to /],
  ["GetCallHistory?RowsPerPage=1e2", {}, 400, /RowsPerPage: expected a number from 1 to 500$/],
  ["GetCallHistory?RowsPerPage=501", {}, 400, /RowsPerPage: expected/],
  ["GetCallHistory?From=yesterday", {}, 400, /From: expected YYYY-MM-DD hh:mm:ss$/],
  ["GetCallHistory?From=2026-02-30", {}, 400, /From: expected/],
  ["GetCallHistory?State=Fine", {}, 400, /State: expected one of .*CalleeHungUp/],
  ["GetCallHistory?Colour=red", {}, 400, /Colour is not known here$/],
  [`GetCallHistory?General=${"x".repeat(201)}`, {}, 400, /General: expected a text of at most 200 /],
  ["GetCallHistory?pageNumber=1", {}, 400, /pageNumber is not known here$/],
  ["ListExtensions?Format=csv", {}, 400, /Format: expected one of json, xml$/],
  ["Hangup", { body: {} }, 400, /tell its CallId$/],
  ["Hangup", { body: { CallId: 7 } }, 400, /CallId: expected a text/],
  ["Hangup", { body: { refused: "forbidden" } }, 400, /refused is not known here$/],
  ["Hangup", { body: { __proto__: null, constructor: "x" } }, 400, /constructor is not known here$/],
  [
    "Hangup",
    { body: "[]", headers: { "content-type": "application/json" } },
    400,
    /expected an object of JSON$/,
  ],
  [
    "Hangup",
    { body: "{", headers: { "content-type": "application/json" } },
    400,
    /expected an object of JSON$/,
  ],
  [
    "Hangup",
    { body: "call", headers: { "content-type": "text/plain" } },
    415,
    /expected JSON, a form, or XML$/,
  ],
  ["Hangup", { body: { CallId: "x".repeat(20_000) } }, 413, /more than 16384 characters$/],
  ["Hangup", { body: { CallId: "call-none" } }, 404, /no call of this id is going on$/],
  ["Hangup", { body: { CallId: "call-0001" } }, 404, /no call of this id is going on$/],
  [
    "GenerateSecurityToken",
    { body: { rights: ["fly"] } },
    400,
    /rights: expected a list; in it one of calls,/,
  ],
  ["GenerateSecurityToken", { body: { seconds: 0 } }, 400, /seconds: expected a number from 1 to /],
  ["GenerateSecurityToken", { body: { seconds: 1.5 } }, 400, /seconds: expected/],
  ["GenerateSecurityToken", { body: { AuthXml: "<Token/>" } }, 400, /expected a <SecurityToken> document/],
  // What is not understood must leave no right as it is by default.
  ...[
    "<AllowCalls>False",
    "<AllowCalls/>",
    "<AllowCalls><![CDATA[False]]></AllowCalls>",
    "<s:AllowCalls>False</s:AllowCalls>",
    "<AllowSessions>False<AllowCalls>True</AllowCalls></AllowSessions>",
  ].map((inner) =>
    [
      "GenerateSecurityToken",
      { body: { AuthXml: `<SecurityToken>${inner}</SecurityToken>` } },
      400,
      /expected a <SecurityToken> document/,
    ] as const
  ),
  [
    "GenerateSecurityToken",
    {
      body: {
        AuthXml: "<SecurityToken><AllowCalls>True</AllowCalls><AllowCalls>False</AllowCalls></SecurityToken>",
      },
    },
    400,
    /AllowCalls> is there twice/,
  ],
];

for (const [path, asking, status, words] of BAD) {
  Deno.test(`${path.slice(0, 60)} ${JSON.stringify(asking).slice(0, 60)} is refused in words`, async () => {
    await using desk = await aDesk();
    const response = await ask(desk, path, asking);
    const problem = await response.json();
    assert.deepEqual([response.status, problem.status], [status, status]);
    assert.match(problem.detail, /^Cannot /);
    assert.match(problem.detail, words);
  });
}

Deno.test("ListExtensions tells of every agent, who is there, and of every line", async () => {
  await using desk = await aDesk();
  const statuses = async () => {
    const { Extensions } = await (await ask(desk, "ListExtensions")).json();
    return Extensions.map(({ Id, Status }: Record<string, string>) => `${Id} ${Status}`);
  };
  const LINE = "Webphone1 Online";
  assert.deepEqual(await statuses(), ["1001 Offline", "1002 Offline", LINE]);
  const robot = await Robot.register(desk.office, { number: "1001" });
  await Robot.register(desk.office);
  assert.deepEqual(await statuses(), ["1001 Online", "1002 Offline", LINE]);
  await Robot.register(desk.office, { number: "1002" });
  await robot.say({ type: "invite", call: callId("one"), to: "1002" });
  assert.deepEqual(await statuses(), ["1001 Busy", "1002 Busy", LINE]);
  const { Extensions } = await (await ask(desk, "ListExtensions")).json();
  assert.deepEqual(Extensions[0], {
    Id: "1001",
    Type: "Webphone",
    DisplayName: "Agent 1001",
    Status: "Busy",
  });
  assert.deepEqual(Extensions.at(-1), {
    Id: "Webphone1",
    Type: "WebphoneLine",
    DisplayName: "Webphone1",
    Status: "Online",
  });
});

for (
  const [what, asking] of [
    ["JSON", { body: { CallId: callId("one") } }],
    ["a form", {
      body: `CallId=${callId("one")}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    }],
  ] as const
) {
  Deno.test(`Hangup by ${what} ends a call for both, and the log tells that it was asked, but by no token`, async () => {
    await using desk = await aDesk();
    const robots = [
      await Robot.register(desk.office, { number: "1001" }),
      await Robot.register(desk.office, { number: "1002" }),
    ] as const;
    await robots[0].say({ type: "invite", call: callId("one"), to: "1002" });
    const response = await ask(desk, "Hangup", asking);
    assert.deepEqual([response.status, await response.json()], [200, { CallId: callId("one") }]);
    await desk.office.clock.pass(1);
    for (const robot of robots) assert.equal(robot.last("hangup")?.reason, "canceled");
    assert.deepEqual(desk.logged, [["info", "api", { operation: "Hangup", line: "Webphone1" }]]);
  });
}

const JSON_TYPE = "application/json";
const XML_TYPE = "application/xml; charset=utf-8";
const FORMS: readonly [string, Record<string, string>, string][] = [
  ["", {}, JSON_TYPE],
  ["", { accept: "*/*" }, JSON_TYPE],
  ["", { accept: "text/xml" }, XML_TYPE],
  ["?Format=xml", {}, XML_TYPE],
  ["?Format=json", { accept: "application/xml" }, JSON_TYPE],
];

for (const [query, headers, type] of FORMS) {
  Deno.test(`ListExtensions${query} ${JSON.stringify(headers)} is answered in ${type}`, async () => {
    await using desk = await aDesk();
    const response = await ask(desk, `ListExtensions${query}`, { headers });
    assert.equal(response.headers.get("content-type"), type);
    await response.body?.cancel();
  });
}

Deno.test("XML has the same data under the same names", async () => {
  await using desk = await aDesk();
  const text = await (await ask(desk, "GetCallHistory?Format=xml&RowsPerPage=2")).text();
  assert.match(
    text,
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Response><NumberOfCalls>4<\/NumberOfCalls><Calls><Call>/,
  );
  const json = await (await ask(desk, "GetCallHistory?RowsPerPage=2")).json();
  const rows = json.Calls.flatMap((row: object) =>
    Object.entries(row).map(([name, value]) => [name, `${value}`])
  );
  assert.deepEqual(elementsIn(text), [["NumberOfCalls", "4"], ...rows]);
});

const CLASSIC: readonly [string, string, readonly string[]][] = [
  ["nothing", "<SecurityToken/>", ["calls", "messages", "sessions"]],
  [
    "the vendor's sample",
    '<?xml version="1.0"?>\r\n<SecurityToken>\r\n\t<AllowSessionModification>True</AllowSessionModification>\r\n</SecurityToken>\r\n',
    ["calls", "messages", "sessions", "modify"],
  ],
  [
    "something taken away",
    "<SecurityToken><AllowCalls>False</AllowCalls><AllowCallHistory>true</AllowCallHistory></SecurityToken>",
    ["messages", "sessions", "history"],
  ],
  [
    "something only in a comment",
    "<SecurityToken><!-- <AllowListening>True</AllowListening> --></SecurityToken>",
    ["calls", "messages", "sessions"],
  ],
];

for (const [what, xml, rights] of CLASSIC) {
  Deno.test(`a classic document with ${what} makes a token for ${rights.join(", ")}, and answers in XML`, async () => {
    await using desk = await aDesk();
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const body = `${new URLSearchParams({ AuthXml: xml, seconds: "60" })}`;
    const answers = [
      await ask(desk, "GenerateSecurityToken", { body, headers: form }),
      await ask(desk, "GenerateSecurityToken", { body: xml, headers: { "content-type": "text/xml" } }),
    ];
    for (const answer of answers) {
      const elements = Object.fromEntries(elementsIn(await answer.text()));
      const token = await desk.office.book.token(hashOf(elements["SecurityToken"] ?? ""));
      assert.deepEqual(token?.rights, rights);
      assert.equal(token?.expires, Number(elements["Expires"]));
    }
  });
}

Deno.test("a classic document may not ask for what its maker has not, nor for what is not known", async () => {
  await using desk = await aDesk();
  await desk.token("word", { rights: ["calls"] });
  const asked = async (inside: string) => {
    const AuthXml = `<SecurityToken>${inside}</SecurityToken>`;
    return await refusalOf(await ask(desk, "GenerateSecurityToken", { body: { AuthXml } }));
  };
  assert.deepEqual(await asked("<AllowListening>True</AllowListening>"), [403, "forbidden"]);
  assert.deepEqual(await asked("<AllowFlying>True</AllowFlying>"), [400, "bad-request"]);
  assert.deepEqual(await asked("<AllowCalls>maybe</AllowCalls>"), [400, "bad-request"]);
});

Deno.test("texts survive being written", () => {
  const text = `a < b && "c" > d`;
  assert.deepEqual(elementsIn(xmlOf("Name", text)), [["Name", text]]);
  assert.deepEqual(elementsIn("<A>&#65;&#x42;&unknown;&#x110000;</A>"), [["A", "AB&unknown;&#x110000;"]]);
  assert.equal(xmlOf("A", "\u0000").includes("\u0000"), false);
});

Deno.test("the OpenAPI document tells of exactly the operations that are mounted", async () => {
  await using desk = await aDesk();
  const described = await (await desk.ask("openapi.json")).json();
  assert.equal(described.openapi, "3.1.0");
  const mounted = ROUTES.filter(({ path }) => path.startsWith("/api/") && path !== "/api/openapi.json")
    .flatMap((route) =>
      (["GET", "POST", "DELETE"] as const).filter((method) => route[method])
        .map((method) => `${method} ${route.path}`)
    );
  const told = Object.entries<object>(described.paths)
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
  assert.deepEqual(told.sort(), mounted.sort());
  assert.ok(mounted.length > 0);
});

// deno-lint-ignore no-explicit-any
const schemaOf = (path: string, method: string, status: string, type: string): any => {
  const paths: Record<string, Record<string, { responses: Record<string, { content?: object }> }>> =
    openApi().paths;
  const content = paths[path]?.[method]?.responses[status]?.content as
    | Record<string, { schema: object }>
    | undefined;
  return content?.[type]?.schema ?? assert.fail(`${method} ${path} ${status} ${type} is not described`);
};

Deno.test("what is answered, and what is refused, is as the document tells", async () => {
  await using desk = await aDesk();
  const robot = await Robot.register(desk.office, { number: "1001" });
  const callee = await Robot.register(desk.office, { number: "1002" });
  await desk.office.hire("1003");
  for (const name of ["one", "two"]) await robot.say({ type: "invite", call: callId(name), to: "1002" });
  await callee.say({ type: "accept", call: callId("one") });
  const about = (call: string, details: object = {}) => ({ body: { CallId: callId(call), ...details } });
  const askings: [string, string, Asking][] = [
    ["GenerateSecurityToken", "post", { body: {} }],
    ["GetCallHistory", "get", {}],
    ["ListExtensions", "get", {}],
    ["Hold", "post", about("one")],
    ["Unhold", "post", about("one")],
    ["SendDTMF", "post", about("one", { Key: "5" })],
    ["BlindTransfer", "post", about("one", { Transferor: "1001", PhoneNumber: "1003" })],
    ["Forward", "post", about("two", { PhoneNumber: "1003" })],
    ["Hangup", "post", about("one")],
  ];
  assert.deepEqual(askings.map(([name]) => name).sort(), OPERATIONS.map(({ name }) => name).sort());
  for (const [name, method, asking] of askings) {
    const answered = await (await ask(desk, name, asking)).json();
    const { properties, required } = schemaOf(`/api/${name}`, method, "200", "application/json");
    assert.deepEqual(Object.keys(answered), Object.keys(properties), JSON.stringify(answered));
    assert.deepEqual(required, Object.keys(properties));
    for (const [key, value] of Object.entries(answered)) {
      if (!Array.isArray(value)) continue;
      assert.deepEqual(Object.keys(value[0]), Object.keys(properties[key].items.properties));
    }
    for (const status of ["400", "401", "403", "429"]) {
      schemaOf(`/api/${name}`, method, status, "application/problem+json");
    }
  }
  for (const operation of OPERATIONS.filter(({ right }) => right === "modify")) {
    const codes = [...operation.refusals ?? [], "too-big", "unsupported"] as const;
    for (const code of codes) {
      schemaOf(pathOf(operation), "post", String(REFUSALS[code][0]), "application/problem+json");
    }
  }
});
