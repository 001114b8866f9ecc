import assert from "node:assert/strict";
import { RawSocket } from "./raw_socket.ts";

/** A server that says everything back; disposing of it stops it. */
function echo(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    if (!request.headers.has("upgrade")) return new Response("no socket", { status: 400 });
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => data === "bye" ? socket.close(1000) : socket.send(data);
    return response;
  });
}

Deno.test("a raw socket brings texts of every length whole and in order", async () => {
  await using server = echo();
  const texts = [1, 125, 126, 3000, 4090, 65_000, 10].map((length) =>
    "ü".repeat(length >> 1).padEnd(length >> 1, "x")
  );
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const heard: string[] = [];
  const closed = Promise.withResolvers<void>();
  const socket = await RawSocket.open({ port: server.addr.port, path: "/" }, {
    heard: (data, start, end) => {
      heard.push(new TextDecoder().decode(data.subarray(start, end)));
      if (heard.length === texts.length) resolve(heard);
    },
    closed: () => closed.resolve(),
  });
  for (const text of texts) socket.send(text);
  assert.deepEqual(await promise, texts);
  socket.send("bye");
  await closed.promise;
});

Deno.test("a raw socket that is refused says why", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("no", { status: 403 }),
  );
  const open = RawSocket.open({ port: server.addr.port, path: "/no" }, { heard: () => {} });
  await assert.rejects(open, /Cannot open \/no: HTTP\/1.1 403/);
});
