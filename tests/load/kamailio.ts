/**
 * Kamailio, where it is installed: SIP over WebSocket, a MESSAGE and its 200 for each text.
 *
 * @module
 */
import { findProgram } from "../support/programs.ts";
import { type Contender, PAYLOADS } from "./contenders.ts";
import { RawSocket, textFrame } from "./raw_socket.ts";
import { serve, type Served } from "./served.ts";

const KAMAILIO = { names: ["kamailio", "/usr/sbin/kamailio"], variable: "KAMAILIO" };
const MODULE_FOLDER = "/usr/lib/x86_64-linux-gnu/kamailio/modules/";
/** In the order in which they need one another. */
const MODULES = [
  "tm",
  "sl",
  "pv",
  "textops",
  "siputils",
  "nathelper",
  "usrloc",
  "registrar",
  "xhttp",
  "websocket",
];

/** As little as a registrar that passes on messages over WebSocket needs; everything in memory. */
const configuration = (port: number): string =>
  `#!KAMAILIO
debug=-1
fork=yes
children=1
tcp_children=2
listen=tcp:127.0.0.1:${port}
auto_aliases=no
tcp_connection_lifetime=3600
tcp_accept_no_cl=yes
tcp_max_connections=20000
tcp_rd_buf_size=16384
maxbuffer=65536
mpath="${MODULE_FOLDER}"
${MODULES.map((name) => `loadmodule "${name}.so"`).join("\n")}
modparam("usrloc", "db_mode", 0)
modparam("usrloc", "hash_size", 14)
modparam("registrar|nathelper", "received_avp", "$avp(RECEIVED)")
modparam("websocket", "keepalive_mechanism", 0)
request_route {
  force_rport();
  if (is_method("REGISTER")) { fix_nated_register(); save("location"); exit; }
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  t_relay();
}
event_route[xhttp:request] {
  set_reply_close();
  set_reply_no_connect();
  if ($hdr(Upgrade) =~ "websocket" && ws_handle_handshake()) exit;
  xhttp_reply("404", "Not Found", "", "");
}
`;

async function start(core: number): Promise<Served> {
  const folder = Deno.makeTempDirSync({ prefix: "outside-line-kamailio-" });
  const served = await serve(core, (port) => {
    Deno.writeTextFileSync(`${folder}/kamailio.cfg`, configuration(port));
    const places = ["-f", `${folder}/kamailio.cfg`, "-Y", folder, "-w", folder, "-P", `${folder}/pid`];
    return [findProgram(KAMAILIO) ?? "kamailio", "-DD", "-E", ...places, "-m", "1024", "-M", "64"];
  });
  return {
    ...served,
    [Symbol.asyncDispose]: async () => {
      await served[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const message = (start: string, lines: readonly string[], body = ""): string =>
  [start, ...lines, `Content-Length: ${body.length}`, "", body].join("\r\n");

const headOf = (from: string, to: string, id: string, method: string): string[] => [
  `Via: SIP/2.0/WS ${from}.invalid;branch=z9hG4bK${id}`,
  "Max-Forwards: 69",
  `To: <sip:${to}@127.0.0.1>`,
  `From: <sip:${from}@127.0.0.1>;tag=${from}`,
  `Call-ID: ${id}`,
  `CSeq: 1 ${method}`,
];

const registration = (id: string): string =>
  message("REGISTER sip:127.0.0.1 SIP/2.0", [
    ...headOf(id, id, `r${id}`, "REGISTER"),
    `Contact: <sip:${id}@${id}.invalid;transport=ws>;expires=3600`,
  ]);

/** The answer to a request: what it came with, without the body. */
function accepted(request: string): string {
  const head = request.slice(0, request.indexOf("\r\n\r\n"));
  const kept = head.match(/^(?:Via|To|From|Call-ID|CSeq):.*$/gm) ?? [];
  return message("SIP/2.0 200 OK", kept.map((line) => line.trim()));
}

/** Registers a client; `onMessage` is called for each message that it gets, once that is answered. */
async function register(port: number, id: string, onMessage: () => void): Promise<RawSocket> {
  const decoder = new TextDecoder();
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket: RawSocket = await RawSocket.open({ port, path: "/", protocol: "sip" }, {
    heard(data, start, end) {
      const text = decoder.decode(data.subarray(start, end));
      if (text.startsWith("SIP/2.0 200")) return resolve();
      if (!text.startsWith("MESSAGE")) return;
      socket.send(accepted(text));
      onMessage();
    },
  });
  socket.send(registration(id));
  await promise;
  return socket;
}

let messages = 0;

/** A SIP proxy and registrar in C. */
export const kamailio: Contender = {
  name: "Kamailio",
  lacks: () =>
    findProgram(KAMAILIO) ? undefined : "not installed (Debian: kamailio, kamailio-websocket-modules)",
  start,
  async pair(port, index) {
    let listener = () => {};
    const [from, to] = [`a${index}`, `b${index}`];
    const sender = await register(port, from, () => {});
    await register(port, to, () => listener());
    return {
      say: (size) => {
        const head = headOf(from, to, `m${index}-${messages++}`, "MESSAGE");
        const text = message(`MESSAGE sip:${to}@127.0.0.1 SIP/2.0`, [
          ...head,
          "Content-Type: text/plain",
        ], PAYLOADS[size]);
        sender.write(textFrame(text));
      },
      onArrival: (heard) => void (listener = heard),
    };
  },
  idle: (port, index) => register(port, `c${index}`, () => {}),
};
