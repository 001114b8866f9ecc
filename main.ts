/**
 * Outside Line: reads the settings, opens one adapter per port, and serves. The only file that knows everything.
 *
 * @module
 */
import { runAgentCommand } from "./adapters/agent_command.ts";
import { sqliteBook } from "./adapters/book.ts";
import { houseCertificate, ownCertificate } from "./adapters/certificates.ts";
import { openCoturn } from "./adapters/coturn.ts";
import { planOf } from "./adapters/coturn_config.ts";
import { directMedia } from "./adapters/direct.ts";
import * as secrets from "./adapters/keys.ts";
import { openLog } from "./adapters/log.ts";
import { memoryBus, memoryRegistrar } from "./adapters/memory.ts";
import { HELP_TEXT, open, readSettings, SettingError, type Settings } from "./adapters/settings.ts";
import { sqliteCalls } from "./adapters/sqlite_calls.ts";
import { runTokenCommand } from "./adapters/token_command.ts";
import { noRelay, turnRelay } from "./adapters/turn.ts";
import { openHouse } from "./adapters/web/house.ts";
import { houseNames, lanAddresses, listen, originsOf } from "./adapters/web/listen.ts";
import { settleIn, welcome } from "./adapters/welcome.ts";
import { openExchange } from "./pbx/exchange.ts";
import type { Log, Party, Relay } from "./pbx/ports.ts";
import { ROUTES } from "./routes/mod.ts";

/** Opens one adapter per port, as the settings tell by URL. */
async function openPorts(settings: Settings, log: Log, opened: AsyncDisposableStack) {
  const deaf = (error: unknown) => log("error", "bus-listener", { error });

  const buses = { "memory:": () => memoryBus(deaf) };
  const registrars = { "memory:": () => memoryRegistrar(Date.now) };
  const calls = {
    "sqlite:": ({ pathname }: URL) => sqliteCalls(pathname || `${settings.dataDir}/calls.sqlite`),
  };
  const media = { "direct:": () => directMedia() };

  return {
    bus: opened.use(open("BUS", buses, settings.bus)),
    registrar: opened.use(open("BUS", registrars, settings.bus)),
    calls: opened.use(open("CALLS", calls, settings.calls)),
    book: opened.use(await openBook(settings)),
    media: opened.use(open("MEDIA", media, settings.media)),
  };
}

/** A relay of our own shows the certificate that our pages show. */
async function openRelay(settings: Settings, log: Log): Promise<Relay> {
  const relays: Record<string, (url: URL) => Relay | Promise<Relay>> = {
    "none:": () => noRelay(),
    "turn:": turnRelay,
    "turns:": turnRelay,
    "coturn:": (url) =>
      openCoturn({
        folder: `${settings.dataDir}/coturn`,
        plan: () => planOf(url, { ...settings, addresses: lanAddresses() }),
        addresses: lanAddresses,
        certificate: () => certificateFor(settings),
        log,
      }),
  };
  return await open("TURN", relays, settings.turn);
}

/** The book alone is all that a command needs. */
function openBook({ book, dataDir }: Settings) {
  const books = { "sqlite:": ({ pathname }: URL) => sqliteBook(pathname || `${dataDir}/book.sqlite`) };
  return open("BOOK", books, book);
}

/** Serves until the process is told to stop. */
async function serve(settings: Settings): Promise<void> {
  const log = openLog(settings.log, Date.now, (line) => console.error(line));
  await using opened = new AsyncDisposableStack();
  const tls = await certificateFor(settings);
  const relay = opened.use(await openRelay(settings, log));
  const ports = { ...await openPorts(settings, log, opened), relay };

  const iceServers = (party: Party) => relay.iceServers(party, Date.now());
  const exchange = openExchange({ ...ports, secrets, log, iceServers });
  const house = await openHouse({
    ...settings,
    ports,
    exchange,
    log,
    routes: ROUTES,
    authority: tls.authority,
  });
  const listening = opened.use(await listen({ ...settings, tls, answer: house.answer }));
  opened.use(house);
  opened.use(exchange);

  const { port, httpsPort } = listening;
  const keys = await settleIn(ports.book);
  for (const line of welcome(originsOf({ ...settings, port, httpsPort }), keys)) console.log(line);
  outlive(log);
  log("info", "started", { port, httpsPort });
  log("info", "stopping", { signal: await toldToStop() });
  stopInTime(log);
}

/** Within ten seconds we are gone, whatever hangs. */
const STOP_BUDGET = 9000;

function stopInTime(log: Log): void {
  const timer = setTimeout(() => {
    log("error", "stopped-by-force", { after: STOP_BUDGET });
    Deno.exit(1);
  }, STOP_BUDGET);
  Deno.unrefTimer(timer);
}

const certificateFor = ({ tls, dataDir }: Settings) =>
  tls ? ownCertificate(tls) : houseCertificate(`${dataDir}/certificates`, houseNames(), Date.now());

/** A bug in one call must not end the others: what nobody caught is logged, and the process lives. */
function outlive(log: Log): void {
  const bug = (event: Event, error: unknown) => {
    event.preventDefault();
    log("error", "bug", { error, stack: error instanceof Error ? error.stack : undefined });
  };
  globalThis.addEventListener("unhandledrejection", (event) => bug(event, event.reason));
  globalThis.addEventListener("error", (event) => bug(event, event.error));
}

/** Resolves with the signal that asks us to stop. */
function toldToStop(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      Deno.addSignalListener(signal, () => resolve(signal));
    }
  });
}

async function main([command, ...words]: readonly string[]): Promise<void> {
  if (command === "--help" || command === "-h") return console.log(HELP_TEXT);
  const run = command === undefined ? serve : Object.hasOwn(COMMANDS, command) && COMMANDS[command];
  if (!run) throw new SettingError(`Cannot take ${command}: see --help`);
  const settings = readSettings((name) => Deno.env.get(name));
  await makeFolder(settings.dataDir);
  await run(settings, words);
}

const print = (line: string): void => console.log(line);

/** Write to the book that a running server reads. */
const COMMANDS: Readonly<Record<string, (settings: Settings, words: readonly string[]) => Promise<void>>> = {
  async agent(settings, words) {
    await using book = await openBook(settings);
    await runAgentCommand(words, { book, origin: originsOf(settings).here, print });
  },
  async token(settings, words) {
    await using book = await openBook(settings);
    await runTokenCommand(words, { book, now: Date.now, print });
  },
};

/** Only for us: it holds keys. Throws in words when it cannot be made. */
async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SettingError(`Cannot use DATA_DIR=${path}: ${error instanceof Error ? error.message : error}`);
  }
}

if (import.meta.main) {
  try {
    await main(Deno.args);
    Deno.exit(0);
  } catch (error) {
    // What an operator can mend is one line in words; anything else is a bug, and its stack is what we need.
    console.error(error instanceof Error && error.message.startsWith("Cannot ") ? error.message : error);
    Deno.exit(1);
  }
}
