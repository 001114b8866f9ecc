/**
 * The web server's inside: files, routes, and what every response has in common.
 *
 * @module
 */
import { Hono } from "hono";
import { COMMON_HEADERS } from "./headers.ts";
import type { House, HouseContext, HouseEnv, Route } from "../../routes/house.ts";
import { notice } from "../../routes/notice.tsx";

const METHODS = ["GET", "POST", "DELETE", "OPTIONS"] as const;
const FILES = /^\/(?:_i|static)\/|^\/(?:sw\.js|offline|(?:sw|WebphoneAPI)\.js\.map)$/;
/** Browsers ask for this one where a page names no icon, such as on JSON. */
const FAVICON = { asked: "/favicon.ico", file: "/static/icons/favicon-32.png" };

/** Puts the house's files and `routes` behind one `fetch`. A slash at the end of a path makes no difference. */
export function createApp(house: House, routes: readonly Route[]): Hono<HouseEnv> {
  const app = new Hono<HouseEnv>({ strict: false });
  app.use(async (c, next) => {
    c.set("house", house);
    await next();
    harden(c);
  });
  for (const route of routes) mount(app, route);
  app.notFound((c) => fileAt(c) ?? problem(c, 404));
  app.onError((error, c) => {
    house.log("error", "request", {
      method: c.req.method,
      path: c.req.path,
      error: String(error),
      stack: error.stack,
    });
    return problem(c, 500);
  });
  return app;
}

/** Hono answers HEAD with the GET handler; any other method that the route does not have is refused in words. */
function mount(app: Hono<HouseEnv>, route: Route): void {
  const methods = METHODS.filter((method) => route[method]);
  for (const method of methods) app.on(method, route.path, (c) => route[method]?.(c) ?? problem(c, 404));
  app.all(route.path, (c) => {
    const refusal = problem(c, 405);
    refusal.headers.set("allow", methods.join(", "));
    return refusal;
  });
}

function fileAt(c: HouseContext): Response | undefined {
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  const path = c.req.path === FAVICON.asked ? FAVICON.file : c.req.path;
  return isRead && FILES.test(path) ? c.var.house.asset(c.req.raw, path) : undefined;
}

/** A socket's response must stay the very object that the upgrade made. */
function harden(c: HouseContext): void {
  if (c.res.status === 101) return;
  for (const [name, value] of Object.entries(COMMON_HEADERS)) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
}

const PROBLEMS = {
  404: ["not-found", "Nobody answers here", "There is nothing at this address."],
  405: ["method-not-allowed", "Not like this", "This address does not take requests of that kind."],
  500: ["failed", "Something went wrong", "The server could not answer; it has written down why."],
} as const;

/** A page for people, JSON (RFC 9457) for programs. */
function problem(c: HouseContext, status: keyof typeof PROBLEMS): Response {
  const [code, title, detail] = PROBLEMS[status];
  if (c.req.header("accept")?.includes("text/html")) {
    return c.var.house.page(c.req.raw, notice({ status, title, detail }));
  }
  return Response.json({ code, title, detail, status }, {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}
