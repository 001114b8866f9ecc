import assert from "node:assert/strict";
import { connect } from "node:net";
import type { PhoneSocket } from "../../pbx/ports.ts";
import { PROBE } from "../../pbx/times.ts";
import { FIRST_WORD, inUpgrade } from "../../protocol/first_word.ts";
import { MAX_MESSAGE_BYTES } from "../../protocol/messages.ts";
import { until } from "../../tests/support/until.ts";
import { isSameOrigin } from "./origin.ts";
import { IDLE_SECONDS, Sockets } from "./socket.ts";

/** A server with sockets whose PBX writes down what it hears, and closes with the code that it is told. */
async function withSockets(test: (office: Office) => Promise<void>): Promise<void> {
  const heard: string[] = [];
  const wires: PhoneSocket[] = [];
  const agents: string[][] = [];
  const origins: (string | undefined)[] = [];
  const sockets = new Sockets({
    agentsOf: (request) => Promise.resolve(new Set(isSameOrigin(request) ? ["1001"] : [])),
    exchange: () => assert.fail("no key was brought"),
    log: () => {},
    connect: (identity, wire) => {
      agents.push([...identity.agents]);
      origins.push(identity.origin);
      wires.push(wire);
      return {
        receive: (text) => {
          heard.push(text);
          if (text.startsWith("close ")) wire.close(Number(text.slice(6)), "as told");
        },
        refuse: (code, why) => {
          wire.send(`refused: ${why}`);
          wire.close(code, why);
        },
        closed: (clean) => heard.push(clean ? "left" : "lost"),
      };
    },
  });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => sockets.upgrade(request),
  );
  try {
    await test({ heard, wires, agents, origins, sockets, port: server.addr.port });
  } finally {
    await sockets[Symbol.asyncDispose]();
    await server.shutdown();
  }
}

interface Office {
  heard: string[];
  wires: PhoneSocket[];
  agents: string[][];
  origins: (string | undefined)[];
  sockets: Sockets;
  port: number;
}

/** A WebSocket client that shows what is on the wire: RFC 6455 by hand, as no browser lets a page see raw frames. */
async function rawClient(port: number, headers: string[] = []) {
  const socket = connect(port, "127.0.0.1");
  let bytes = new Uint8Array();
  socket.on("data", (chunk: Uint8Array) => bytes = Uint8Array.from([...bytes, ...chunk]));
  let isGone = false;
  socket.on("close", () => isGone = true);
  const lines = [
    "GET /socket HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const text = () => new TextDecoder("latin1").decode(bytes);
  await until(() => text().includes("\r\n\r\n"), Boolean);
  const frames = () => bytes.slice(text().indexOf("\r\n\r\n") + 4);
  return {
    /** Sends one masked frame; the mask is zero, so the payload goes as it is. */
    send(opcode: number, payload: Uint8Array | string): void {
      const data = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
      const length = data.length < 126 ? [0x80 | data.length] : [0x80 | 127, ...bigEndian(data.length)];
      socket.write(Uint8Array.from([0x80 | opcode, ...length, 0, 0, 0, 0, ...data]));
    },
    /** The code of the close frame that came; `undefined` while none did. */
    closeCode: () => closeCodeIn(frames()),
    head: () => text().slice(0, text().indexOf("\r\n\r\n") + 2),
    texts: () => new TextDecoder("latin1").decode(frames()),
    gone: () => until(() => isGone, Boolean),
    pause: () => socket.pause(),
    end: () => socket.destroy(),
  };
}

const bigEndian = (
  length: number,
): number[] => [0, 0, 0, 0, length >>> 24, length >>> 16 & 255, length >>> 8 & 255, length & 255];

/** Walks over the server's unmasked frames to the close frame (opcode 8). */
function closeCodeIn(frames: Uint8Array): number | undefined {
  for (let at = 0; at + 1 < frames.length;) {
    const short = frames[at + 1]! & 127;
    const head = short === 126 ? 4 : 2;
    const length = short === 126 ? frames[at + 2]! * 256 + frames[at + 3]! : short;
    if ((frames[at]! & 15) === 8) return frames[at + head]! * 256 + frames[at + head + 1]!;
    at += head + length;
  }
  return undefined;
}

for (const code of [1000, 1002, 1008, 1009, 1012, 1013]) {
  Deno.test(`close(${code}) puts that very code on the wire`, async () => {
    await withSockets(async ({ port, heard }) => {
      const client = await rawClient(port);
      client.send(1, `close ${code}`);
      assert.equal(await until(client.closeCode, (seen) => seen !== undefined), code);
      assert.deepEqual(heard, [`close ${code}`, "lost"]);
      client.send(8, Uint8Array.from([code >> 8, code & 255]));
      await client.gone();
    });
  });
}

Deno.test("a message of exactly the limit passes; one byte more, counted in UTF-8, closes with 1009", async () => {
  await withSockets(async ({ port, heard }) => {
    const client = await rawClient(port);
    const fits = "é".repeat(MAX_MESSAGE_BYTES / 2);
    client.send(1, fits);
    await until(() => heard.length, (seen) => seen === 1);
    assert.equal(heard[0], fits);
    client.send(1, `${fits}x`);
    assert.equal(await until(client.closeCode, (seen) => seen !== undefined), 1009);
    assert.match(client.texts(), /refused: it has more than 65536 bytes/);
    client.send(1, "too late");
    client.end();
    await until(() => heard.length, (seen) => seen === 2);
    assert.deepEqual(heard.slice(1), ["lost"]);
  });
});

Deno.test("a binary frame closes with 1003", async () => {
  await withSockets(async ({ port, heard }) => {
    const client = await rawClient(port);
    client.send(2, Uint8Array.from([1, 2, 3]));
    assert.equal(await until(client.closeCode, (seen) => seen !== undefined), 1003);
    assert.deepEqual(heard, ["lost"]);
    client.end();
  });
});

for (const [code, word] of [[1000, "left"], [1001, "left"], [3000, "lost"]] as const) {
  Deno.test(`a page that closes with ${code} has ${word}, and the PBX hears it once`, async () => {
    await withSockets(async ({ port, heard, sockets }) => {
      const client = await rawClient(port);
      await until(() => sockets.size, (seen) => seen === 1);
      client.send(8, Uint8Array.from([code >> 8, code & 255]));
      await client.gone();
      await until(() => sockets.size, (seen) => seen === 0);
      assert.deepEqual(heard, [word]);
    });
  });
}

Deno.test("a connection that breaks off is lost", async () => {
  await withSockets(async ({ port, heard, sockets }) => {
    const client = await rawClient(port);
    await until(() => sockets.size, (seen) => seen === 1);
    client.end();
    await until(() => heard.length, (seen) => seen === 1);
    assert.deepEqual(heard, ["lost"]);
  });
});

Deno.test("a page that does not read is closed before it fills the memory, and the PBX hears of it at once", async () => {
  await withSockets(async ({ port, heard, wires }) => {
    const client = await rawClient(port);
    client.pause();
    await until(() => wires.length, (seen) => seen === 1);
    const text = "x".repeat(60_000);
    for (let sent = 0; sent < 1000 && heard.length === 0; sent++) wires[0]?.send(text);
    assert.deepEqual(heard, ["lost"]);
    client.end();
  });
});

Deno.test("a page of another origin is welcome, but its cookies count for nothing", async () => {
  await withSockets(async ({ port, agents }) => {
    const own = await rawClient(port, [`Origin: http://127.0.0.1:${port}`]);
    const foreign = await rawClient(port, ["Origin: https://elsewhere.example"]);
    await until(() => agents.length, (seen) => seen === 2);
    assert.deepEqual(agents, [["1001"], []]);
    own.end();
    foreign.end();
  });
});

Deno.test("the PBX is told the origin of the page, or that there is none", async () => {
  await withSockets(async ({ port, origins }) => {
    const page = await rawClient(port, ["Origin: https://elsewhere.example"]);
    await until(() => origins.length, (seen) => seen === 1);
    const program = await rawClient(port);
    await until(() => origins.length, (seen) => seen === 2);
    assert.deepEqual(origins, ["https://elsewhere.example", undefined]);
    page.end();
    program.end();
  });
});

Deno.test("who asks for a page where the socket is gets 426", async () => {
  await withSockets(async ({ port }) => {
    const response = await fetch(`http://127.0.0.1:${port}/socket`);
    assert.equal(response.status, 426);
    await response.body?.cancel();
  });
});

Deno.test("what a page says with the question for the socket is heard first", async () => {
  await withSockets(async ({ heard, port }) => {
    const asked = `Sec-WebSocket-Protocol: ${FIRST_WORD}, ${inUpgrade("who I am")}`;
    const client = await rawClient(port, [asked]);
    client.send(1, "and more");
    await until(() => heard.length, (count) => count === 2);
    assert.deepEqual(heard, ["who I am", "and more"]);
    assert.match(client.head(), new RegExp(`sec-websocket-protocol: ${FIRST_WORD}\r`, "i"));
    client.end();
  });
});

Deno.test("a page that gives up its socket before it has said anything over it has not left", async () => {
  await withSockets(async ({ heard, port }) => {
    const asked = `Sec-WebSocket-Protocol: ${FIRST_WORD}, ${inUpgrade("who I am")}`;
    for (const speaks of [false, true]) {
      heard.length = 0;
      const client = await rawClient(port, [asked]);
      await until(() => heard.length, (count) => count === 1);
      if (speaks) client.send(1, "I hear you");
      client.send(8, Uint8Array.of(1001 >> 8, 1001 & 255));
      await until(() => heard.at(-1), (last) => last === "left" || last === "lost");
      assert.equal(heard.at(-1), speaks ? "left" : "lost");
      client.end();
    }
  });
});

Deno.test("a question for a socket with a first word that can't be read is refused in words", async () => {
  await withSockets(async ({ heard, port }) => {
    const client = await rawClient(port, [`Sec-WebSocket-Protocol: ${FIRST_WORD}, %`]);
    assert.match(client.head(), /^HTTP\/1.1 400 /);
    await until(client.texts, (text) => text.includes("Cannot read message: the first word"));
    assert.deepEqual(heard, []);
    client.end();
  });
});

Deno.test("disposing of the sockets tells every page that the server restarts", async () => {
  await withSockets(async ({ port, heard, sockets }) => {
    const client = await rawClient(port);
    await until(() => sockets.size, (seen) => seen === 1);
    const closing = sockets[Symbol.asyncDispose]();
    assert.equal(await until(client.closeCode, (seen) => seen !== undefined), 1012);
    client.send(8, Uint8Array.from([1012 >> 8, 1012 & 255]));
    await closing;
    assert.deepEqual(heard, ["lost"]);
  });
});

Deno.test("the answer to a probe comes neither when the runtime pings nor when it pings for the second time", () => {
  const [ping, second] = [IDLE_SECONDS / 2 * 1000, IDLE_SECONDS * 1000];
  assert.ok(PROBE >= ping + 2000 && PROBE <= second - 2000, `${PROBE}`);
});
