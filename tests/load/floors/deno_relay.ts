/**
 * The floor of our own runtime: the relay of `ws_relay.mjs` on `Deno.upgradeWebSocket`, with nothing checked. What
 * ours costs beyond this is our own.
 *
 * @module
 */
const clients = new Map<string, WebSocket>();

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")), onListen: () => {} }, (request) => {
  const id = new URL(request.url).pathname.slice(1);
  if (request.headers.get("upgrade") !== "websocket") return new Response("a relay\n");
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  socket.onopen = () => clients.set(id, socket);
  socket.onmessage = ({ data }) => {
    const { to, ...rest } = JSON.parse(data);
    clients.get(to)?.send(JSON.stringify({ from: id, ...rest }));
  };
  socket.onclose = () => clients.delete(id);
  socket.onerror = () => {};
  return response;
});
