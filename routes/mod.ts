/**
 * All routes, one file a URL.
 *
 * @module
 */
import * as agent from "./agent.tsx";
import * as ca from "./ca.tsx";
import * as caFile from "./ca_file.ts";
import * as examples from "./examples.tsx";
import * as health from "./health.ts";
import type { Route } from "./house.ts";
import * as index from "./index.tsx";
import * as manifest from "./manifest.ts";
import * as ready from "./ready.ts";
import * as session from "./session.ts";
import * as socket from "./socket.ts";
import * as webphoneApi from "./webphone_api.ts";
import * as webphoneTypes from "./webphone_types.ts";

/** In the order in which they are asked: the first whose path fits answers. */
export const ROUTES: readonly Route[] = [
  index,
  agent,
  session,
  manifest,
  socket,
  ca,
  caFile,
  examples,
  health,
  ready,
  webphoneApi,
  webphoneTypes,
];
