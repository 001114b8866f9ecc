import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { askStun } from "./stun.ts";

/** A server that answers the second request, as if the first was lost, by `reply`; resolves with its port. */
async function serverThat(reply: (request: Uint8Array) => Uint8Array) {
  const socket = createSocket("udp4");
  let heard = 0;
  socket.on("message", (message, { port }) => ++heard > 1 && socket.send(reply(message), port, "127.0.0.1"));
  await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => socket.close(() => closed())),
  };
}

/** The request, with another message type and a byte changed. */
const asAnswer = (request: Uint8Array, changed = -1) =>
  request.with(0, 0x01).with(1, 0x01).map((byte, index) => index === changed ? byte ^ 1 : byte);

Deno.test("askStun() says its request again, and takes the answer to it", async () => {
  await using server = await serverThat((request) => asAnswer(request));
  await askStun("127.0.0.1", server.port, { pause: 10 });
});

const NO_ANSWERS: readonly [string, (request: Uint8Array) => Uint8Array][] = [
  ["of another transaction", (request) => asAnswer(request, 19)],
  ["of another protocol", (request) => asAnswer(request, 4)],
  ["that is no success", (request) => request.with(0, 0x01).with(1, 0x11)],
  ["that is too short", () => new Uint8Array(3)],
];

for (const [what, reply] of NO_ANSWERS) {
  Deno.test(`askStun() does not take an answer ${what}`, async () => {
    await using server = await serverThat(reply);
    const words = `Cannot reach 127.0.0.1:${server.port}: it did not answer within 100 ms`;
    await assert.rejects(askStun("127.0.0.1", server.port, { pause: 10, budget: 100 }), { message: words });
  });
}

Deno.test("askStun() gives up at once when it is told to", async () => {
  const stop = new AbortController();
  const asked = askStun("127.0.0.1", 9, { signal: stop.signal });
  stop.abort();
  await assert.rejects(asked, /^Error: Cannot reach 127\.0\.0\.1:9: /);
});
