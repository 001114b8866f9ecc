import assert from "node:assert/strict";
import { FIRST_WORD, inUpgrade, keyInUpgrade, TOO_MANY_KEYS, WRONG_KEY } from "../../protocol/first_word.ts";
import { until } from "../../tests/support/until.ts";
import { enrol } from "../agent_command.ts";
import { memoryBook } from "../memory.ts";
import { openSignIn } from "./sign_in.ts";
import { Sockets } from "./socket.ts";

interface Desk {
  readonly origin: string;
  readonly key: string;
  /** What the PBX was told: whose browser it is, and what was said first. */
  readonly heard: readonly (readonly [agents: readonly string[], word: string])[];
  /** How long wrong keys were waited on, in milliseconds. */
  readonly waits: readonly number[];
  readonly logged: readonly unknown[];
}

/** A server with the sign-in of agent 1001. */
async function withDesk(test: (desk: Desk) => Promise<void>): Promise<void> {
  const book = memoryBook();
  const key = await enrol(book, {
    number: "1001",
    name: "Ada",
    line: "Webphone1",
    elect: true,
    supervisor: false,
  });
  const [heard, waits, logged]: [Desk["heard"][number][], number[], unknown[]] = [[], [], []];
  const signIn = openSignIn({
    book,
    now: () => 1_000_000,
    addressOf: () => "192.0.2.1",
    wait: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
  });
  const sockets = new Sockets({
    ...signIn,
    log: (...entry) => void logged.push(entry),
    connect: ({ agents }, wire) => ({
      receive: (word) => {
        heard.push([[...agents], word]);
        wire.send("registered");
      },
      refuse: () => {},
      closed: () => {},
    }),
  });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => sockets.upgrade(request),
  );
  try {
    await test({ origin: `127.0.0.1:${server.addr.port}`, key, heard, waits, logged });
  } finally {
    await sockets[Symbol.asyncDispose]();
    await server.shutdown();
  }
}

/** What a page brings with the question for its socket. */
const asked = (key: string, number = "1001") => [FIRST_WORD, inUpgrade("hello"), keyInUpgrade(number, key)];

/** Opens a socket as a page does, and answers what it is told and how it is closed. */
async function visit(
  { origin }: Desk,
  protocols: string[],
): Promise<{ told: string[]; code: number | undefined }> {
  const socket = new WebSocket(`ws://${origin}/socket`, protocols);
  const told: string[] = [];
  let code: number | undefined;
  socket.onmessage = ({ data }) => {
    told.push(data);
    socket.close();
  };
  socket.onclose = (event) => code = event.code;
  await until(() => code, (seen) => seen !== undefined);
  return { told, code };
}

/** Asks for a socket by hand, and answers the head of the answer. */
async function head(
  { origin }: Desk,
  protocols: readonly string[],
  headers: readonly string[] = [],
): Promise<string> {
  const [hostname = "", port] = origin.split(":");
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = [
    "GET /socket HTTP/1.1",
    `Host: ${origin}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    `Sec-WebSocket-Protocol: ${protocols.join(", ")}`,
    ...headers,
  ];
  await connection.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  let text = "";
  const bytes = new Uint8Array(4096);
  while (!text.includes("\r\n\r\n")) {
    text += new TextDecoder("latin1").decode(bytes.subarray(0, await connection.read(bytes) ?? 0));
  }
  return text.slice(0, text.indexOf("\r\n\r\n"));
}

const cookieIn = (text: string): string | undefined => /^set-cookie: (.*)$/im.exec(text)?.[1];

Deno.test("the right key opens the socket as its agent, and the cookie comes with the answer", () =>
  withDesk(async (desk) => {
    const answer = await head(desk, asked(desk.key), [`Origin: http://${desk.origin}`]);
    assert.match(answer, /^HTTP\/1.1 101 /);
    assert.match(answer, new RegExp(`^sec-websocket-protocol: ${FIRST_WORD}$`, "im"));
    const cookie = cookieIn(answer) ?? "";
    assert.match(cookie, /^agent-1001=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/; Max-Age=34560000$/);
    await until(() => desk.heard.length, (count) => count === 1);
    assert.deepEqual(desk.heard, [[["1001"], "hello"]]);

    // From now on the cookie is enough.
    await head(desk, asked("").slice(0, 2), [`Cookie: ${cookie.split(";")[0]}`]);
    await until(() => desk.heard.length, (count) => count === 2);
    assert.deepEqual(desk.heard[1], [["1001"], "hello"]);
    assert.deepEqual(desk.waits, []);
  }));

Deno.test("a wrong key, and one of an unknown agent, is told by the code alone, slowly, and the PBX hears nothing", () =>
  withDesk(async (desk) => {
    for (const protocols of [asked(`${desk.key}x`), asked(desk.key, "1009")]) {
      assert.deepEqual(await visit(desk, protocols), { told: [], code: WRONG_KEY });
    }
    assert.equal(desk.waits.length, 2);
    assert.equal(cookieIn(await head(desk, asked("wrong"))), undefined);
    assert.deepEqual(desk.heard, []);
  }));

Deno.test("after ten wrong keys none is looked at but the right one", () =>
  withDesk(async (desk) => {
    for (let tries = 0; tries < 10; tries++) await head(desk, asked("wrong"));
    assert.deepEqual(await visit(desk, asked("wrong")), { told: [], code: TOO_MANY_KEYS });
    assert.equal(desk.waits.length, 10);
    assert.deepEqual(await visit(desk, asked(desk.key)), { told: ["registered"], code: 1005 });
  }));

Deno.test("a page of another origin gets neither socket nor cookie for a key", () =>
  withDesk(async (desk) => {
    const answer = await head(desk, asked(desk.key), ["Origin: https://elsewhere.example"]);
    assert.match(answer, /^HTTP\/1.1 403 /);
    assert.equal(cookieIn(answer), undefined);
    assert.deepEqual(desk.heard, []);
  }));

Deno.test("a key is in no line of the log, also where it can't be read", () =>
  withDesk(async (desk) => {
    await head(desk, asked(desk.key));
    await head(desk, asked("wrong-key-of-somebody"));
    assert.match(await head(desk, [...asked("").slice(0, 2), `key.1001.${desk.key}%`]), /^HTTP\/1.1 400 /);
    const log = JSON.stringify(desk.logged);
    assert.ok(!log.includes(desk.key) && !log.includes("wrong-key-of-somebody"), log);
  }));
