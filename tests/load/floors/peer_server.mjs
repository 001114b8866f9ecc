/**
 * npm `peer`, the signalling server of PeerJS, as it comes.
 *
 * @module
 */
import process from "node:process";
import { PeerServer } from "peer";

const forever = 86_400_000;
PeerServer({
  port: Number(process.env.PORT),
  host: "127.0.0.1",
  path: "/",
  concurrent_limit: 50_000,
  alive_timeout: forever,
});
