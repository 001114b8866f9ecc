/**
 * `/api/ListExtensions`: who has a number and is there, and the lines.
 *
 * @module
 */
import { answering, preflight } from "./api_answer.ts";
import { LIST_EXTENSIONS, pathOf } from "./api_operations.ts";
import type { Handler } from "./house.ts";

/** The URL. */
export const path: string = pathOf(LIST_EXTENSIONS);

export { preflight as OPTIONS };

const TYPES = { agent: "Webphone", line: "WebphoneLine" } as const;
const STATUSES = { online: "Online", busy: "Busy", offline: "Offline" } as const;

/** Answers with all agents, then all lines. */
export const GET: Handler = answering(LIST_EXTENSIONS, async (c) => {
  const extensions = await c.var.house.api.extensions();
  return {
    json: {
      Extensions: extensions.map(({ id, kind, name, status }) => ({
        Id: id,
        Type: TYPES[kind],
        DisplayName: name,
        Status: STATUSES[status],
      })),
    },
  };
});
