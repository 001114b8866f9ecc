/**
 * Signalling: a phone's WebSocket.
 *
 * @module
 */
import type { HouseContext } from "./house.ts";

/** The URL. */
export const path = "/socket";

/** Turns the request into a socket. */
export const GET = (c: HouseContext): Response | Promise<Response> => c.var.house.upgrade(c.req.raw);
