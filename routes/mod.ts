/**
 * All routes, one file a URL.
 *
 * @module
 */
import * as agent from "./agent.tsx";
import * as blindTransfer from "./api_blind_transfer.ts";
import * as forward from "./api_forward.ts";
import * as generateSecurityToken from "./api_generate_security_token.ts";
import * as getCallHistory from "./api_get_call_history.ts";
import * as hangup from "./api_hangup.ts";
import * as hold from "./api_hold.ts";
import * as listExtensions from "./api_list_extensions.ts";
import * as openApi from "./api_openapi.ts";
import * as sendDtmf from "./api_send_dtmf.ts";
import * as unhold from "./api_unhold.ts";
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
  generateSecurityToken,
  getCallHistory,
  listExtensions,
  hangup,
  hold,
  unhold,
  forward,
  blindTransfer,
  sendDtmf,
  openApi,
];
