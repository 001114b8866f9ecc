/**
 * `/`: what this is and how to begin.
 *
 * @module
 */
import { ExampleCards } from "./examples_cards.tsx";
import type { HouseContext } from "./house.ts";

/** The URL, in Hono's notation. */
export const path = "/";

const LINKS = [
  ["/ca", "Other devices", "How a phone or tablet on your network comes to trust this server."],
  ["/WebphoneAPI.d.ts", "The script", "All names of /WebphoneAPI, each explained where it is declared."],
] as const;

/** The page. */
export function GET(c: HouseContext): Response {
  return c.var.house.page(c.req.raw, { title: "Outside Line", body: <Home /> });
}

function Home() {
  return (
    <main class="text home">
      <header>
        <img src="/static/icons/favicon.svg" alt="" width="72" height="72" />
        <h1>Outside Line</h1>
        <p class="lead">
          A telephone that lives in the browser and runs on this very machine. Each agent has a number and a
          link that opens their phone. Calls go straight from browser to browser, and nothing goes to anyone
          else.
        </p>
      </header>
      <Begin />
      <nav aria-labelledby="examples">
        <h2 id="examples">Examples</h2>
        <ExampleCards />
      </nav>
      <nav aria-labelledby="more">
        <h2 id="more">More</h2>
        <ul class="cards">
          {LINKS.map(([href, title, words]) => (
            <li key={href}>
              <a href={href}>{title}</a>
              <p>{words}</p>
            </li>
          ))}
        </ul>
      </nav>
    </main>
  );
}

function Begin() {
  return (
    <section aria-labelledby="begin">
      <h2 id="begin">Begin</h2>
      <ol class="steps">
        <li>
          The first start printed two links, for the numbers 1001 and 1002. A fresh one comes from{" "}
          <code>deno task agent link 1001</code>
        </li>
        <li>Open one here and the other in a second browser or on another device, and allow the camera.</li>
        <li>The two phones find each other and the call begins.</li>
      </ol>
      <p>
        One more number: <code>deno task agent add 1003 --name "Alice"</code>
      </p>
    </section>
  );
}
