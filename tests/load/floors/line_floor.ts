/**
 * The floor of presence: whoever joins a line is told who is there, and each one who is there is told of them at once,
 * by one write. On the same runtime as our server, and with entries as long as ours.
 *
 * @module
 */
const line = new Map<string, WebSocket>();

const entryOf = (number: string) => ({ number, status: "online", since: Date.now(), elect: false });

function join(number: string, socket: WebSocket): void {
  socket.send(JSON.stringify({ type: "registered", presence: [...line.keys()].map(entryOf) }));
  const notice = JSON.stringify({ type: "presence", changes: [entryOf(number)] });
  for (const other of line.values()) if (other.readyState === WebSocket.OPEN) other.send(notice);
  line.set(number, socket);
}

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")), onListen: () => {} }, (request) => {
  const number = new URL(request.url).pathname.slice(1);
  if (request.headers.get("upgrade") !== "websocket") return new Response("a line\n");
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  socket.onopen = () => join(number, socket);
  socket.onclose = () => line.delete(number);
  socket.onerror = () => {};
  return response;
});
