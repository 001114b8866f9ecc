/**
 * What the house offers its routes. `main.ts` fills it in; a route asks it for everything that is not in its own file
 * and gets hold of it by `c.var.house`.
 *
 * A route file exports `path` and one handler per method:
 *
 * ```ts
 * export const path = "/health";
 * export const GET = (c: HouseContext) => c.json({ status: "ok" });
 * ```
 *
 * @module
 */
import type { Context } from "hono";
import type { ComponentChildren, ComponentType } from "preact";
import type { Log } from "../pbx/ports.ts";
import type { Api } from "./api_house.ts";

/** What the public may know of an agent. */
export interface AgentCard {
  readonly number: string;
  readonly name: string;
  readonly line: string;
  /** Whether idle phones of this agent find one another and accept by themselves. */
  readonly elect: boolean;
}

/** An island: drawn on the server, then brought to life by the script of the same name. */
export interface Island<P> {
  /** The file's name in `islands/` without its suffix, such as `Phone`. */
  readonly name: string;
  readonly view: ComponentType<P>;
  /** What server and browser both draw it with; it travels as JSON. */
  readonly props: P;
}

/** A small script that stands inside the document. */
export interface FirstScript {
  /** The file's name in `islands/` without its suffix, such as `early_line`. */
  readonly name: string;
  /** What it is told, as its `data-` attributes. */
  readonly data: Readonly<Record<string, string>>;
}

/** One HTML document. */
export interface Page<P> {
  readonly title: string;
  /** BCP 47; `en` unless told. */
  readonly lang?: string;
  readonly status?: number;
  /** Further elements of the document's head. */
  readonly head?: ComponentChildren;
  /** Attributes of the `html` element, such as `data-phone`. */
  readonly html?: Readonly<Record<string, string>>;
  /** The URL of the page's web app manifest. */
  readonly manifest?: string;
  readonly island?: Island<P>;
  /** What stands in the body; an island comes after it. */
  readonly body?: ComponentChildren;
  /** Runs before anything else of the page is fetched. */
  readonly first?: FirstScript;
  /** Classic scripts of this origin, run in this order before the page is shown. */
  readonly scripts?: readonly string[];
}

/** What came of a key: a cookie, or a word for why not; an unknown agent is a wrong key like any other. */
export type Exchanged =
  | { readonly cookie: string }
  | { readonly refused: "wrong-key" | "too-many" | "foreign-origin" };

/** Everything a route may ask for. */
export interface House {
  /** Answers with a file that was built or lies in `static/`; `undefined` when there is none of that name. */
  asset(request: Request, name: string): Response | undefined;
  /** Renders a document with its security headers. */
  page<P>(request: Request, page: Page<P>): Response;
  /** Where the world finds us, when the operator has told. */
  readonly publicUrl?: string | undefined;
  /** What mixes rooms and reaches telephones, such as `janus`; none while media goes from browser to browser. */
  readonly mediaEngine?: string | undefined;
  /** The same URL over HTTPS, which browsers want before they give a camera. */
  secureUrl(request: Request): string;
  agent(number: string): Promise<AgentCard | undefined>;
  /** Whether another agent's number starts with this one, as 10011 does with 1001. */
  startsAnother(number: string): Promise<boolean>;
  /** Whether the browser that asks is signed in as this agent. */
  agentOf(request: Request, number: string): Promise<boolean>;
  /** The page of this agent is being opened, maybe in the place of one that is about to go. */
  opening(number: string): void;
  /** The `Set-Cookie` that a right key is exchanged for, or why there is none. */
  exchangeKey(request: Request, number: string, key: string): Promise<Exchanged>;
  /** The certificate, as PEM, that a device has to trust to trust us; none when the operator brought their own. */
  readonly authority?: string | undefined;
  /** Turns the request into a signalling socket. */
  upgrade(request: Request): Response | Promise<Response>;
  /** What the HTTP API can do. */
  readonly api: Api;
  /** Asks every port how it is; why one is ill, only the log is told. */
  check(): Promise<Readonly<Record<string, "ok" | "ill">>>;
  readonly log: Log;
}

/** What Hono carries for each request. */
export interface HouseEnv {
  Variables: { house: House };
}

/** What a route's handler is called with. */
export type HouseContext = Context<HouseEnv>;

/** One method of a route. */
export type Handler = (c: HouseContext) => Response | Promise<Response>;

/** What a file in `routes/` exports. */
export interface Route {
  /** In Hono's notation, such as `/agent/:number`. */
  readonly path: string;
  readonly GET?: Handler;
  readonly POST?: Handler;
  readonly DELETE?: Handler;
  readonly OPTIONS?: Handler;
}
