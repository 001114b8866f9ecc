/**
 * `/examples/` and `/examples/<name>`: pages in the manner of the classic API, small enough to be read. Their scripts
 * are files of their own in `static/examples/`, loaded as any other page would load them.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import type { HouseContext } from "./house.ts";
import { notFound } from "./not_found.tsx";

/** The URL, in Hono's notation. */
export const path = "/examples/:name?";

interface Example {
  readonly title: string;
  readonly lead: string;
  readonly steps: readonly string[];
  readonly stage?: ComponentChildren;
}

const FINDING = [
  "Both pages go on the line Webphone1, and each gets a number of its own.",
  "Each is told of the other. Both wait up to a fifth of a second, by chance, and then one calls and the other accepts.",
];

const ENDING = "Hang up on either page ends the call on both and leaves the line. Reload to begin again.";

const EXAMPLES: Readonly<Record<string, Example>> = {
  video: {
    title: "Video call",
    lead: "Open this page twice, here and in a second browser or on another device. The two find each other.",
    steps: [...FINDING, "Once the call stands, each sends its camera and shows the other's picture.", ENDING],
    stage: (
      <div class="pictures">
        <figure>
          <div id="incomingCam" />
          <figcaption>Incoming feed</figcaption>
        </figure>
        <figure>
          <div id="yourCam" />
          <figcaption>Your camera</figcaption>
        </figure>
      </div>
    ),
  },
  voice: {
    title: "Voice call",
    lead: "Open this page twice, here and in a second browser or on another device. The two find each other.",
    steps: [...FINDING, "Sound flows both ways with no further word from the page.", ENDING],
  },
};

/** The list, or one example. */
export function GET(c: HouseContext): Response {
  const name = c.req.param("name");
  if (name === undefined) {
    return c.var.house.page(c.req.raw, { title: "Examples – Outside Line", body: <List /> });
  }
  const example = Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : undefined;
  if (!example) return notFound(c, "There is no such example", "All of them are listed at /examples.");
  return c.var.house.page(c.req.raw, {
    title: `${example.title} – Outside Line`,
    head: <link rel="stylesheet" href="/static/examples/examples.css" />,
    scripts: ["/WebphoneAPI", `/static/examples/${name}.js`],
    body: <Living name={name} example={example} />,
  });
}

function List() {
  return (
    <main class="text">
      <h1>Examples</h1>
      <p class="lead">
        Pages written for the classic API. Each is at most 80 lines of script, to be read and taken.
      </p>
      <h2>Calls</h2>
      <ul class="cards">
        {Object.entries(EXAMPLES).map(([name, { title, steps }]) => (
          <li key={name}>
            <a href={`/examples/${name}`}>{title}</a>
            <p>{steps.at(-2)}</p>
          </li>
        ))}
      </ul>
    </main>
  );
}

function Living({ name, example }: { name: string; example: Example }) {
  return (
    <main class="text example">
      <p class="quiet">{example.title}</p>
      <h1 id="header" aria-live="polite">Connecting</h1>
      <p id="trouble" role="alert" />
      {example.stage}
      <button type="button" id="hangUp" class="button">Hang up</button>
      <p class="lead">{example.lead}</p>
      <h2>What happens</h2>
      <ol>{example.steps.map((step) => <li key={step}>{step}</li>)}</ol>
      <p>
        <a href={`/static/examples/${name}.js`}>View source</a>{" "}
        of this page's script; its names are explained in <a href="/WebphoneAPI.d.ts">WebphoneAPI.d.ts</a>.
      </p>
    </main>
  );
}
