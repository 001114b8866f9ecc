/**
 * The HTTP API of an office, and programs that ask it.
 *
 * @module
 */
import { type ApiExchange, openApi } from "../../adapters/web/api.ts";
import { createApp } from "../../adapters/web/app.ts";
import { testHouse } from "../../adapters/web/test_site.ts";
import { hashOf } from "../../adapters/keys.ts";
import type { Token } from "../../pbx/ports.ts";
import { RIGHTS } from "../../protocol/rights.ts";
import { ROUTES } from "../../routes/mod.ts";
import { Office } from "./office.ts";

/** How a program asks; with no token it says none. */
export interface Asking {
  readonly token?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** An object goes as JSON. */
  readonly body?: string | object;
}

/** An office with its API. */
export class ApiDesk implements AsyncDisposable {
  readonly logged: unknown[] = [];
  /** How long wrong tokens were waited on, in milliseconds. */
  readonly waits: number[] = [];
  readonly #app;

  private constructor(readonly office: Office, exchange: ApiExchange) {
    const { book, calls, clock } = office;
    const api = openApi({
      book,
      calls,
      exchange,
      now: clock.now,
      addressOf: (request) => request.headers.get("x-test-address") ?? "192.0.2.1",
      wait: (milliseconds) => Promise.resolve(void this.waits.push(milliseconds)),
    });
    const log = (...words: unknown[]) => void this.logged.push(words);
    this.#app = createApp(testHouse({ api, log }), ROUTES);
  }

  /** An office with two agents; orders go to its PBX, or to `order`. */
  static async open(order?: ApiExchange["order"]): Promise<ApiDesk> {
    const office = await Office.open();
    const { exchange } = office;
    return new ApiDesk(office, order ? { ...exchange, order } : exchange);
  }

  /** Writes a token to the book: all rights for an hour, unless told otherwise. */
  async token(word: string, change: Partial<Token> = {}): Promise<string> {
    const expires = this.office.clock.now() + 3_600_000;
    const token = { hash: hashOf(word), line: "Webphone1", rights: RIGHTS, expires, origins: [] };
    await this.office.book.putToken({ ...token, ...change });
    return word;
  }

  /** Asks for a path below `/api/`; with a body it is a POST. */
  async ask(path: string, { token, method, headers = {}, body }: Asking = {}): Promise<Response> {
    const isObject = typeof body === "object";
    return await this.#app.request(`http://localhost:7777/api/${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(isObject && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: isObject ? JSON.stringify(body) : body }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.office[Symbol.asyncDispose]();
  }
}

/** Status and stable word of a refusal. */
export async function refusalOf(response: Response): Promise<readonly [number, string]> {
  const { code } = await response.json();
  return [response.status, code];
}
