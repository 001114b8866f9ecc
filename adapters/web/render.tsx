/**
 * Pages, rendered on the server: a document with an island in it, and headers under which it can reach nobody else.
 *
 * @module
 */
import { h } from "preact";
import { render } from "preact-render-to-string";
import type { AssetNames, InlineScript, Script } from "./bundle.ts";
import { documentHeaders } from "./headers.ts";
import { THEME } from "./theme.ts";
import type { FirstScript, House, Island, Page } from "../../routes/house.ts";

/** What rendering has to know of the build. */
export interface RenderOptions {
  readonly names: AssetNames;
  /** Whether pages register the service worker; a page of a server that is rid of it does not. */
  readonly worker: boolean;
}

/** Makes the house's `page`. It throws where a page names an island or a style that was not built. */
export function createPage(options: RenderOptions): House["page"] {
  return (request, page) => {
    const html = new TextEncoder().encode(renderDocument(page, options));
    const inline = page.first ? [inlineOf(options.names, page.first.name).hash] : [];
    return new Response(html, {
      status: page.status ?? 200,
      headers: {
        ...documentHeaders(new URL(request.url), inline),
        "content-type": "text/html; charset=utf-8",
        "content-language": page.lang ?? "en",
        // Told here, for the answer to HEAD has no body to take it from.
        "content-length": String(html.length),
        "cache-control": "no-cache",
      },
    });
  };
}

/** The page's HTML. Throws as {@linkcode createPage} says. */
export function renderDocument<P>(page: Page<P>, options: RenderOptions): string {
  const { html = {}, lang = "en", first, island, scripts = [] } = page;
  return "<!doctype html>" + render(
    <html lang={lang} {...html}>
      <head>
        <meta charset="utf-8" />
        {first && <First data={first.data} script={inlineOf(options.names, first.name)} />}
        <title>{page.title}</title>
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
        />
        <Appearance names={options.names} />
        <Application page={page} worker={options.worker} />
        {scripts.map((src) => <script key={src} src={src} />)}
        {island && (
          <Scripts island={scriptOf(options.names, island.name)} boot={scriptOf(options.names, "boot")} />
        )}
        {page.head}
      </head>
      <body>
        {page.body}
        {island && <Place island={island} script={scriptOf(options.names, island.name)} />}
      </body>
    </html>,
  );
}

/** Before any style: a script has to wait for those that stand before it. */
function First({ data, script }: { data: FirstScript["data"]; script: InlineScript }) {
  const attributes = Object.entries(data).map(([name, value]) => [`data-${name}`, value]);
  return <script {...Object.fromEntries(attributes)} dangerouslySetInnerHTML={{ __html: script.text }} />;
}

function Appearance({ names }: { names: AssetNames }) {
  return (
    <>
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" media="(prefers-color-scheme: light)" content={THEME.light} />
      <meta name="theme-color" media="(prefers-color-scheme: dark)" content={THEME.dark} />
      {names.styles.styles && <link rel="stylesheet" href={names.styles.styles} />}
    </>
  );
}

function Application<P>({ page, worker }: { page: Page<P>; worker: boolean }) {
  return (
    <>
      <link rel="icon" href="/static/icons/favicon.svg" type="image/svg+xml" />
      <link rel="apple-touch-icon" href="/static/icons/apple-touch.png" />
      {page.manifest && <link rel="manifest" href={page.manifest} />}
      {worker && <link rel="serviceworker" href="/sw.js" />}
    </>
  );
}

/** The chunks of both are asked for at once, so that no import has to be read before the next is known. */
function Scripts({ island, boot }: { island: Script; boot: Script }) {
  const chunks = new Set([...boot.preload, ...island.preload, island.src]);
  return (
    <>
      {[...chunks].map((href) => <link key={href} rel="modulepreload" href={href} />)}
      <script type="module" src={boot.src} />
    </>
  );
}

function Place<P>({ island, script }: { island: Island<P>; script: Script }) {
  return (
    <div data-island={island.name} data-src={script.src} data-props={JSON.stringify(island.props)}>
      {h(island.view, island.props as P & object)}
    </div>
  );
}

function inlineOf(names: AssetNames, name: string): InlineScript {
  const script = names.inline[name];
  if (!script) throw new Error(`Cannot render the page: there is no ${name} in the build`);
  return script;
}

function scriptOf(names: AssetNames, name: string): Script {
  const script = names.scripts[name];
  if (!script) throw new Error(`Cannot render the page: there is no ${name} in the build`);
  return script;
}
