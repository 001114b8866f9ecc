/**
 * Everything that routes may ask for, put together: files, pages, sign-in, sockets, and the people of the book.
 *
 * @module
 */
import type { Api } from "../../routes/api_house.ts";
import type { AgentCard, House, Route } from "../../routes/house.ts";
import { path as SOCKET_PATH } from "../../routes/socket.ts";
import type { Agent, Book, Calls, Log, Port } from "../../pbx/ports.ts";
import { type ApiExchange, openApi } from "./api.ts";
import { createApp } from "./app.ts";
import { loadAssets } from "./assets.ts";
import { remoteOf } from "./listen.ts";
import { clientAddress, secureUrl } from "./origin.ts";
import { ROOT } from "./paths.ts";
import { createPage } from "./render.tsx";
import { openSignIn, type SignIn } from "./sign_in.ts";
import { asksForSocket, type SocketNeeds, Sockets } from "./socket.ts";

/**
 * Whether pages have a service worker. The kill switch: with `false` the next start serves one in its place that takes
 * itself and all it has kept out of every browser that comes by.
 */
const WORKER = true;

/** What a house is opened with. */
export interface HouseOptions {
  /** All ports by name: their health is the house's. */
  readonly ports: { readonly book: Book; readonly calls: Calls } & Readonly<Record<string, Port>>;
  readonly exchange: Pick<SocketNeeds, "connect"> & Pick<House, "opening"> & ApiExchange;
  readonly log: Log;
  readonly routes: readonly Route[];
  readonly publicUrl?: string | undefined;
  /** The setting `MEDIA`. */
  readonly media?: URL | undefined;
  readonly httpsPort: number;
  /** The certificate, as PEM, that devices have to trust. */
  readonly authority?: string | undefined;
}

/** A house that answers requests; disposing of it says goodbye to all sockets. */
export interface OpenHouse extends AsyncDisposable {
  answer(request: Request): Response | Promise<Response>;
}

/** Opens the house. Throws when nothing was built. */
export async function openHouse(options: HouseOptions): Promise<OpenHouse> {
  const { ports: { book, calls }, exchange, log, publicUrl } = options;
  const needs = {
    book,
    calls,
    exchange,
    now: Date.now,
    publicUrl,
    addressOf: (request: Request) => clientAddress(request, remoteOf(request), publicUrl),
    wait: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  };
  const signIn = openSignIn(needs);
  const sockets = new Sockets({ connect: exchange.connect, ...signIn, log });
  const app = createApp(await makeHouse(options, { signIn, sockets, api: openApi(needs) }), options.routes);
  return {
    // Sockets do without what pages need. What goes wrong with one is answered as with any other request.
    answer: (request) =>
      isSocket(request) ? sockets.upgrade(request).catch(() => app.fetch(request)) : app.fetch(request),
    [Symbol.asyncDispose]: () => sockets[Symbol.asyncDispose](),
  };
}

/** What is open behind the house. */
interface Parts {
  readonly signIn: SignIn;
  readonly sockets: Sockets;
  readonly api: Api;
}

const isSocket = (request: Request): boolean =>
  asksForSocket(request) && new URL(request.url).pathname === SOCKET_PATH;

async function makeHouse(options: HouseOptions, { signIn, sockets, api }: Parts): Promise<House> {
  const { ports, exchange, log, publicUrl, media, httpsPort, authority } = options;
  const { names, serve } = await loadAssets({ root: ROOT, worker: WORKER });
  return {
    asset: serve,
    page: createPage({ names, worker: WORKER }),
    publicUrl,
    mediaEngine: engineOf(media),
    authority,
    secureUrl: (request) => secureUrl(request, httpsPort, publicUrl),
    agent: async (number) => cardOf(await ports.book.agent(number)),
    startsAnother: async (number) =>
      (await ports.book.agents()).some((agent) => startsWith(agent.number, number)),
    agentOf: async (request, number) => (await signIn.agentsOf(request)).has(number),
    opening: exchange.opening,
    exchangeKey: signIn.exchange,
    upgrade: (request) => sockets.upgrade(request),
    api,
    check: () => checkAll(ports, log),
    log,
  };
}

/** `janus` for `janus:` and `janus+ws:`; `direct:` is none. */
function engineOf(media: URL | undefined): string | undefined {
  const [name] = media?.protocol.split(/[+:]/) ?? [];
  return name === "direct" ? undefined : name;
}

const startsWith = (number: string, beginning: string): boolean =>
  number !== beginning && number.startsWith(beginning);

/** What the public may know of an agent: not the hash of the key. */
function cardOf(agent: Agent | undefined): AgentCard | undefined {
  return agent && { number: agent.number, name: agent.name, line: agent.line, elect: agent.elect };
}

/** How every port is. Why one is ill goes to the log alone, for it may name paths, hosts and passwords. */
export async function checkAll(
  ports: Readonly<Record<string, Port>>,
  log: Log,
): Promise<Readonly<Record<string, "ok" | "ill">>> {
  const checks = Object.entries(ports).map(async ([name, port]) => {
    try {
      await port.check();
      return [name, "ok"] as const;
    } catch (error) {
      log("error", "port", { name, error });
      return [name, "ill"] as const;
    }
  });
  return Object.fromEntries(await Promise.all(checks));
}
