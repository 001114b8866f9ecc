import assert from "node:assert/strict";
import { HELP_TEXT, open, readSettings, SETTING_NAMES, SettingError } from "./settings.ts";

const read = (env: Record<string, string>) => readSettings((name) => env[name]);

Deno.test("every setting has a default, and an empty one counts as unset", () => {
  const settings = read({ PORT: "", LOG: " " });
  assert.deepEqual({ ...settings, bus: settings.bus.href, calls: settings.calls.href }, {
    host: "::",
    port: 7777,
    httpsPort: 7778,
    dataDir: "./data",
    publicUrl: undefined,
    tls: undefined,
    bus: "memory:",
    calls: "sqlite:",
    book: new URL("sqlite:"),
    media: new URL("direct:"),
    turn: new URL("none:"),
    log: "info",
  });
});

const WRONG: readonly [Record<string, string>, RegExp][] = [
  [{ PORT: "abc" }, /^Cannot use PORT=abc: expected a port/],
  [{ PORT: "70000" }, /^Cannot use PORT=70000/],
  [{ HTTPS_PORT: "-1" }, /^Cannot use HTTPS_PORT=-1/],
  [{ BUS: "nonsense" }, /^Cannot use BUS=nonsense: expected a URL/],
  [{ PUBLIC_URL: "https://pbx.example/path" }, /^Cannot use PUBLIC_URL=.*: expected an origin/],
  [{ PUBLIC_URL: "ftp://pbx.example" }, /^Cannot use PUBLIC_URL=/],
  [{ TLS_CERT: "cert.pem" }, /^Cannot use TLS_CERT alone: set TLS_KEY as well/],
  [{ TLS_KEY: "key.pem" }, /^Cannot use TLS_KEY alone: set TLS_CERT as well/],
  [{ LOG: "loud" }, /^Cannot use LOG=loud: expected one of debug, info, warn, error/],
  [{ TURN: "coturn" }, /^Cannot use TURN=coturn: expected a URL such as coturn:/],
  [{ SIP: "trunks.json" }, /^Cannot use SIP: this build knows none/],
];

for (const [env, words] of WRONG) {
  Deno.test(`${JSON.stringify(env)} is refused in words`, () => {
    assert.throws(() => read(env), (error) => error instanceof SettingError && words.test(error.message));
  });
}

Deno.test("an adapter is chosen by scheme, and an unknown one is refused with those that are known, but no password", () => {
  const table = { "memory:": () => "memory", "sqlite:": (url: URL) => url.pathname };
  assert.equal(open("CALLS", table, new URL("sqlite:/var/calls.sqlite")), "/var/calls.sqlite");
  const words = "Cannot use CALLS=redis://me:…@host/: this build knows memory:, sqlite:";
  assert.throws(() => open("CALLS", table, new URL("redis://me:secret@host/")), { message: words });
  assert.throws(() => open("CALLS", table, new URL("constructor:")), SettingError);
  const noRelay = { message: "Cannot use TURN=stun://host?secret=…: this build knows memory:, sqlite:" };
  assert.throws(() => open("TURN", table, new URL("stun://host?secret=abc")), noRelay);
});

Deno.test("--help lists every setting", () => {
  for (const name of SETTING_NAMES) assert.match(HELP_TEXT, new RegExp(`^  ${name} `, "m"));
});

Deno.test("the tasks may read exactly the settings", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  for (const command of [tasks.start.command, tasks.agent, tasks.token]) {
    assert.deepEqual(/--allow-env=(\S+)/.exec(command)?.[1]?.split(","), SETTING_NAMES);
  }
});
