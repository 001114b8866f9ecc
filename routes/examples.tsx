/**
 * `/examples/` and `/examples/<name>`: pages in the manner of the classic API, small enough to be read. Their scripts
 * are files of their own in `static/examples/`, loaded as any other page would load them.
 *
 * @module
 */
import { type Example, type ExampleName, EXAMPLES } from "./examples_list.ts";
import { STAGES } from "./examples_stages.ts";
import { ExampleCards } from "./examples_cards.tsx";
import type { HouseContext } from "./house.ts";
import { notFound } from "./not_found.tsx";

/** The URL, in Hono's notation. */
export const path = "/examples/:name?";

const styles = () => <link rel="stylesheet" href="/static/examples/examples.css" />;

/** The list, or one example. */
export function GET(c: HouseContext): Response {
  const name = c.req.param("name");
  if (name === undefined) {
    return c.var.house.page(c.req.raw, {
      title: "Examples – Outside Line",
      head: styles(),
      body: <List />,
    });
  }
  if (!isExample(name)) {
    return notFound(c, "There is no such example", "All of them are listed at /examples.");
  }
  const { mediaEngine, secureUrl } = c.var.house;
  return c.var.house.page(c.req.raw, {
    title: `${EXAMPLES[name].title} – Outside Line`,
    head: styles(),
    scripts: ["/WebphoneAPI", `/static/examples/${name}.js`, "/static/examples/source.js"],
    body: <Living name={name} mediaEngine={mediaEngine} secureUrl={secureUrl(c.req.raw)} />,
  });
}

const isExample = (name: string): name is ExampleName => Object.hasOwn(EXAMPLES, name);

function List() {
  return (
    <main class="text">
      <h1>Examples</h1>
      <p class="lead">
        Pages written for the classic API. The script of each has at most 80 lines, to be read and taken.
      </p>
      <ExampleCards />
    </main>
  );
}

/** What a living page is drawn with. */
interface LivingProps {
  readonly name: ExampleName;
  readonly mediaEngine: string | undefined;
  readonly secureUrl: string;
}

function Living({ name, mediaEngine, secureUrl }: LivingProps) {
  const example = EXAMPLES[name];
  return (
    <main class="text example">
      <header>
        <p>
          <a href="/examples/">All examples</a>
        </p>
        <h1>{example.title}</h1>
        <p class="lead">{example.lead}</p>
        {example.needsCompany && (
          <p>
            <a class="button" href="" target="_blank" rel="noopener">Open this page once more</a>
          </p>
        )}
        {example.lacking && mediaEngine === undefined && <p id="lacking" class="notice">{example.lacking}</p>}
        <p id="insecure" class="notice" hidden>
          This browser gives no microphone and no camera to a page that comes over plain HTTP.{" "}
          <a href={secureUrl}>Open it over HTTPS</a>
        </p>
      </header>
      {/* The visitor reads this very text below, so it is written as text. */}
      {/* deno-lint-ignore react-no-danger */}
      <section id="stage" aria-label="The example" dangerouslySetInnerHTML={{ __html: STAGES[name] }} />
      <HowTo example={example} />
      <Source name={name} />
    </main>
  );
}

function HowTo({ example: { steps, command } }: { example: Example }) {
  return (
    <section class="how" aria-labelledby="how">
      <h2 id="how">What happens</h2>
      <ol>{steps.map((step) => <li key={step}>{step}</li>)}</ol>
      {command && <pre class="command"><code>{command}</code></pre>}
    </section>
  );
}

/** `static/examples/source.js` brings the script's text and makes the button work. */
function Source({ name }: { name: ExampleName }) {
  const file = `/static/examples/${name}.js`;
  return (
    <details class="source">
      <summary>View source</summary>
      <p>
        These two make the page. Its names are explained in{" "}
        <a href="/WebphoneAPI.d.ts">WebphoneAPI.d.ts</a>, and the script is <a href={file}>a file</a>{" "}
        of its own.
      </p>
      <p>
        <button type="button" id="copy" class="button">Copy the whole page</button>{" "}
        <span id="copied" role="status" />
      </p>
      <h2>Elements</h2>
      <pre tabIndex={0}><code id="elements">{STAGES[name]}</code></pre>
      <h2>Script</h2>
      <pre tabIndex={0}><code id="script" data-src={file} /></pre>
    </details>
  );
}
