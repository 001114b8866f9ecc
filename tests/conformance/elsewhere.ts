/**
 * Somebody else's web server: pages of another origin than the PBX, as pages of the classic API are.
 *
 * @module
 */

/** A server on a free port of 127.0.0.1, with the pages that it is given. */
export class Elsewhere implements AsyncDisposable {
  readonly #pages = new Map<string, string>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const page = this.#pages.get(new URL(request.url).pathname);
      if (page === undefined) return new Response("", { status: 404 });
      return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
    });
  }

  /** Puts a page there and answers its URL. */
  put(path: string, html: string): string {
    this.#pages.set(path, html);
    return `http://127.0.0.1:${this.#server.addr.port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
