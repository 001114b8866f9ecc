/** The operations that act on calls of others: what the PBX is asked to do, and how it is told when it will not. */
import assert from "node:assert/strict";
import type { ApiExchange } from "../adapters/web/api.ts";
import { aCall } from "../tests/contract/adapters.ts";
import { ApiDesk, type Asking, refusalOf } from "../tests/support/api_desk.ts";
import { settle } from "../tests/support/clock.ts";
import { callId, Robot } from "../tests/support/robot.ts";
import { REFUSALS } from "./api_house.ts";
import { elementsIn } from "./api_xml.ts";

type OrderGiven = Parameters<ApiExchange["order"]>;
type Answered = Awaited<ReturnType<ApiExchange["order"]>>;

const CALL = "call-0001";

/** A desk with a call of 1001 to 1002, whose PBX only takes note of orders and answers each with `answer`. */
async function aDesk(answer: (nth: number) => Answered = () => undefined) {
  const orders: OrderGiven[] = [];
  // As JSON, so that what is undefined is as good as not there.
  const note = (...order: OrderGiven) => orders.push(JSON.parse(JSON.stringify(order)));
  const desk = await ApiDesk.open((...order) => Promise.resolve(answer(note(...order))));
  await desk.token("word");
  await desk.office.calls.create(aCall(CALL));
  const ask = (path: string, asking: Asking) => desk.ask(path, { token: "word", ...asking });
  return { desk, orders, ask, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

const keys = (party: string, ...keys: string[]): OrderGiven[] =>
  keys.map((key) => [CALL, "dtmf", { party, key }]);

const ORDERS: readonly [string, Record<string, string>, readonly OrderGiven[]][] = [
  ["Hangup", {}, [[CALL, "hangup", {}]]],
  ["Hold", {}, [[CALL, "hold", {}]]],
  ["Unhold", {}, [[CALL, "unhold", {}]]],
  ["Forward", { PhoneNumber: "1003" }, [[CALL, "forward", { to: "1003" }]]],
  ["BlindTransfer", { Transferor: "1002", PhoneNumber: "1003" }, [
    [CALL, "transfer", { party: "1002", to: "1003" }],
  ]],
  ["BlindTransfer", { Transferor: "caller", PhoneNumber: "1003" }, [
    [CALL, "transfer", { party: "1001", to: "1003" }],
  ]],
  ["BlindTransfer", { Transferor: "Callee", PhoneNumber: "+36 1" }, [
    [CALL, "transfer", { party: "1002", to: "+36 1" }],
  ]],
  // Nobody is called so, and the PBX says so.
  ["BlindTransfer", { Transferor: "All", PhoneNumber: "1003" }, [
    [CALL, "transfer", { party: "All", to: "1003" }],
  ]],
  ["SendDTMF", { Key: "5" }, [...keys("1001", "5"), ...keys("1002", "5")]],
  ["SendDTMF", { Key: "5", Receiver: "all" }, [...keys("1001", "5"), ...keys("1002", "5")]],
  ["SendDTMF", { Key: "1*#", Receiver: "Callee" }, keys("1002", "1", "*", "#")],
  ["SendDTMF", { Key: "0", Receiver: "1001" }, keys("1001", "0")],
];

for (const [path, details, expected] of ORDERS) {
  Deno.test(`${path} ${JSON.stringify(details)} gives the PBX its orders, asked in JSON, a form, or XML`, async () => {
    const body = { CallId: CALL, ...details };
    const xml = Object.entries(body).map(([name, text]) => `<${name}>${text}</${name}>`).join("\n");
    const askings: Asking[] = [
      { body },
      {
        body: `${new URLSearchParams(body)}`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
      },
      {
        body: `<Request>${xml}</Request>`,
        headers: { "content-type": "text/xml", "accept": "application/json" },
      },
    ];
    for (const asking of askings) {
      await using house = await aDesk();
      const response = await house.ask(path, asking);
      assert.deepEqual([response.status, await response.json()], [200, { CallId: CALL }]);
      assert.deepEqual(house.orders, expected);
      assert.deepEqual(house.desk.logged, [["info", "api", { operation: path, line: "Webphone1" }]]);
    }
  });
}

Deno.test("who asks in XML is answered in XML", async () => {
  await using house = await aDesk();
  const body = `<?xml version="1.0"?><Hold><CallId> ${CALL} </CallId></Hold>`;
  const response = await house.ask("Hold", { body, headers: { "content-type": "application/xml" } });
  assert.deepEqual(elementsIn(await response.text()), [["CallId", CALL]]);
});

const STATUSES = [
  ["no-such-call", 404],
  ["wrong-state", 409],
  ["not-a-party", 422],
  ["not-found", 422],
  ["bad-request", 400],
  ["no-media-engine", 501],
] as const;

for (const [code, status] of STATUSES) {
  Deno.test(`what the PBX refuses as ${code} is a problem of status ${status}, in its words`, async () => {
    await using house = await aDesk(() => ({ code, message: "Cannot hold: it is so" }));
    const response = await house.ask("Hold", { body: { CallId: CALL } });
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    assert.deepEqual([response.status, await response.json()], [status, {
      code,
      title: REFUSALS[code][1],
      detail: "Cannot hold: it is so",
      status,
    }]);
    assert.deepEqual(house.desk.logged, []);
  });
}

Deno.test("of several keys those after a refused one are not pressed", async () => {
  await using house = await aDesk((nth) => nth < 3 ? undefined : { code: "wrong-state", message: "Cannot" });
  const body = { CallId: CALL, Key: "123", Receiver: "Caller" };
  assert.deepEqual(await refusalOf(await house.ask("SendDTMF", { body })), [409, "wrong-state"]);
  body.Key = "12345";
  assert.deepEqual(await refusalOf(await house.ask("SendDTMF", { body })), [409, "wrong-state"]);
  assert.deepEqual(house.orders, [...keys("1001", "1", "2", "3"), ...keys("1001", "1")]);
});

const BAD: readonly [string, Record<string, unknown>, number, RegExp][] = [
  ["Hold", {}, 400, /^Cannot do Hold: tell its CallId$/],
  ["Hold", { CallId: "" }, 400, /tell its CallId$/],
  ["Hold", { CallId: CALL, PhoneNumber: "1003" }, 400, /PhoneNumber is not known here$/],
  ["Hold", { CallId: "call-none" }, 404, /^Cannot act on the call: no call of this id is going on$/],
  ["Unhold", { CallId: 1 }, 400, /CallId: expected a text of at most 200 characters$/],
  ["Forward", { CallId: CALL }, 400, /tell its PhoneNumber$/],
  ["Forward", { CallId: CALL, PhoneNumber: "" }, 400, /tell its PhoneNumber$/],
  ["Forward", { CallId: CALL, PhoneNumber: "1".repeat(129) }, 400, /PhoneNumber: .* at most 128 characters$/],
  ["Forward", { CallId: "call-none", PhoneNumber: "1003" }, 404, /no call of this id is going on$/],
  ["BlindTransfer", { CallId: CALL, PhoneNumber: "1003" }, 400, /tell its Transferor$/],
  ["BlindTransfer", { CallId: CALL, Transferor: "1001" }, 400, /tell its PhoneNumber$/],
  ["SendDTMF", { CallId: CALL }, 400, /tell its Key$/],
  ["SendDTMF", { CallId: CALL, Key: "" }, 400, /Key: expected a text like \^\[0-9\*#\]\{1,32\}\$$/],
  ["SendDTMF", { CallId: CALL, Key: "A" }, 400, /Key: expected/],
  ["SendDTMF", { CallId: CALL, Key: "1\n" }, 400, /Key: expected/],
  ["SendDTMF", { CallId: CALL, Key: "1".repeat(33) }, 400, /Key: expected/],
  ["SendDTMF", { CallId: "call-none", Key: "1" }, 404, /no call of this id is going on$/],
];

for (const [path, body, status, words] of BAD) {
  Deno.test(`${path} ${JSON.stringify(body).slice(0, 60)} is refused in words, and the PBX never hears of it`, async () => {
    await using house = await aDesk();
    const response = await house.ask(path, { body });
    const problem = await response.json();
    assert.deepEqual([response.status, problem.status], [status, status]);
    assert.match(problem.detail, words);
    assert.deepEqual(house.orders, []);
  });
}

Deno.test("a call that is over is no call any more", async () => {
  await using house = await aDesk();
  const { calls } = house.desk.office;
  const before = await calls.read(CALL) ?? assert.fail();
  await calls.swap(before, { ...before, state: { name: "ended", reason: "hangup" }, version: 1 });
  const asked = await refusalOf(await house.ask("Hangup", { body: { CallId: CALL } }));
  assert.deepEqual([asked, house.orders], [[404, "no-such-call"], []]);
});

for (const path of ["Hangup", "Hold", "Unhold", "Forward", "BlindTransfer", "SendDTMF"]) {
  Deno.test(`${path} takes POST alone, and no order without a token`, async () => {
    await using house = await aDesk();
    const query = new URLSearchParams({ CallId: CALL, PhoneNumber: "1003", Transferor: "1001", Key: "1" });
    const response = await house.ask(`${path}?${query}`, { method: "GET" });
    assert.deepEqual([response.status, response.headers.get("allow")], [405, "POST, OPTIONS"]);
    await response.body?.cancel();
    const body = { CallId: CALL };
    assert.deepEqual(await refusalOf(await house.desk.ask(path, { body })), [401, "no-token"]);
    assert.deepEqual(house.orders, []);
  });
}

/** 1001 and 1002 in a call, and 1003 beside it. */
async function talking(desk: ApiDesk) {
  await desk.office.hire("1003");
  const [caller, callee, third] = [
    await Robot.register(desk.office, { number: "1001" }),
    await Robot.register(desk.office, { number: "1002" }),
    await Robot.register(desk.office, { number: "1003" }),
  ];
  const call = callId("one");
  await caller.say({ type: "invite", call, to: "1002" });
  await callee.say({ type: "ringing", call });
  return { caller, callee, third, call };
}

Deno.test("orders reach the phones of a call", async () => {
  await using desk = await ApiDesk.open();
  await desk.token("word");
  const { caller, callee, call } = await talking(desk);
  const ask = async (path: string, details: object = {}) => {
    const response = await desk.ask(path, { token: "word", body: { CallId: call, ...details } });
    await settle();
    return response.status === 200 ? await response.json() : await refusalOf(response);
  };
  assert.deepEqual(await ask("Hold"), [409, "wrong-state"]);
  assert.deepEqual(await ask("BlindTransfer", { Transferor: "Caller", PhoneNumber: "1003" }), [
    409,
    "wrong-state",
  ]);
  await callee.say({ type: "accept", call });
  assert.deepEqual(await ask("Forward", { PhoneNumber: "1003" }), [409, "wrong-state"]);
  assert.deepEqual(await ask("BlindTransfer", { Transferor: "1003", PhoneNumber: "1003" }), [
    422,
    "not-a-party",
  ]);
  assert.deepEqual(await ask("BlindTransfer", { Transferor: "1002", PhoneNumber: "?" }), [422, "not-found"]);
  assert.deepEqual(await ask("SendDTMF", { Key: "1", Receiver: "1003" }), [422, "not-a-party"]);

  for (const path of ["Hold", "Unhold"]) assert.deepEqual(await ask(path), { CallId: call });
  await ask("SendDTMF", { Key: "1#" });
  await ask("SendDTMF", { Key: "2", Receiver: "Callee" });
  await ask("BlindTransfer", { Transferor: "Caller", PhoneNumber: "1003" });
  for (const [robot, keys] of [[caller, "1#"], [callee, "1#2"]] as const) {
    assert.deepEqual([robot.last("hold")?.by, robot.last("unhold")?.by], ["pbx", "pbx"]);
    assert.equal(robot.all("dtmf").map(({ key }) => key).join(""), keys);
  }
  assert.deepEqual([caller.last("refer")?.to, callee.last("refer")], ["1003", undefined]);
  assert.deepEqual(await ask("Hangup"), { CallId: call });
  assert.deepEqual([caller, callee].map((robot) => robot.last("hangup")?.reason), ["hangup", "hangup"]);
});

Deno.test("Forward sends the caller of a ringing call elsewhere", async () => {
  await using desk = await ApiDesk.open();
  await desk.token("word");
  const { caller, callee, call } = await talking(desk);
  const forward = async (PhoneNumber: string) =>
    await desk.ask("Forward", { token: "word", body: { CallId: call, PhoneNumber } });
  assert.deepEqual(await refusalOf(await forward("?")), [422, "not-found"]);
  assert.deepEqual(await (await forward("1003")).json(), { CallId: call });
  await settle();
  assert.deepEqual([caller.last("refer")?.to, callee.last("hangup")?.reason], ["1003", "transferred"]);
  const history = await (await desk.ask("GetCallHistory", { token: "word" })).json();
  assert.deepEqual(history.Calls.map(({ State }: { State: string }) => State), ["TransferCompleted"]);
});
