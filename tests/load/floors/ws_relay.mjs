/**
 * A bare relay on Node and `ws`: what one client says `to` another is passed on with who it is `from`, and nothing is
 * checked. The id of a client is its path.
 *
 * @module
 */
import process from "node:process";
import { WebSocketServer } from "ws";

const port = Number(process.env.PORT);
const clients = new Map();

const server = new WebSocketServer({ port, host: "127.0.0.1", perMessageDeflate: false, backlog: 4096 });
server.on("connection", (client, { url }) => {
  const id = url.slice(1);
  clients.set(id, client);
  client.on("message", (data) => {
    const { to, ...rest } = JSON.parse(data);
    clients.get(to)?.send(JSON.stringify({ from: id, ...rest }));
  });
  client.on("close", () => clients.delete(id));
  client.on("error", () => {});
});
