/**
 * Somebody else's web server: pages of another origin than the PBX, as pages of the classic API are.
 *
 * @module
 */

/** A server on a free port of 127.0.0.1, with the pages and scripts that it is given. */
export class Elsewhere implements AsyncDisposable {
  readonly #files = new Map<string, { readonly text: string; readonly headers: Record<string, string> }>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const file = this.#files.get(new URL(request.url).pathname);
      if (file === undefined) return new Response("", { status: 404 });
      return new Response(file.text, { headers: file.headers });
    });
  }

  /** Where it is, such as `http://127.0.0.1:40002`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Puts a page there, or a script where the path ends in `.js`, and answers its URL; `headers` go with it. */
  put(path: string, text: string, headers: Record<string, string> = {}): string {
    const type = path.endsWith(".js") ? "text/javascript" : "text/html";
    this.#files.set(path, { text, headers: { "content-type": `${type}; charset=utf-8`, ...headers } });
    return `${this.origin}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
