/**
 * A page that has one thing to say.
 *
 * @module
 */
import type { Page } from "./house.ts";

/** What a notice says, and the status it says it with. */
export interface Notice {
  readonly status: number;
  readonly title: string;
  /** One sentence. */
  readonly detail: string;
}

/** The page for it. */
export const notice = ({ status, title, detail }: Notice): Page<unknown> => ({
  status,
  title: `${title} – Outside Line`,
  body: (
    <main class="notice">
      <h1>{title}</h1>
      <p>{detail}</p>
      <p>
        <a href="/">Outside Line</a>
      </p>
    </main>
  ),
});
