/** `docs/http_api.md` against the real server: its examples are run, and its tables are whole. */
import assert from "node:assert/strict";
import { ENDS } from "../protocol/call_history.ts";
import { ALLOWANCES } from "../routes/api_words.ts";
import { REFUSALS } from "../routes/api_house.ts";
import { OPERATIONS, pathOf } from "../routes/api_operations.ts";
import { RIGHTS } from "../protocol/rights.ts";
import { sqliteBook } from "../adapters/book.ts";
import { freePort, ROOT } from "./support/server.ts";
import { until } from "./support/until.ts";

const text = await Deno.readTextFile(new URL("../docs/http_api.md", import.meta.url));
const examples = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, script = ""]) => script);

Deno.test("docs/http_api.md names every operation with what it takes, refusal, right, state and allowance", () => {
  const operations = OPERATIONS.map((operation) => `${operation.method} ${pathOf(operation)}`);
  const words = [REFUSALS, ENDS, ALLOWANCES].flatMap((table) => Object.keys(table));
  const asked = OPERATIONS.flatMap((operation) =>
    Object.keys(operation.asked).filter((name) => name !== "Format")
  );
  const names = [...operations, ...[...words, ...asked, ...RIGHTS].map((word) => `\`${word}\``)];
  assert.deepEqual(names.filter((name) => !text.includes(name)), []);
});

async function run(command: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const [out = "", complaint = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(success, `${args}: ${out}${complaint}`);
  return out.trim();
}

/** Registers with a token and calls 1002, who is not there; what is heard, as it comes. */
function dial(origin: string, token: string) {
  const heard: { type: string; code?: string; call?: string; reason?: string }[] = [];
  const socket = new WebSocket(`${origin.replace("http", "ws")}/socket`);
  const say = (message: object) => socket.send(JSON.stringify(message));
  socket.onopen = () => {
    say({ type: "register", device: "device-0001", token });
    say({ type: "invite", call: crypto.randomUUID(), to: "1002" });
  };
  socket.onmessage = ({ data }) => heard.push(JSON.parse(data));
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  socket.onclose = () => resolve();
  return {
    heard,
    async close() {
      socket.close(1000);
      await gone;
    },
  };
}

interface Running extends AsyncDisposable {
  readonly env: Record<string, string>;
  readonly origin: string;
  /** Everything that it has logged; it is stopped for that. */
  stop(): Promise<string>;
}

/** `deno task start` with a data folder that the test knows, for it writes to the book beside the server. */
async function started(folder: string): Promise<Running> {
  const [PORT, HTTPS_PORT] = [`${freePort()}`, `${freePort()}`];
  const env = { HOST: "127.0.0.1", PORT, HTTPS_PORT, DATA_DIR: folder, LOG: "debug" };
  const output = { stdin: "null", stdout: "null", stderr: "piped" } as const;
  const args = ["task", "start"];
  const server = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env, ...output }).spawn();
  const logged = new Response(server.stderr).text();
  const origin = `http://127.0.0.1:${PORT}`;
  const health = async () => await (await fetch(`${origin}/health`)).text();
  await until(health, (seen) => seen.includes("ok"), 180_000);
  return {
    env,
    origin,
    async stop() {
      server.kill("SIGTERM");
      await server.status;
      return await logged;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Writes the call of the examples to the book of a running server. */
async function remember(folder: string): Promise<void> {
  await using book = await sqliteBook(`${folder}/book.sqlite`);
  const createdAt = Date.UTC(2026, 10, 23, 9, 30);
  const times = { createdAt, acceptedAt: createdAt + 5000, endedAt: createdAt + 47_000 };
  const call = { id: "4f1d8c7a2b90", caller: "1001", callee: "1002", ...times };
  await book.addHistory({ ...call, reason: "hangup", endedBy: "callee" });
}

/** What came back of the call that was dialled. */
async function dialled(origin: string, token: string): Promise<readonly (string | undefined)[]> {
  const phone = dial(origin, token);
  await until(() => phone.heard.at(-1), (last) => last?.type === "hangup");
  await phone.close();
  const error = phone.heard.find(({ type }) => type === "error");
  return [phone.heard[0]?.type, error?.code, phone.heard.at(-1)?.reason];
}

const hasCurl = await new Deno.Command("curl", { args: ["--version"], stdout: "null" }).output().then(
  ({ success }) => success,
  () => false,
);

Deno.test({
  name:
    "tokens of the command admit to socket and API, the examples of docs/http_api.md run, nothing is logged",
  ignore: !hasCurl,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    await using server = await started(folder);
    const { env, origin } = server;
    const token = async (may: string) => {
      const words = ["task", "token", "new", "--line", "Webphone1", "--may", may];
      return (await run(Deno.execPath(), words, env)).split("\n").at(-1) ?? "";
    };
    const TOKEN = await token("calls,messages,sessions,modify,history");
    const silent = await token("messages");
    assert.deepEqual(await dialled(origin, TOKEN), ["registered", undefined, "not-found"]);
    assert.deepEqual(await dialled(origin, silent), ["registered", "forbidden", "failed"]);

    await remember(folder);
    const shown: string[] = [];
    for (const script of examples) {
      shown.push(await run("bash", ["-c", script], { TOKEN, PBX: origin, CALL: "no-such-call" }));
    }
    const [made = "", classic = "", history = "", extensions = "", ...more] = shown;
    const [xml = "", ...orders] = more.reverse();
    assert.equal(orders.length, 4);
    const example = /^\{\n {2}"NumberOfCalls[^]*?^\}$/m.exec(text)?.[0] ?? "";
    assert.deepEqual(JSON.parse(history), JSON.parse(example));
    assert.match(extensions, /^\{"Extensions":\[\{"Id":"1001","Type":"Webphone",/);
    for (const order of orders) assert.equal(JSON.parse(order).code, "no-such-call");
    assert.match(xml, /<Response><Extensions><Extension><Id>1001<\/Id>/);

    const byXml = /<SecurityToken>(.*)<\/SecurityToken>/.exec(classic)?.[1] ?? "";
    const log = await server.stop();
    assert.ok(log.includes('"registered"'));
    for (const secret of [TOKEN, silent, JSON.parse(made).token, byXml]) {
      assert.match(secret, /^[\w-]{43}$/);
      assert.ok(!log.includes(secret));
    }
    await Deno.remove(folder, { recursive: true });
  },
});
