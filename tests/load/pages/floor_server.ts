/**
 * Serves the floor page, and passes on what one page says to another; nothing is checked. It listens on `HOST` and
 * `PORT`.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { FLOOR_PAGE, FLOOR_SCRIPT } from "./floor_page.ts";

const PAGE = new Uint8Array(gzipSync(FLOOR_PAGE));
const SCRIPT = new Uint8Array(gzipSync(FLOOR_SCRIPT));
const sockets = new Map<string, WebSocket>();

function answer(request: Request): Response {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/socket") return relay(request, searchParams.get("id") ?? "");
  if (pathname === "/") {
    return new Response(PAGE, {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-encoding": "gzip",
        "cache-control": "no-cache",
      },
    });
  }
  if (pathname !== "/floor.js") return new Response(null, { status: 404 });
  return new Response(SCRIPT, {
    headers: {
      "content-type": "text/javascript; charset=utf-8",
      "content-encoding": "gzip",
      "cache-control": "max-age=31536000, immutable",
    },
  });
}

function relay(request: Request, id: string): Response {
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  socket.onopen = () => sockets.set(id, socket);
  socket.onmessage = ({ data }) => {
    const { to, ...said } = JSON.parse(data);
    const other = sockets.get(to);
    if (other?.readyState === WebSocket.OPEN) other.send(JSON.stringify({ from: id, ...said }));
  };
  socket.onclose = () => sockets.get(id) === socket && sockets.delete(id);
  socket.onerror = () => {};
  return response;
}

const hostname = Deno.env.get("HOST") ?? "127.0.0.1";
Deno.serve(
  { hostname, port: Number(Deno.env.get("PORT")), onListen: () => console.log("listening") },
  answer,
);
