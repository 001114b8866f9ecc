import assert from "node:assert/strict";
import { memoryBook } from "../memory.ts";
import { enrol } from "../agent_command.ts";
import { hashOf } from "../keys.ts";
import { clientAddress, isSameOrigin, secureUrl } from "./origin.ts";
import { openSignIn, type SignIn } from "./sign_in.ts";

const AGENT = { name: "Ada", line: "Webphone1", elect: true, supervisor: false };

interface Desk {
  signIn: SignIn;
  key: string;
  book: ReturnType<typeof memoryBook>;
  waits: number[];
  clock: { now: number };
}

async function aDesk(publicUrl?: string): Promise<Desk> {
  const book = memoryBook();
  const key = await enrol(book, { number: "1001", ...AGENT });
  const waits: number[] = [];
  const clock = { now: 1_000_000 };
  const signIn = openSignIn({
    book,
    now: () => clock.now,
    publicUrl,
    addressOf: (request) => request.headers.get("x-test-address") ?? "192.0.2.1",
    wait: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
  });
  return { signIn, key, book, waits, clock };
}

const request = (url = "http://localhost:7777/", headers: Record<string, string> = {}) =>
  new Request(url, { headers });

const cookieOf = (exchanged: Awaited<ReturnType<SignIn["exchange"]>>): string => {
  assert.ok("cookie" in exchanged, JSON.stringify(exchanged));
  return exchanged.cookie;
};

Deno.test("the right key becomes a cookie that only the server reads, and that says whose browser it is", async () => {
  const { signIn, key } = await aDesk();
  const cookie = cookieOf(await signIn.exchange(request(), "1001", key));
  assert.match(cookie, /^agent-1001=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/; Max-Age=34560000$/);
  const [pair = ""] = cookie.split(";");
  assert.deepEqual([...await signIn.agentsOf(request(undefined, { cookie: `other=1; ${pair}` }))], ["1001"]);
});

Deno.test("over HTTPS, also behind the operator's proxy, the cookie is bound to host and HTTPS", async () => {
  const { signIn, key } = await aDesk("https://pbx.example");
  const bound = /^__Host-agent-1001=.*; Secure$/;
  const direct = request("https://localhost:7778/");
  const proxied = request("http://127.0.0.1:7777/", { origin: "https://pbx.example" });
  const proxiedHost = request("http://pbx.example/");
  for (const asked of [direct, proxied, proxiedHost]) {
    assert.match(cookieOf(await signIn.exchange(asked, "1001", key)), bound);
  }
  assert.match(cookieOf(await signIn.exchange(request(), "1001", key)), /^agent-1001=/);
});

Deno.test("a wrong key and an unknown agent are refused alike, and slowly", async () => {
  const { signIn, key, waits } = await aDesk();
  assert.deepEqual(await signIn.exchange(request(), "1001", `${key}x`), { refused: "wrong-key" });
  assert.deepEqual(await signIn.exchange(request(), "1009", key), { refused: "wrong-key" });
  assert.equal(waits.length, 2);
});

Deno.test("after ten wrong keys an address waits for the next minute; other addresses do not", async () => {
  const { signIn, key, clock } = await aDesk();
  for (let tries = 0; tries < 10; tries++) await signIn.exchange(request(), "1001", "wrong");
  const wrong = "x".repeat(43);
  assert.deepEqual(await signIn.exchange(request(), "1001", wrong), { refused: "too-many" });
  const elsewhere = request(undefined, { "x-test-address": "192.0.2.2" });
  assert.deepEqual(await signIn.exchange(elsewhere, "1001", wrong), { refused: "wrong-key" });
  // Whoever has the right one is not locked out by a neighbour.
  cookieOf(await signIn.exchange(request(), "1001", key));
  clock.now += 60_000;
  assert.deepEqual(await signIn.exchange(request(), "1001", wrong), { refused: "wrong-key" });
});

Deno.test("a page of another origin can neither sign in nor use the cookies of this browser", async () => {
  const { signIn, key } = await aDesk();
  const [pair = ""] = cookieOf(await signIn.exchange(request(), "1001", key)).split(";");
  for (const origin of ["https://evil.example", "http://localhost:8888", "null"]) {
    const foreign = request(undefined, { origin, cookie: pair });
    assert.deepEqual(await signIn.exchange(foreign, "1001", key), { refused: "foreign-origin" });
    assert.equal((await signIn.agentsOf(foreign)).size, 0);
  }
  assert.equal(
    (await signIn.agentsOf(request(undefined, { origin: "http://localhost:7777", cookie: pair }))).size,
    1,
  );
});

Deno.test("a cookie is worth nothing under another number, when forged, after its time, and after a new link", async () => {
  const { signIn, key, book, clock } = await aDesk();
  const [pair = ""] = cookieOf(await signIn.exchange(request(), "1001", key)).split(";");
  const numbers = async (cookie: string) => [...await signIn.agentsOf(request(undefined, { cookie }))];
  assert.deepEqual(await numbers(pair.replace("1001", "1002")), []);
  assert.deepEqual(await numbers(`agent-1001=${"A".repeat(43)}`), []);
  assert.deepEqual(await numbers(pair), ["1001"]);
  clock.now += 400 * 86_400_000;
  assert.deepEqual(await numbers(pair), []);
  clock.now = 1_000_000;
  await book.removeSessions("1001");
  assert.deepEqual(await numbers(pair), []);
});

Deno.test("a cookie that was asked for with the old key while a new one was made is worth nothing", async () => {
  const { signIn, key, book } = await aDesk();
  const put = book.putSession.bind(book);
  book.putSession = async (...session) => {
    await enrol(book, { number: "1001", ...AGENT });
    await book.removeSessions("1001");
    await put(...session);
  };
  const [cookie = ""] = cookieOf(await signIn.exchange(request(), "1001", key)).split(";");
  assert.deepEqual([...await signIn.agentsOf(request(undefined, { cookie }))], []);
});

Deno.test("neither key nor cookie is stored as it is", async () => {
  const { signIn, key, book } = await aDesk();
  const [pair = ""] = cookieOf(await signIn.exchange(request(), "1001", key)).split(";");
  assert.equal((await book.agent("1001"))?.keyHash, hashOf(key));
  const secret = pair.split("=")[1] ?? "";
  assert.equal(await book.sessionNumber(secret, 0), undefined);
  assert.equal(await book.sessionNumber(hashOf(secret), 0), "1001");
});

Deno.test("the address of who asks is the proxy's word only where there is a proxy nearby", () => {
  const forwarded = new Request("http://localhost/", {
    headers: { "x-forwarded-for": "10.9.9.9, 203.0.113.7" },
  });
  assert.equal(clientAddress(forwarded, "127.0.0.1", "https://pbx.example"), "203.0.113.7");
  assert.equal(clientAddress(forwarded, "127.0.0.1"), "127.0.0.1");
  assert.equal(clientAddress(forwarded, "198.51.100.4", "https://pbx.example"), "198.51.100.4");
});

Deno.test("a page without HTTPS is no page of ours over HTTPS; behind a proxy that takes HTTPS off, it is", () => {
  const asked = (url: string, origin: string) => isSameOrigin(request(url, { origin }));
  assert.equal(asked("https://pbx.example/", "http://pbx.example"), false);
  assert.equal(asked("http://pbx.example/", "https://pbx.example"), true);
  assert.equal(asked("https://pbx.example:7778/", "https://pbx.example"), false);
});

Deno.test("the HTTPS address of a page leads to this server, whatever the path looks like", () => {
  assert.equal(
    secureUrl(request("http://192.0.2.2:7777/agent/1001"), 7778),
    "https://192.0.2.2:7778/agent/1001",
  );
  assert.equal(new URL(secureUrl(request("http://h:7777//evil.example/"), 7778)).host, "h:7778");
  assert.equal(secureUrl(request("http://h/ca"), 7778, "https://pbx.example"), "https://pbx.example/ca");
});
