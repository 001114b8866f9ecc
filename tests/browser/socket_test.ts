import assert from "node:assert/strict";
import { Server } from "../support/server.ts";
import { until } from "../support/until.ts";

/** A raw client of the signalling socket, and all that it heard. */
class RawPhone implements Disposable {
  readonly heard: { type?: string; field?: string; message?: string }[] = [];
  readonly #socket: WebSocket;
  #closed: number | undefined;

  constructor(server: Server) {
    this.#socket = new WebSocket(`${server.origin.replace("http", "ws")}/socket`);
    this.#socket.onmessage = ({ data }) => this.heard.push(JSON.parse(data));
    this.#socket.onclose = ({ code }) => this.#closed = code;
  }

  async says(text: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await until(() => this.#socket.readyState, (state) => state === WebSocket.OPEN);
    this.#socket.send(text);
  }

  /** The code that the socket is closed with. */
  async isClosed(): Promise<number> {
    return await until(() => this.#closed ?? -1, (code) => code >= 0);
  }

  hears(type: string) {
    return until(
      () => this.heard.find((message) => message.type === type),
      (message) => message !== undefined,
    );
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** A phone of the web client kind, on the line. */
async function registered(server: Server): Promise<RawPhone> {
  const phone = new RawPhone(server);
  await phone.says(JSON.stringify({ type: "register", device: crypto.randomUUID(), token: "Webphone1" }));
  await phone.hears("registered");
  return phone;
}

interface Bad {
  readonly what: string;
  readonly says: string | Uint8Array<ArrayBuffer>;
  readonly code: number;
  readonly field?: string;
  readonly words: RegExp;
}

const call = "0123456789abcdef";

const BAD: readonly Bad[] = [
  { what: "no JSON", says: "hello?", code: 1002, words: /not JSON/ },
  { what: "JSON that is no object", says: "[]", code: 1002, field: "type", words: /type/ },
  { what: "an unknown type", says: '{"type":"self-destruct"}', code: 1002, field: "type", words: /type/ },
  { what: "a field that is missing", says: '{"type":"ready"}', code: 1002, field: "ready", words: /ready/ },
  {
    what: "a field of the wrong shape",
    says: JSON.stringify({ type: "invite", call, to: { number: "1001" } }),
    code: 1002,
    field: "to",
    words: /to/,
  },
  {
    what: "a wrong entry of a list",
    says: JSON.stringify({ type: "candidate", call, candidates: [{ candidate: 7 }] }),
    code: 1002,
    field: "candidates.0",
    words: /candidates\.0/,
  },
  {
    what: "more than 64 KiB",
    says: JSON.stringify({ type: "offer", call, sdp: "x".repeat(65_536) }),
    code: 1009,
    words: /65536 bytes/,
  },
  {
    what: "more than 64 KiB in few characters",
    says: JSON.stringify({ type: "offer", call, sdp: "😀".repeat(17_000) }),
    code: 1009,
    words: /65536 bytes/,
  },
  { what: "bytes", says: new Uint8Array([1, 2, 3]), code: 1003, words: /not text/ },
];

Deno.test("the socket tells what is wrong with a bad message, closes, and no other phone notices", async (t) => {
  await using server = await Server.start();
  using bystander = await registered(server);
  for (const { what, says, code, field, words } of BAD) {
    await t.step(what, async () => {
      using phone = await registered(server);
      await phone.says(says);
      assert.equal(await phone.isClosed(), code);
      const error = phone.heard.at(-1);
      assert.equal(error?.type, "error", JSON.stringify(error));
      assert.match(error?.message ?? "", words);
      assert.equal(error?.field, field);
    });
  }
  await bystander.says('{"type":"ping"}');
  await bystander.hears("pong");
  const others = bystander.heard.filter(({ type = "" }) =>
    !["registered", "presence", "probe", "pong"].includes(type)
  );
  assert.deepEqual(others, [], "all that others may see is who comes and goes");
});

Deno.test("a message before `register` is refused, and the socket closed", async () => {
  await using server = await Server.start();
  using phone = new RawPhone(server);
  await phone.says(JSON.stringify({ type: "hangup", call }));
  assert.equal(await phone.isClosed(), 1002);
  assert.match(phone.heard.at(-1)?.message ?? "", /register first/);
});

Deno.test("an agent's number is denied to a browser that is not signed in", async () => {
  await using server = await Server.start();
  using phone = new RawPhone(server);
  await phone.says(JSON.stringify({ type: "register", device: crypto.randomUUID(), number: "1001" }));
  const denied = await phone.hears("denied");
  assert.match(denied?.message ?? "", /not signed in/);
});
