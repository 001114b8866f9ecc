/**
 * The examples as a list of cards.
 *
 * @module
 */
import { EXAMPLE_LIST } from "./examples_list.ts";

/** All examples, each a link with a sentence. */
export function ExampleCards() {
  return (
    <ul class="cards">
      {EXAMPLE_LIST.map(([name, { title, summary }]) => (
        <li key={name}>
          <a href={`/examples/${name}`}>{title}</a>
          <p>{summary}</p>
        </li>
      ))}
    </ul>
  );
}
